"""A dashboard being edited: its data, and how its parts are found by what people call them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dashbridge.planner.lexicon import CHARTS
from dashbridge.planner.sqltext import SelectText, read_select
from dashbridge.planner.words import same, sentence, tokens

_VIEW_WORDS = {"metric": "number", "line": "trend", "area": "trend", "heatmap": "grid"}
_SKIP = frozenset(
    [
        "the",
        "a",
        "an",
        "view",
        "chart",
        "graph",
        "plot",
        "diagram",
        "of",
        "with",
        "by",
        "and",
        "all",
        "this",
        "that",
        "input",
        "breakdown",
    ]
)


_HEADLINES = frozenset(["headline", "number", "kpi", "metric", "figure", "key"])


class CannotEdit(Exception):
    """The change cannot be made; the message says why and what would help."""


def _fill(before: list[dict[str, Any]], left: list[dict[str, Any]]) -> None:
    """What is left of a full row takes the room of what went: evenly if all were alike, else the widest."""
    spans = [int(item.get("span", 12)) for item in before]
    if sum(spans) != 12 or not all("span" in item for item in left):
        return
    if len(set(spans)) == 1 and 12 % len(left) == 0:
        for item in left:
            item["span"] = 12 // len(left)
    else:
        widest = max(left, key=lambda item: int(item["span"]))
        widest["span"] += 12 - sum(int(item["span"]) for item in left)


@dataclass
class Draft:
    """The file's data while edits are made. `done` says what was changed, in words."""

    data: dict[str, Any]
    open_view: str | None = None
    done: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, data: dict[str, Any], open_view: str | None) -> Draft:
        return cls(copy.deepcopy(data), open_view)

    @property
    def views(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.data["views"]
        return found

    @property
    def insights(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.data.setdefault("insights", {})
        return found

    @property
    def queries(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.data.setdefault("queries", {})
        return found

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.data.get("inputs") or {}
        return found

    def insight_of(self, view: str) -> dict[str, Any]:
        return self.insights.get(self.views[view].get("insight") or "", {})

    def select(self, query: str) -> SelectText | None:
        """The query's parts when it is in the planner's own layout."""
        return read_select(str(self.queries.get(query, {}).get("sql", "")))

    def title(self, view: str) -> str:
        return str(self.views[view].get("title") or view)

    def titles(self, names: Sequence[str]) -> str:
        """Views by title, as a sentence."""
        return sentence([f'"{self.title(name)}"' for name in names])

    def ordered(self) -> list[str]:
        """The views in page order."""
        placed = [item["view"] for row in self.data["layout"]["rows"] for item in row["items"]]
        return [name for name in placed if name in self.views] + [name for name in self.views if name not in placed]

    def named(self, words: str) -> list[str]:
        """The views that words mean: by type ("the table", "the bar charts"), by name, or by words of the title."""
        said = [token for token in tokens(words) if token.word not in _SKIP and token.kind != "mark"]
        called = "_".join(token.word for token in said)
        titled = [name for name in self.ordered() if self.title(name).lower() == words.lower().strip("\"'“”‘’ ")]
        if any(token.word in ("chart", "graph", "plot") for token in tokens(words)):
            titled = [name for name in titled if self.views[name]["type"] not in ("table", "metric", "text")]
        if called in self.views or titled:
            return titled or [called]
        if said and {token.stem for token in said} <= _HEADLINES:
            return [name for name in self.ordered() if self.views[name]["type"] == "metric"]
        if not said:
            kinds = {CHARTS[token.word] for token in tokens(words) if token.word in CHARTS}
            return [name for name in self.ordered() if self.views[name]["type"] in kinds]
        scores = {name: self._likeness(name, [token.stem for token in said]) for name in self.ordered()}
        best = max(scores.values(), default=0.0)
        return [name for name, score in scores.items() if score == best] if best >= 0.6 else []

    def _likeness(self, name: str, stems: list[str]) -> float:
        view = self.views[name]
        kind = view["type"]
        own = {token.stem for token in tokens(f"{self.title(name)} {name.replace('_', ' ')}")}
        own |= {kind, _VIEW_WORDS.get(kind, kind)}
        hits = 0.0
        for stem in stems:
            if CHARTS.get(stem) == kind or stem == f"{kind}s":
                hits += 1.2
            else:
                hits += max((same(stem, word) for word in own), default=0.0)
        return hits / len(stems)

    def main_view(self) -> str | None:
        """What "it" means: the open view, else the trend, else the first chart."""
        if self.open_view in self.views:
            return self.open_view
        charts = [name for name in self.ordered() if self.views[name]["type"] not in ("metric", "table", "text")]
        charts = self.shown(charts)
        lines = [name for name in charts if self.views[name]["type"] in ("line", "area")]
        return next(iter(lines or charts), None)

    def shown(self, names: list[str]) -> list[str]:
        """Those that show an answer: a view to brush is a control of the others, unless there is nothing else."""
        return [name for name in names if "brush" not in self.views[name]] or names

    def free_name(self, kind: str, wanted: str) -> str:
        """A name not in use yet, in the form the file's keys have."""
        plain = "".join(
            character if character.isascii() and character.isalnum() else "_" for character in wanted.lower()
        )
        plain = (plain.strip("_") or "view")[:50]
        plain = plain if plain[0].isalpha() else f"v_{plain}"
        taken = self.data.get(kind) or {}
        number = 1
        name = plain
        while name in taken:
            number += 1
            name = f"{plain}_{number}"
        return name

    def drop_view(self, name: str) -> None:
        """Remove a view, and what nothing else uses then: its insight, query and inputs."""
        if len(self.views) == 1:
            raise CannotEdit(f'"{self.title(name)}" is the only view; a dashboard needs one. Add another first.')
        del self.views[name]
        for row in self.data["layout"]["rows"]:
            left = [item for item in row["items"] if item["view"] != name]
            if left and len(left) < len(row["items"]):
                _fill(row["items"], left)
            row["items"] = left
        rows = [row for row in self.data["layout"]["rows"] if row["items"]]
        self.data["layout"]["rows"] = rows
        self.drop_unused()

    def drop_unused(self) -> None:
        """Remove what nothing shows: insights, inputs and queries."""
        used = {view.get("insight") for view in self.views.values()}
        for name in [name for name in self.insights if name not in used]:
            del self.insights[name]
        text = str(list(self.insights.values()))
        for name in [name for name in self.inputs if f"ref({name})" not in text.replace(" ", "")]:
            del self.data["inputs"][name]
        if "inputs" in self.data and not self.data["inputs"]:
            del self.data["inputs"]
        queries = {insight["query"] for insight in self.insights.values()}
        for one in self.inputs.values():
            if isinstance(one.get("options"), dict):
                queries.add(one["options"]["query"])
        for name in [name for name in self.queries if name not in queries]:
            del self.queries[name]

    def place(self, name: str, *, after_charts: bool = True) -> None:
        """Put a new view on the page: before a closing table, else at the end."""
        rows = self.data["layout"]["rows"]
        at = len(rows)
        if (
            after_charts
            and rows
            and all(self.views.get(item["view"], {}).get("type") == "table" for item in rows[-1]["items"])
        ):
            at -= 1
        rows.insert(at, {"height": "md", "items": [{"view": name, "span": 12}]})

    def interactions(self, insight: dict[str, Any], kind: str) -> list[str]:
        return [one[kind] for one in insight.get("interactions") or [] if kind in one]

    def set_sort(self, insight: dict[str, Any], text: str) -> None:
        """The insight's one order."""
        kept = [one for one in insight.get("interactions") or [] if "sort" not in one]
        insight["interactions"] = [*kept, {"sort": text}]

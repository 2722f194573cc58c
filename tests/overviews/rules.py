"""The rules of a composed dashboard, read off a saved file and its data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

CHARTS = ("line", "area", "bar", "pie", "heatmap", "scatter")
OTHER = "Other"


@dataclass(frozen=True)
class Saved:
    """A file with the rows of each insight and the SQL of each query."""

    data: dict[str, Any]
    rows: dict[str, list[tuple[Any, ...]]]
    never_summed: frozenset[str]

    def of(self, *kinds: str) -> list[str]:
        return [name for name, view in self.data["views"].items() if view["type"] in kinds]

    def insight(self, view: str) -> dict[str, Any]:
        found: dict[str, Any] = self.data["insights"][self.data["views"][view]["insight"]]
        return found

    def shown(self, view: str) -> list[tuple[Any, ...]]:
        return self.rows[self.data["views"][view]["insight"]]

    def groups(self, view: str) -> frozenset[str]:
        """The expressions a view groups by."""
        one = self.insight(view)
        return frozenset(
            text for text in ({**one.get("props", {}), **one.get("columns", {})}).values() if not _aggregates(text)
        )


def broken(saved: Saved) -> list[str]:
    """Every rule that the dashboard breaks, in words."""
    checks = (_headlines, _trend, _breakdowns, _table, _inputs, _no_twins, _titles, _sums, _layout)
    return [problem for check in checks for problem in check(saved)]


def _headlines(saved: Saved) -> list[str]:
    names = saved.of("metric")
    found = [] if 1 <= len(names) <= 4 else [f"{len(names)} headline numbers"]
    for name in names:
        if saved.shown(name)[0][0] is None:
            found.append(f"{name} has no value")
        if "period" in saved.data.get("inputs", {}) and "compare" not in saved.insight(name)["props"]:
            found.append(f"{name} is not compared with before")
    return found


def _trend(saved: Saved) -> list[str]:
    timed = "period" in saved.data.get("inputs", {})
    names = saved.of("line", "area")
    if len(names) != int(timed):
        return [f"{len(names)} trends"]
    return [f"{name} has {len(saved.shown(name))} points" for name in names if not 2 <= len(saved.shown(name)) <= 130]


def _breakdowns(saved: Saved) -> list[str]:
    names = saved.of("bar")
    found = [] if len(names) <= 3 else [f"{len(names)} breakdowns"]
    for name in names:
        rows = saved.shown(name)
        values = [row[1] for row in rows if row[0] != OTHER and row[1] is not None]
        if not 1 < len(rows) <= 10:
            found.append(f"{name} has {len(rows)} bars")
        if values != sorted(values, reverse=True):
            found.append(f"{name} is not sorted")
        if OTHER in [row[0] for row in rows] and rows[-1][0] != OTHER:
            found.append(f"{name} does not end with the rest")
        found += _whole(saved, name, rows)
    return found


def _whole(saved: Saved, name: str, rows: list[tuple[Any, ...]]) -> list[str]:
    """What adds up adds up to the same in every breakdown: nothing is cut off."""
    if not re.fullmatch(r"sum\(\w+\)", saved.insight(name)["props"]["y"]):
        return []
    totals = {round(float(sum(row[1] for row in saved.shown(one) if row[1] is not None)), 4)
              for one in saved.of("bar")}  # fmt: skip
    return [] if max(totals) - min(totals) < 1e-3 * max(1.0, max(totals)) else [f"{name} leaves rows out: {totals}"]


def _table(saved: Saved) -> list[str]:
    names = saved.of("table")
    return [] if len(names) <= 1 and all(saved.shown(name) for name in names) else ["no one table with rows"]


def _inputs(saved: Saved) -> list[str]:
    found = []
    text = str(saved.data["insights"])
    for name, one in saved.data.get("inputs", {}).items():
        if f"ref({name})" not in text:
            found.append(f"the input {name} turns nothing")
        if one["type"] not in ("date_range", "multi_select"):
            found.append(f"the input {name} is a {one['type']}")
    return found


def _no_twins(saved: Saved) -> list[str]:
    found, seen = [], {}
    for name in saved.of(*CHARTS, "table"):
        key = saved.groups(name)
        if key in seen:
            found.append(f"{name} and {seen[key]} are by the same")
        seen[key] = name
    rows = [tuple(saved.shown(name)) for name in saved.data["views"]]
    return [*found, *(["two views with the same rows"] if len(set(rows)) < len(rows) else [])]


def _titles(saved: Saved) -> list[str]:
    titles = [view.get("title", "") for view in saved.data["views"].values()]
    found = ["two views of one title"] if len(set(titles)) < len(titles) else []
    for name in saved.of("bar", "line"):
        view = saved.data["views"][name]
        for label in view["labels"].values():
            if label.lower() not in view["title"].lower():
                found.append(f'the title of {name} does not say "{label}"')
    return found


def _sums(saved: Saved) -> list[str]:
    """A column that must not be added up is only ever summed to be divided by its count."""
    found = []
    for name in saved.data["insights"]:
        one = saved.data["insights"][name]
        for text in (*one.get("props", {}).values(), *one.get("columns", {}).values()):
            for column in re.findall(r"sum\((\w+?)_sum\)", text):
                if column in saved.never_summed and f"sum({column}_count)" not in text:
                    found.append(f"{name} adds up {column}")
    return found


def _layout(saved: Saved) -> list[str]:
    rows = saved.data["layout"]["rows"]
    placed = [item["view"] for row in rows for item in row["items"]]
    found = [] if sorted(placed) == sorted(saved.data["views"]) else ["views missing from the page"]
    return found + [
        "a row with a hole"
        for row in rows
        if sum(item["span"] for item in row["items"]) != 12 and len(row["items"]) < 5
    ]


def _aggregates(text: str) -> bool:
    return re.search(r"\b(?:sum|count|avg|min|max)\(", text) is not None

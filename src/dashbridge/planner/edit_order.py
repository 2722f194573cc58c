"""Edits of how much is shown and in which order: the top few, sorted otherwise."""

from __future__ import annotations

import re
from typing import Any

from dashbridge.planner.draft import CannotEdit, Draft
from dashbridge.planner.edit_views import view_list
from dashbridge.planner.follow_up import Edit
from dashbridge.planner.lexicon import NUMBER_WORDS
from dashbridge.planner.overview.breakdown import KEPT
from dashbridge.planner.words import tokens

_TOP = re.compile(r",? ?\(?\b(?:top|lowest|bottom) \d+\)?$", re.IGNORECASE)
_REST = re.compile(r"CASE WHEN (?P<group>\w+)_group = 'Other' THEN 1 ELSE 0 END, ")
_NINE = re.compile(r", top 9 and other(?=,|$)")
_MOST = re.compile(r"The 9 with (?P<most>most .+?), and the rest together\.")


def limit_top(draft: Draft, edit: Edit) -> None:
    """At most so many bars, slices or rows, in the bars by measure."""
    number = int(edit.value) if edit.value.isdigit() else NUMBER_WORDS[edit.value.lower()]
    lowest = edit.order in ("bottom", "worst")
    names = _top_targets(draft, edit.target)
    changed = 0
    for name in names:
        view, insight = draft.views[name], draft.insight_of(name)
        measure = _measure_of(view["type"], insight)
        of = _open_rest(draft, name, number, lowest)
        if view["type"] == "table" or measure is None:
            insight["limit"] = number
        elif "color" in insight.get("props", {}):
            view["limit"] = number
        else:
            label = insight["props"].get("x") or insight["props"].get("label")
            draft.set_sort(
                insight, f"{measure} {'ASC' if lowest else 'DESC'} NULLS LAST" + (f", {label}" if label else "")
            )
            insight["limit"] = number
            view["sort"] = {"by": _measure_prop(insight), "order": "ascending" if lowest else "descending"}
        if "title" in view:
            view["title"] = f"{_TOP.sub('', view['title'])}, {'lowest' if lowest else 'top'} {number}{of}"[:200]
        changed += 1
    if not changed:
        raise CannotEdit("There is no breakdown to cut: a trend over time keeps all its points.")
    draft.done.append(f"cut to the {'lowest' if lowest else 'top'} {number}: {draft.titles(names)}")


def _open_rest(draft: Draft, name: str, number: int, lowest: bool) -> str:
    """Bars that end with "Other" show single groups instead: all of them where the query has them, else the nine.

    What to add to the title. Raises CannotEdit for groups that stand together in the query.
    """
    view, insight = draft.views[name], draft.insight_of(name)
    rest = next((match for one in draft.interactions(insight, "sort") if (match := _REST.match(one))), None)
    if rest is None:
        return ""
    group, prop = rest["group"], "x" if "x" in insight["props"] else "label"
    text = draft.select(insight["query"])
    names = text.names if text is not None else ()
    said = _MOST.fullmatch(view.get("description", ""))
    if said:
        del view["description"]
    if "title" in view:
        view["title"] = _NINE.sub("", view["title"])
    if group in names:
        named = f"coalesce({group}_name, CAST({group} AS VARCHAR))" if f"{group}_name" in names else group
        insight["props"][prop] = named
        return ""
    if lowest or number > KEPT:
        raise CannotEdit(
            f'"{draft.title(name)}" keeps all but its {KEPT} largest together. Ask for it as a new question.'
        )
    filters = sum(1 for one in insight["interactions"] if "filter" in one)
    insight["interactions"].insert(filters, {"filter": f"{group}_group <> 'Other'"})
    return f" of the 9 with {said['most']}" if said else ""


def _top_targets(draft: Draft, words: str) -> list[str]:
    if words:
        kinds = ("table",) if re.search(r"\b(?:rows?|table)\b", words) else ("bar", "pie")
        meant = draft.named(words if kinds == ("table",) else f"{words} chart")
        named = [name for name in meant if draft.views[name]["type"] in kinds]
        if named:
            return named[:1] if len(named) > 1 and not words.endswith("s") else named
        bars = [name for name in draft.ordered() if draft.views[name]["type"] in ("bar", "pie")]
        if len(bars) != 1:
            raise CannotEdit(f'I found no breakdown like "{words}". The views are {view_list(draft)}.')
        return bars
    if draft.open_view in draft.views and draft.views[str(draft.open_view)]["type"] in ("bar", "pie", "table"):
        return [str(draft.open_view)]
    return [
        name for name in draft.ordered() if draft.views[name]["type"] in ("bar", "pie") and not _over_time(draft, name)
    ]


def _over_time(draft: Draft, name: str) -> bool:
    x = (draft.insight_of(name).get("props") or {}).get("x", "")
    return "date_trunc" in x or "isodow" in x or x in ("hour", "day", "week", "month", "quarter", "year")


def _measure_prop(insight: dict[str, Any]) -> str:
    return "y" if "y" in insight.get("props", {}) else "value"


def _measure_of(kind: str, insight: dict[str, Any]) -> str | None:
    props = insight.get("props") or {}
    return props.get("y") or props.get("value") if kind in ("bar", "pie") else None


def sort_by(draft: Draft, edit: Edit) -> None:
    """Another order of the bars and tables that have what is named; or the other direction."""
    words = edit.value.lower()
    ascending = bool(re.search(r"\b(?:asc|ascending|lowest|smallest|a to z|low to high|alphabetical\w*|name)\b", words))
    descending = bool(re.search(r"\b(?:desc|descending|highest|largest|high to low|most)\b", words))
    wanted = re.sub(
        r"\b(?:asc|ascending|desc|descending|first|in|order|lowest|highest|largest|smallest|alphabetical\w*|by|low|high|to|the)\b",
        " ",
        words,
    ).split()
    by_label = bool(re.search(r"\balphabetical", words))
    of = re.fullmatch(r"(?:the )?(?P<name>.+? (?:chart|view|graph|bars))\b(?P<rest>.*)", edit.value, re.IGNORECASE)
    named = draft.named(of["name"]) if of else []
    if of and named:
        wanted = [word for word in wanted if word in of["rest"].lower().split()]
    kinds = {"table": ("table",), "bar": ("bar",), "bars": ("bar",)}.get(edit.target.lower(), ("bar", "pie", "table"))
    only = named[0] if named else draft.open_view if draft.open_view in draft.views and not edit.target else None
    changed: list[str] = []
    direction = ""
    for name in [only] if only else draft.ordered():
        went = (
            _sort_one(draft, name, wanted, by_label, ascending, descending)
            if draft.views[name]["type"] in kinds
            else None
        )
        if went:
            changed.append(name)
            direction = went
    if not changed:
        raise CannotEdit(
            f'Nothing here can be sorted by "{edit.value or "that"}". '
            "Bars sort by their groups or their measure, tables by their columns."
        )
    by = f"by {' '.join(wanted)} " if wanted else ""
    draft.done.append(f"sorted {by}{direction}: {draft.titles(changed)}")


def _sort_one(
    draft: Draft, name: str, wanted: list[str], by_label: bool, ascending: bool, descending: bool
) -> str | None:
    """The direction it is sorted in now; None when the view has nothing of that name."""
    view, insight = draft.views[name], draft.insight_of(name)
    fields = {**(insight.get("props") or {}), **(insight.get("columns") or {})}
    labels = view.get("labels") or {}
    prop = _wanted_prop(fields, labels, wanted, by_label, view["type"])
    if prop is None:
        return None
    text_like = not re.search(r"\b(?:sum|count|min|max|avg)\(", fields[prop])
    down = descending or (not ascending and not text_like)
    cut_by_measure = view["type"] in ("bar", "pie") and text_like and "limit" in insight
    rest = next((match for one in draft.interactions(insight, "sort") if (match := _REST.match(one))), None)
    if not cut_by_measure:
        first = rest.group() if rest else ""
        draft.set_sort(insight, f"{first}{fields[prop]} {'DESC' if down else 'ASC'} NULLS LAST")
    if view["type"] in ("bar", "pie") and not rest:
        view["sort"] = {"by": prop, "order": "descending" if down else "ascending"}
    return "descending" if down else "ascending"


def _wanted_prop(
    fields: dict[str, str], labels: dict[str, str], wanted: list[str], by_label: bool, kind: str
) -> str | None:
    if by_label or not wanted:
        first = next(iter(fields), None)
        measure = next((name for name in ("y", "value") if name in fields), None)
        return first if by_label or kind == "table" or measure is None else measure
    stems = {token.stem for token in tokens(" ".join(wanted))}
    best, score = None, 0
    for prop, expression in fields.items():
        own = {
            token.stem
            for token in tokens(f"{labels.get(prop, '')} {prop.replace('_', ' ')} {expression.replace('_', ' ')}")
        }
        hits = len(stems & own) * 10 - len(
            {token.stem for token in tokens(labels.get(prop, prop).replace("_", " "))} - stems
        )
        if stems <= own and hits > score:
            best, score = prop, hits
    return best

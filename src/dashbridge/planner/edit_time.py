"""Another time grain: the expressions of the insights change, and a query only when it is not fine enough."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dashbridge.planner.dialect import truncated
from dashbridge.planner.draft import CannotEdit, Draft
from dashbridge.planner.follow_up import Edit
from dashbridge.planner.lexicon import GRAIN_ORDER, GRAINS
from dashbridge.planner.overview.headline import NEWEST
from dashbridge.planner.overview.trend import whole_times
from dashbridge.planner.sqltext import SelectText
from dashbridge.planner.titles import grain_label
from dashbridge.planner.views import FINE, MOST_POINTS, regrained

_TRUNC = re.compile(
    r"CAST\(date_trunc\('(?P<cast>\w+)', (?P<cast_of>[\w.]+)\) AS (?:DATE|TIMESTAMP)\)"
    r"|date_trunc\('(?P<bare>\w+)', (?P<bare_of>[\w.]+)\)"
)
_WEEKDAY = re.compile(r"CASE extract\(isodow FROM (?P<column>\w+)\).*? END")
_CUT = re.compile(
    r"CAST\(date_trunc\('\w+', (?P<month>.+)\) AS DATE\)|DATE_TRUNC\(CAST\((?P<big>.+) AS DATE\), \w+\)"
    r"|CAST\((?P<day>.+) AS DATE\)|date_trunc\('hour', (?P<hour>.+)\)"
)
_BY = {"a": "by", "an": "by"}
_DAILY = re.compile(r"(?:\w+_)?(?:day|date)")
_SHOWN = {
    "week": "%d %b %Y",
    "day": "%d %b %Y",
    "month": "%b %Y",
    "quarter": "%b %Y",
    "year": "%Y",
    "hour": "%d %b %H:00",
}


def change_grain(draft: Draft, edit: Edit, dialect: str) -> None:
    """Every view over time at the grain asked; with an open view over time, only that one."""
    grain = GRAINS[edit.value.lower().rstrip("s") if edit.value.lower() not in GRAINS else edit.value.lower()]
    names = [draft.open_view] if draft.open_view in draft.views else draft.shown(list(draft.views))
    changed: list[str] = []
    for name in names:
        insight = draft.insight_of(str(name))
        times = _times(draft, insight)
        if not times:
            continue
        have = {one for _, _, one in times}
        if have == {grain}:
            continue
        column = times[0][1]
        query_grain = _query_grain(draft, insight["query"], column)
        if query_grain and _finer(grain, query_grain):
            column, query_grain = _refine(draft, insight["query"], column, grain, dialect)
        elif query_grain is None and any(_finer(grain, one) and not _known_daily(column, grain) for one in have):
            raise CannotEdit(
                f"The query {insight['query']} was written by hand, and I cannot tell whether it is fine enough "
                f"for {grain_label(grain)}."
            )
        _replace(draft, str(name), insight, column, query_grain or "day", grain, have)
        changed.append(str(name))
    if not changed:
        raise CannotEdit(f"No view here runs over time, or all are by {grain_label(grain)} already.")
    title = draft.data["title"]
    draft.data["title"] = _retitle(
        title, {"hour", "day", "week", "month", "quarter", "year", "day of the week"} - {grain_label(grain)}, grain
    )
    draft.done.append(f"put the time by {grain_label(grain)} in {len(changed)} view{'s' if len(changed) > 1 else ''}")


def _times(draft: Draft, insight: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(expression, column, grain) of each time in the props and columns."""
    found: list[tuple[str, str, str]] = []
    by_hand = draft.select(insight.get("query", "")) is None
    column = _time_column(draft.select(insight.get("query", "")))
    for text in [*(insight.get("props") or {}).values(), *(insight.get("columns") or {}).values()]:
        trunc, weekday = _TRUNC.fullmatch(text), _WEEKDAY.fullmatch(text)
        if trunc:
            found.append((text, trunc["cast_of"] or trunc["bare_of"], (trunc["cast"] or trunc["bare"]).lower()))
        elif weekday:
            found.append((text, weekday["column"], "weekday"))
        elif column and text == column:
            found.append((text, column, _grain_of(column)))
        elif by_hand and _DAILY.fullmatch(text):
            found.append((text, text, "day"))
    return found


def _time_column(text: SelectText | None) -> str | None:
    if text is None or not text.select:
        return None
    name = text.select[0][1]
    return (
        name
        if (_grain_of(name) in GRAIN_ORDER and _CUT.fullmatch(text.select[0][0])) or name in ("day", "day_start")
        else None
    )


def _grain_of(name: str) -> str:
    return name.removesuffix("_start")


def _query_grain(draft: Draft, query: str, column: str) -> str | None:
    return _grain_of(column) if _time_column(draft.select(query)) == column else None


def _known_daily(column: str, grain: str) -> bool:
    """A hand-written query's own column called day or date is taken at its word."""
    return grain != "hour" and column.lower().endswith(("day", "date"))


def _finer(one: str, other: str) -> bool:
    place = {name: number for number, name in enumerate(GRAIN_ORDER)}
    wanted = "day" if one == "weekday" else one
    if wanted == "week":
        return place[other] > place["day"] and other != "week"
    return place.get(wanted, 9) < place.get(other, 0) if wanted != other else False


def _refine(draft: Draft, query: str, column: str, grain: str, dialect: str) -> tuple[str, str]:
    """The query at the grain that is needed, its time column renamed wherever the insights read it."""
    text = draft.select(query)
    if text is None:
        raise CannotEdit(f"The query {query} was written by hand, so I left it alone.")
    cut = _CUT.fullmatch(text.select[0][0])
    need = "hour" if grain == "hour" else "day"
    if cut is None or (grain == "hour" and cut["day"] is None and cut["month"] is None):
        raise CannotEdit(f"The data of {query} is no finer than {_grain_of(column)}.")
    source = cut["month"] or cut["big"] or cut["day"] or cut["hour"]
    name = need if need not in text.names else f"{need}_start"
    select = ((truncated(source, need, "timestamp", dialect), name), *text.select[1:])
    draft.queries[query]["sql"] = replace(text, select=select).render()
    for insight in draft.insights.values():
        if insight["query"] == query:
            _rename_column(insight, column, name, _grain_of(column))
    draft.notes.append(f"The query {query} now keeps {'hours' if need == 'hour' else 'days'}, so it returns more rows.")
    return name, need


def _rename_column(insight: dict[str, Any], old: str, new: str, grain: str) -> None:
    bare = re.compile(rf"(?<![\w'.(]){re.escape(old)}(?![\w'(])")
    coarser = regrained(new, new.removesuffix("_start"), grain)
    for group in ("props", "columns"):
        for key, value in (insight.get(group) or {}).items():
            again = value.replace(f", {old})", f", {new})")
            insight[group][key] = coarser if value == old else bare.sub(coarser, again)
    for one in insight.get("interactions") or []:
        for kind, value in one.items():
            after = regrained(new, new.removesuffix("_start"), grain) if kind == "sort" else new
            one[kind] = bare.sub(after, value.replace(f", {old})", f", {new})"))


def _replace(
    draft: Draft, name: str, insight: dict[str, Any], column: str, have: str, grain: str, old: set[str]
) -> None:
    new = regrained(column, have, grain)
    before = {text for text, _, _ in _times(draft, insight)}
    if grain in FINE:
        insight.setdefault("limit", MOST_POINTS)
    for group in ("props", "columns"):
        for key, value in (insight.get(group) or {}).items():
            if value in before:
                insight[group][key] = new
    for one in insight.get("interactions") or []:
        if f"{NEWEST} + 1" in one.get("filter", ""):
            one["filter"] = whole_times(new, grain)
        if "sort" in one:
            for text in sorted(before, key=len, reverse=True):
                one["sort"] = re.sub(rf"(?<![\w'(]){re.escape(text)}(?![\w'])", lambda _: new, one["sort"])
    if "interactions" in insight:
        insight["interactions"] = [one for one in insight["interactions"] if one.get("filter", "x")]
    view = draft.views[name]
    labels = {grain_label(one) for one in old}
    if "title" in view:
        view["title"] = _retitle(view["title"], labels, grain)
    for key, value in (view.get("labels") or {}).items():
        if value.lower() in labels:
            view["labels"][key] = grain_label(grain).capitalize()
    form = (view.get("format") or {}).get("x", "")
    if form.startswith("%"):
        view["format"]["x"] = _SHOWN.get(grain, form)
    if grain == "weekday" and view["type"] in ("line", "area"):
        view["type"] = "bar"
        view.pop("stack", None)
    if grain == "weekday" and "brush" in view:
        draft.notes.append(f'"{draft.title(name)}" no longer sets a period: days of the week are no stretch of time.')
        del view["brush"]


def _retitle(title: str, old: set[str], grain: str) -> str:
    names = "|".join(re.escape(name) for name in sorted(old, key=len, reverse=True))
    if not names:
        return title
    adverbs = {
        "monthly": "month",
        "weekly": "week",
        "daily": "day",
        "yearly": "year",
        "quarterly": "quarter",
        "hourly": "hour",
    }
    label = grain_label(grain)
    title = re.sub(rf"\b(by|and|per|,|an?) (?:{names})\b", lambda at: f"{_BY.get(at[1], at[1])} {label}", title)
    for adverb, one in adverbs.items():
        new = next((word for word, what in adverbs.items() if what == grain), adverb)
        if one in old:
            title = re.sub(rf"\b{adverb}\b", new, title)
            title = re.sub(rf"\b{adverb.capitalize()}\b", new.capitalize(), title)
    return title


def time_source(text: SelectText) -> str | None:
    """The time that a statement in the planner's layout cuts to its grain; None when it has no time."""
    if _time_column(text) is None:
        return None
    expression = text.select[0][0]
    cut = _CUT.fullmatch(expression)
    return (cut["month"] or cut["big"] or cut["day"] or cut["hour"]) if cut else expression

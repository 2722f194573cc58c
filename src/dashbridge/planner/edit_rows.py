"""Edits of which rows count: only these, not those, this period."""

from __future__ import annotations

import re
from dataclasses import replace

from dashbridge.planner.conditions import read_conditions
from dashbridge.planner.dialect import literal
from dashbridge.planner.draft import CannotEdit, Draft
from dashbridge.planner.edit_time import time_source
from dashbridge.planner.follow_up import Edit
from dashbridge.planner.ground import Ground, column_in, joined, path_to, qualified
from dashbridge.planner.measure_sql import condition_sql, period_sql
from dashbridge.planner.measures import condition_words
from dashbridge.planner.periods import Period
from dashbridge.planner.plan import Condition
from dashbridge.planner.resolve import Resolve
from dashbridge.planner.schema import Table
from dashbridge.planner.words import sentence

_OPPOSITE = {"=": "<>", "in": "not in", "<>": "=", "not in": "in", ">": "<=", "<": ">=", ">=": "<", "<=": ">"}


def restrict(draft: Draft, edit: Edit, ground: Ground, resolve: Resolve) -> None:
    """Keep only, or leave out, the rows that the words describe."""
    main = ground.main_query(draft)
    base = ground.base(draft, main) if main else None
    if base is None:
        raise CannotEdit("I cannot tell which table this dashboard counts, so I cannot filter it.")
    words = f"only {edit.value}" if edit.kind == "only" else edit.value
    question, linked = ground.link(words, base)
    conditions, missed = read_conditions(question, linked, resolve)
    if not conditions and not question.periods:
        raise CannotEdit(_not_understood(edit.value, base))
    if edit.kind == "exclude":
        if question.periods:
            raise CannotEdit("I can keep a period, not leave one out. Say which period to keep.")
        conditions = [replace(one, op=_OPPOSITE[one.op]) for one in conditions if one.op in _OPPOSITE]
    for condition in conditions:
        _apply(draft, condition, ground)
    for period in question.periods:
        _apply_period(draft, period, ground)
    if missed:
        draft.notes.append(f"I could not place {sentence(missed)}.")


def _not_understood(words: str, base: Table) -> str:
    categories = [column.name for column in base.with_role("category")][:6]
    offer = f" Name a column and a value, as in: only {categories[0]} X." if categories else ""
    return f'I could not tell which rows "{words}" means.{offer}'


def _apply(draft: Draft, condition: Condition, ground: Ground) -> None:
    said = condition_words(condition)
    if _as_default(draft, condition):
        draft.done.append(
            f"set the input {condition.column.name} to {sentence([str(value) for value in condition.values])}"
        )
        return
    missed: list[str] = []
    done = False
    for query in list(dict.fromkeys(insight["query"] for insight in draft.insights.values())):
        if _in_query(draft, query, condition, ground) or _in_insights(draft, query, condition, ground):
            done = True
        else:
            missed += [f'"{draft.title(view)}"' for view in draft.views if draft.insight_of(view).get("query") == query]
    if not done:
        raise CannotEdit(
            f"None of the queries has the column {condition.column.name}. They were written by hand, so I left them."
        )
    draft.done.append(f"kept only rows where {said}")
    if missed:
        draft.notes.append(
            f"{sentence(missed)} is not filtered: its query was written by hand and lacks {condition.column.name}."
        )


def _as_default(draft: Draft, condition: Condition) -> bool:
    """A choice of values that an input offers becomes its default, so that a reader can still change it."""
    if condition.op not in ("=", "in"):
        return False
    for one in draft.inputs.values():
        options = one.get("options")
        column = options.get("column") if isinstance(options, dict) else None
        if column == condition.column.name and one["type"] in ("select", "multi_select"):
            values = [str(value) if one.get("value_type", "text") == "text" else value for value in condition.values]
            if one["type"] == "select" and len(values) > 1:
                return False
            one["default"] = values if one["type"] == "multi_select" else values[0]
            return True
    return False


def _in_query(draft: Draft, query: str, condition: Condition, ground: Ground) -> bool:
    text, base = draft.select(query), ground.base(draft, query)
    if text is None or base is None:
        return False
    path = path_to(condition.column, base, ground.tables)
    if path is None:
        return False
    if path:
        text = joined(qualified(text, base, ground.dialect), path, ground.dialect)
    column = column_in(text, condition.column, base, ground.dialect)
    kept = tuple(
        one
        for one in text.where
        if not (condition.op in ("=", "in") and re.match(rf"{re.escape(column)} (?:=|IN) ", one))
    )
    added = condition_sql(column, condition, ground.dialect)
    where = kept if added in kept else (*kept, added)
    draft.queries[query]["sql"] = replace(text, where=where).render()
    return True


def _in_insights(draft: Draft, query: str, condition: Condition, ground: Ground) -> bool:
    """A hand-written query stays as it is; if it returns the column, its insights filter on it."""
    names = [column.name for column in ground.returned.get(query, [])]
    if condition.column.name not in names:
        return False
    _add_filter(draft, query, condition_sql(condition.column.name, condition, "duckdb"))
    return True


def _add_filter(draft: Draft, query: str, text: str) -> None:
    for insight in draft.insights.values():
        if insight["query"] == query and text not in draft.interactions(insight, "filter"):
            others = insight.get("interactions") or []
            at = sum(1 for one in others if "filter" in one)
            insight["interactions"] = [*others[:at], {"filter": text}, *others[at:]]


def _apply_period(draft: Draft, period: Period, ground: Ground) -> None:
    ranges = [one for one in draft.inputs.values() if one["type"] == "date_range"]
    if ranges and not period.months:
        span: dict[str, str] = {}
        if period.start:
            span["from"] = period.start.isoformat()
        if period.until:
            span["to"] = period.until.fromordinal(period.until.toordinal() - 1).isoformat()
        ranges[0]["default"] = span
        draft.done.append(f"set the input {ranges[0].get('label', 'period')} to the time {period.text}")
        return
    done, missed = False, []
    for query in list(dict.fromkeys(insight["query"] for insight in draft.insights.values())):
        if _period_in_query(draft, query, period, ground) or _period_in_insights(draft, query, period, ground):
            done = True
        else:
            missed.append(query)
    if not done:
        raise CannotEdit("None of the queries has a time that I can filter.")
    draft.done.append(f"kept only rows {period.text}")
    if missed:
        draft.notes.append(f"What stands on {sentence(missed)} is not filtered: I found no time in it.")


def _period_in_query(draft: Draft, query: str, period: Period, ground: Ground) -> bool:
    text, base = draft.select(query), ground.base(draft, query)
    if text is None or base is None:
        return False
    source = time_source(text)
    if source is None and base.clock is not None:
        source = column_in(text, base.clock, base, ground.dialect)
    if source is None:
        return False
    kept = tuple(
        one
        for one in text.where
        if not one.startswith((f"EXTRACT(month FROM {source})", f"{source} >= DATE", f"{source} < DATE"))
    )
    draft.queries[query]["sql"] = replace(text, where=(*kept, *period_sql(source, period, ground.dialect))).render()
    return True


def _period_in_insights(draft: Draft, query: str, period: Period, ground: Ground) -> bool:
    times = [column for column in ground.returned.get(query, []) if column.role == "time"]
    if not times:
        return False
    name = times[0].name
    if period.months:
        listed = ", ".join(literal(month, "duckdb") for month in period.months)
        _add_filter(draft, query, f"extract(month FROM {name}) IN ({listed})")
    else:
        for text in period_sql(name, period, "duckdb"):
            _add_filter(draft, query, text)
    return True

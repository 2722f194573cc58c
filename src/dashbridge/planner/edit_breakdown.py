"""Adding to a dashboard: a breakdown by something, or another headline number."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dashbridge.planner.dialect import truncated
from dashbridge.planner.dimensions import read_dimensions
from dashbridge.planner.draft import CannotEdit, Draft
from dashbridge.planner.edit_measure import add_measure
from dashbridge.planner.edit_time import time_source
from dashbridge.planner.follow_up import Edit
from dashbridge.planner.ground import Ground, column_in, joined, path_to, qualified, without_idle_joins
from dashbridge.planner.lexicon import STOP
from dashbridge.planner.measure_sql import dimension_name
from dashbridge.planner.measures import read_measures
from dashbridge.planner.mentions import Linked
from dashbridge.planner.overview.headline import NEWEST
from dashbridge.planner.plan import Dimension
from dashbridge.planner.queries import ROW_BUDGET
from dashbridge.planner.resolve import Resolve
from dashbridge.planner.schema import Table
from dashbridge.planner.sqltext import SelectText
from dashbridge.planner.views import MOST_BARS, label_expression
from dashbridge.planner.words import capital, sentence, tokens

_BY = re.compile(r"^(?:.*\b)?(?:by|per|of|for each|over)\b", re.IGNORECASE)
_MOST_PARTS = 60
_GROUPED = re.compile(r"\b(?:by|per|breakdown|split|each)\b", re.IGNORECASE)


def add(draft: Draft, edit: Edit, ground: Ground, resolve: Resolve) -> None:
    """A breakdown when a grouping is named, a headline number when a measure is."""
    query = ground.main_query(draft)
    if query is None:
        raise CannotEdit("This dashboard has no query to build on. Ask a new question instead.")
    base = ground.base(draft, query)
    linked = ground.link(edit.value, base)[1] if base else None
    if linked is not None and not _GROUPED.search(edit.value):
        question = ground.link(edit.value, linked.base)[0]
        measured = any(mention.column.role == "measure" for mention in linked.mentions) or question.counted
        if measured:
            add_measure(draft, read_measures(question, linked, [], resolve)[0], query, ground, linked.base)
            return
    returned = _returned(edit.value, draft, ground)
    if returned is not None:
        _add_view(draft, _model(draft, returned[0]), returned[1])
        return
    if linked is None or base is None or draft.select(query) is None:
        raise CannotEdit(_offer(query, ground, edit.value))
    question, linked = ground.link(edit.value, base)
    dimensions, _ = read_dimensions(question, linked, resolve)
    if not dimensions:
        raise CannotEdit(f'I found nothing like "{_plain(edit.value)}" to break down by. {_columns_of(base)}')
    for dimension in dimensions:
        _add_breakdown(draft, dimension, query, ground, linked)


def _plain(words: str) -> str:
    return _BY.sub("", words).strip() or words


def _columns_of(base: Table) -> str:
    names = [column.name for column in base.with_role("category")][:8]
    return f"{base.name} has {sentence(names)}." if names else ""


def _offer(query: str, ground: Ground, words: str) -> str:
    names = [column.name for column in ground.returned.get(query, []) if column.role == "category"]
    return (
        f'The query {query} was written by hand and returns no column like "{_plain(words)}", so I left it alone. '
        + (f"It returns {sentence(names)} to break down by." if names else "")
    )


def _returned(words: str, draft: Draft, ground: Ground) -> tuple[str, Dimension] | None:
    """A grouping that a query already returns, best if charts stand on that query."""
    stems = {token.stem for token in tokens(_plain(words)) if token.word not in STOP}
    used = [insight["query"] for insight in draft.insights.values()]
    for query in sorted(dict.fromkeys(used), key=lambda name: -used.count(name)):
        if _model(draft, query) is None:
            continue
        for column in ground.returned.get(query, []):
            if column.role == "category" and stems and set(column.words) == stems:
                named = next((one for one in ground.returned[query] if one.name == f"{column.name}_name"), None)
                return query, Dimension(column, column.name, column.label, named)
    return None


def _model(draft: Draft, query: str) -> str | None:
    """The view whose measure a new breakdown shows: the first chart on that query, else a headline number."""
    names = [
        name
        for name in draft.ordered()
        if draft.insight_of(name).get("query") == query
        and draft.views[name]["type"] not in ("table", "text", "scatter")
    ]
    names = draft.shown(names)
    charts = [name for name in names if draft.views[name]["type"] in ("line", "bar", "area")]
    return next(iter(charts or names), None)


def _measure_expression(draft: Draft, view: str) -> str:
    props = draft.insight_of(view)["props"]
    return str(
        props["value"]
        if draft.views[view]["type"] in ("metric", "heatmap", "pie") and "value" in props
        else props.get("y") or props["color"]
    )


def _add_view(
    draft: Draft,
    model: str | None,
    dimension: Dimension,
    query: str | None = None,
    retimed: tuple[str, str] | None = None,
) -> None:
    """A bar view like `model`, by `dimension`; `retimed` is the time's name in the model's query and in the new one."""
    if model is None:
        raise CannotEdit("There is no measure to break down.")
    source = draft.insight_of(model)
    label = label_expression(dimension) if dimension.name is not None and query else dimension_name(dimension)
    measure = _measure_expression(draft, model)
    for name in draft.views:
        props = draft.insight_of(name).get("props") or {}
        if (
            draft.views[name]["type"] in ("bar", "pie")
            and props.get("x", props.get("label")) in (label, dimension_name(dimension))
            and measure in props.values()
        ):
            raise CannotEdit(f'"{draft.title(name)}" shows that already.')
    name = draft.free_name("views", f"by_{dimension_name(dimension)}")
    filters = [{"filter": text} for text in draft.interactions(source, "filter") if f"{NEWEST} + 1" not in text]
    if retimed:
        filters = [
            {"filter": re.sub(rf"(?<![\w'(]){retimed[0]}(?![\w'(])", retimed[1], one["filter"])} for one in filters
        ]
    insight: dict[str, Any] = {"query": query or source["query"], "props": {"x": label, "y": measure}}
    in_order = dimension.column.role == "part"
    sort = label if in_order else f"{measure} DESC NULLS LAST, {label}"
    insight["interactions"] = [*filters, {"sort": sort}]
    insight["limit"] = _MOST_PARTS if in_order else MOST_BARS
    insight_name = draft.free_name("insights", f"by_{dimension_name(dimension)}")
    draft.insights[insight_name] = insight
    draft.views[name] = _bar(draft, model, dimension, insight_name)
    draft.place(name)
    draft.done.append(f'added "{draft.title(name)}"')


def _bar(draft: Draft, model: str, dimension: Dimension, insight: str) -> dict[str, Any]:
    like = draft.views[model]
    prop = "value" if like["type"] in ("metric", "heatmap", "pie") else "y"
    measured = (like.get("labels") or {}).get(prop) or re.sub(r" by .*$", "", draft.title(model))
    in_order = dimension.column.role == "part"
    limit = MOST_BARS if dimension.distinct > MOST_BARS and not in_order else None
    title = f"{capital(measured)} by {dimension.label}" + (f", top {limit}" if limit else "")
    view: dict[str, Any] = {
        "type": "bar",
        "title": title[:200],
        "insight": insight,
        "sort": {"by": "y", "order": "descending"},
    }
    if in_order:
        view |= {"kinds": {"x": "ordinal"}, "sort": {"by": "x", "order": "ascending"}}
    if prop in (like.get("format") or {}):
        view["format"] = {"y": like["format"][prop]}
    if "unit" in like:
        view["unit"] = like["unit"]
    view["labels"] = {"x": capital(dimension.label), "y": capital(measured)}
    return view


def _add_breakdown(draft: Draft, dimension: Dimension, query: str, ground: Ground, linked: Linked) -> None:
    """A query of its own with the same measures, time and inputs, grouped by the new thing as well."""
    text = draft.select(query)
    model = _model(draft, query)
    if text is None:
        raise CannotEdit(_offer(query, ground, dimension.label))
    base = linked.base
    kept = _kept_groups(draft, text)
    path = path_to(dimension.column, base, ground.tables) or ()
    name_path = (path_to(dimension.name, base, ground.tables) or ()) if dimension.name else ()
    if path or name_path or text.joins:
        text = joined(joined(qualified(text, base, ground.dialect), path, ground.dialect), name_path, ground.dialect)
    groups = [item for item in text.select[: text.group] if item[1] in kept]
    alias = dimension_name(dimension)
    if alias in kept:
        raise CannotEdit(f"The query {query} is by {dimension.label} already.")
    groups.append((column_in(text, dimension.column, base, ground.dialect), alias))
    if dimension.name is not None:
        groups.append((column_in(text, dimension.name, base, ground.dialect), f"{alias}_name"))
    select = (*groups, *text.select[text.group :])
    new = without_idle_joins(replace(text, select=select, group=len(groups)))
    coarser = ""
    if _too_many(dimension, base, new):
        new, coarser = _by_month(new, ground.dialect)
    if _too_many(dimension, base, new):
        raise CannotEdit(
            f"By {dimension.label} there are too many groups to keep beside the time and the inputs. "
            "Ask for it as a new dashboard."
        )
    name = draft.free_name("queries", f"{query}_by_{alias}")
    draft.queries[name] = {
        "sql": new.render(),
        **({"cache": draft.queries[query]["cache"]} if "cache" in draft.queries[query] else {}),
    }
    _add_view(draft, model, dimension, name, (coarser, new.names[0]) if coarser else None)
    if coarser:
        draft.notes.append(
            f"The breakdown by {dimension.label} keeps months, so the period bears on it by whole months."
        )


def _by_month(text: SelectText, dialect: str) -> tuple[SelectText, str]:
    """The statement with its time by month, and the name its time had; unchanged when it has no finer time."""
    source = time_source(text)
    if source is None or text.names[0] not in ("day", "hour", "week") or "month" in text.names:
        return text, ""
    return replace(
        text, select=((truncated(source, "month", "timestamp", dialect), "month"), *text.select[1:])
    ), text.names[0]


def _kept_groups(draft: Draft, text: SelectText) -> set[str]:
    """The time, what the inputs choose from, and what a distinct count needs."""
    names = text.names[: text.group]
    used = {one["options"]["column"] for one in draft.inputs.values() if isinstance(one.get("options"), dict)}
    time = {names[0]} if names and time_source(text) else set()
    return time | {
        name for name in names if name in used or name.removesuffix("_name") in used or name.endswith("_distinct")
    }


def _too_many(dimension: Dimension, base: Table, text: SelectText) -> bool:
    rows = float(dimension.distinct)
    for expression, name in text.select[: text.group]:
        column = base.column(expression.rpartition(".")[2].strip('"'))
        if column is not None and name != dimension_name(dimension):
            rows *= column.distinct or 1
    if time_source(text):
        days = min((base.clock.distinct if base.clock else None) or 1_500, 1_500)
        rows *= {"hour": days * 24, "day": days, "week": days / 7, "month": days / 30}.get(
            text.names[0].removesuffix("_start"), days / 90
        )
    return min(rows, base.rows or rows) > 2 * ROW_BUDGET

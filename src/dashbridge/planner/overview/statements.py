"""Step 6: the queries: one with the time, the inputs and every grouping that fits, and one for each other grouping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dashbridge.planner.dialect import literal
from dashbridge.planner.measure_sql import dimension_name
from dashbridge.planner.overview.breakdown import KEPT, OTHER, grouped_name, has_other
from dashbridge.planner.overview.headline import NEWEST
from dashbridge.planner.overview.trend import UNKNOWN_DAYS, days_of
from dashbridge.planner.plan import Dimension, Measure, Plan
from dashbridge.planner.queries import BuiltQuery, Queries, QueryWriter
from dashbridge.planner.sqltext import SelectText

BUDGET = 200_000
_PER_DAY = {"day": 1.0, "month": 1 / 30}


@dataclass
class _Block:
    """One query to be: `plain` groupings by their values, `grouped` by their largest nine."""

    name: str
    plain: list[Dimension]
    grouped: list[Dimension] = field(default_factory=list)
    grain: str | None = None


def overview_queries(plan: Plan, dialect: str, detail: Sequence[Dimension]) -> Queries:
    """The queries of a page; `plan.filters` are the inputs, `plan.extra` the breakdowns."""
    writer = QueryWriter(plan, dialect)
    blocks, notes = _blocks(plan, detail)
    queries = Queries(notes=notes)
    for block in blocks:
        text = _text(writer, block)
        time = writer.time_name(block.grain, block.plain) if block.grain else None
        queries.built.append(BuiltQuery(block.name, text, tuple(block.plain), time, block.grain))
    for dimension in plan.filters:
        queries.options[f"{dimension.slug}_options"] = writer.options(dimension)
    return queries


def source_of(queries: Queries, dimension: Dimension) -> BuiltQuery | None:
    """The query under a breakdown."""
    if has_other(dimension):
        return next((one for one in queries.built if grouped_name(dimension) in one.text.names), None)
    return queries.source([dimension])


def _blocks(plan: Plan, detail: Sequence[Dimension]) -> tuple[list[_Block], list[str]]:
    base = query_name(plan)
    grain = _finest(plan)
    inputs = list(plan.filters)
    while inputs and _rows(plan, inputs, [], grain) > BUDGET:
        inputs.pop()
    plan.filters = list(inputs)
    main = _Block(base, list(inputs), grain=grain)
    blocks, notes = [main], []
    for dimension in plan.extra:
        plain = main.plain if has_other(dimension) else [*main.plain, *([] if dimension in main.plain else [dimension])]
        grouped = [*main.grouped, dimension] if has_other(dimension) else main.grouped
        if _rows(plan, plain, grouped, grain) <= BUDGET:
            main.plain, main.grouped = list(plain), list(grouped)
        else:
            own = [dimension] if has_other(dimension) else []
            block = _Block(f"{base}_by_{dimension.slug}"[:60], [*inputs, *([] if own else [dimension])], own, grain)
            notes += _fit(plan, block, f"The breakdown by {dimension.label}")
            blocks.append(block)
    if detail and not any(set(detail) <= set(block.plain) for block in blocks):
        wanted = list(dict.fromkeys([*main.plain, *detail]))
        if _rows(plan, wanted, main.grouped, grain) <= BUDGET:
            main.plain = wanted
        else:
            block = _Block(f"{base}_in_detail"[:60], list(dict.fromkeys([*inputs, *detail])), [], grain)
            notes += _fit(plan, block, "The table")
            blocks.append(block)
    return blocks, notes


def _fit(plan: Plan, block: _Block, what: str) -> list[str]:
    """Make a query of its own small enough: by month rather than by day, then without the inputs."""
    if _rows(plan, block.plain, block.grouped, block.grain) <= BUDGET:
        return []
    if block.grain == "day":
        block.grain = "month"
        if _rows(plan, block.plain, block.grouped, block.grain) <= BUDGET:
            return [f"{what} keeps months, so the period bears on it by whole months."]
    block.plain = [one for one in block.plain if one not in plan.filters]
    return [f"{what} answers to the period alone: it has too many groups to keep the categories beside them."]


def _rows(plan: Plan, plain: Sequence[Dimension], grouped: Sequence[Dimension], grain: str | None) -> float:
    groups = 1.0
    for dimension in plain:
        groups *= dimension.distinct
    for dimension in grouped:
        groups *= 1 if dimension in plain else KEPT + 1
    days = min(days_of(plan.base) or UNKNOWN_DAYS, 5_000)
    return min(groups * max(1.0, days * _PER_DAY[grain] if grain else 1.0), plan.base.rows or 10_000_000)


def _finest(plan: Plan) -> str | None:
    return None if plan.time is None else "day" if plan.time.days else "month"


def query_name(plan: Plan) -> str:
    """A name for the page's query, from the table's."""
    words = plan.base.short.lower()
    plain = "".join(one if one.isascii() and (one.isalnum() or one == "_") else "_" for one in words).strip("_")[:40]
    return plain if plain[:1].isalpha() else f"t_{plain or 'rows'}"


def _text(writer: QueryWriter, block: _Block) -> SelectText:
    cut = [one for one in block.grouped if one not in block.plain]
    text = writer.write([*block.plain, *cut], block.grain)
    select = list(text.select)
    for dimension in block.grouped:
        name = dimension_name(dimension)
        at = next(place for place, (_, alias) in enumerate(select) if alias == name)
        column = select[at][0]
        label = select[at + 1][0] if dimension.name is not None else None
        made = _largest(writer, dimension, column, label), grouped_name(dimension)
        width = 2 if dimension.name is not None else 1
        select[at : at + width] = [made] if dimension in cut else [*select[at : at + width], made]
    group = len(select) - (len(text.select) - text.group)
    if block.grain and writer.plan.time is not None:
        select.append((f"max(max({select[0][0]})) OVER ()", NEWEST))
    return replace(text, select=tuple(select), group=group)


def _largest(writer: QueryWriter, dimension: Dimension, column: str, label: str | None) -> str:
    """The value where it is one of the largest, else "Other"."""
    inner = writer.write([replace(dimension, name=None)], None)
    own = inner.select[0][0]
    order = next((expression for expression, name in inner.select if name == _volume(writer.plan.main)), "count(*)")
    where = " AND ".join([f"{own} IS NOT NULL", *inner.where])
    joins = "".join(f" {line}" for line in inner.joins)
    rows = f"SELECT {own} FROM {inner.source}{joins} WHERE {where}"
    listed = f"{rows} GROUP BY {own} ORDER BY {order} DESC, {own} LIMIT {KEPT}"
    text = "STRING" if writer.dialect == "bigquery" else "VARCHAR"
    shown = column if dimension.column.kind == "text" else f"CAST({column} AS {text})"
    shown = f"coalesce({label}, {shown})" if label else shown
    return f"CASE WHEN {column} IN ({listed}) THEN {shown} ELSE {literal(OTHER, writer.dialect)} END"


def _volume(measure: Measure) -> str:
    return measure.slug if measure.kind == "sum" else ""

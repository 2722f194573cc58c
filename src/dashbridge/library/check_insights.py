"""Whether each insight would compute: its statements over its query, planned by the engines that will run them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from dashbridge.connections import DryRunRecord, GatedWarehouse
from dashbridge.dashboards import CompiledDashboard
from dashbridge.insights import (
    CompiledInsight,
    InputValue,
    column_problems,
    crossing_problem,
    huge_columns,
    over_query,
    over_table,
    type_problems,
    with_data,
)
from dashbridge.kit import DashbridgeError, Place, Problem
from dashbridge.library.blank import blank_table
from dashbridge.warehouse.base import Column, Limits, LocalEngine, Parameter

_LOCAL_S = 10.0


@dataclass(frozen=True, slots=True)
class Part:
    """An insight, a trace or an input's options: its name in the data answer, and its path in the file."""

    label: str
    path: str
    insight: CompiledInsight


@dataclass(slots=True)
class Found:
    """What is wrong, what is worth saying, and the dry runs of the pre-queries by the parts' labels."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    records: dict[str, DryRunRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A part's statements as the warehouse sees them; `pre` is None where there is no pre-query."""

    part: Part
    pre: DryRunRecord | DashbridgeError | None
    whole: DryRunRecord | DashbridgeError


@dataclass(frozen=True, slots=True)
class _Local:
    """A statement for the engine on this side, over one blank row of the columns it will find."""

    part: Part
    sql: str
    values: Sequence[Parameter]
    table: str
    blank: pa.Table


def parts_of(dashboard: CompiledDashboard) -> Iterator[Part]:
    """Everything that is computed from a query."""
    for name, insight in dashboard.insights.items():
        yield Part(name, f"/insights/{name}", insight)
    for name, trace in dashboard.traces.items():
        yield Part(f"traces.{name}", f"/traces/{name}", trace)
    for name, options in dashboard.options.items():
        yield Part(f"options.{name}", f"/inputs/{name}/options", options)


async def check_insights(
    dashboard: CompiledDashboard,
    queries: Mapping[str, DryRunRecord],
    warehouse: GatedWarehouse,
    engine: LocalEngine,
    values: Mapping[str, InputValue],
) -> Found:
    """Plan every statement that may run for the insights over `queries`. Places carry paths only."""
    found = Found()
    sound: list[Part] = []
    for part in parts_of(dashboard):
        if part.insight.query not in queries:
            continue
        unfit = _unfit(part, queries[part.insight.query].plan.columns)
        found.problems += unfit
        if not unfit:
            sound.append(part)
    planned = await asyncio.gather(*(_plan(part, dashboard, warehouse, values) for part in sound))
    for one in planned:
        if isinstance(one.whole, DashbridgeError):
            found.problems.append(_problem(one.part, one.whole, queries))
        elif isinstance(one.pre, DashbridgeError):
            found.warnings.append(_on_the_server(one.part, one.pre))
        elif one.pre is not None:
            found.records[one.part.label] = one.pre
    fine = [one for one in planned if not isinstance(one.whole, DashbridgeError)]
    failed: dict[str, DashbridgeError] = {}
    for local, error in await _try([local for one in fine for local in _locals(one, queries, values)], engine):
        failed.setdefault(local.part.label, error)
    found.problems += [_problem(part, failed[part.label], queries) for part in sound if part.label in failed]
    return found


def _unfit(part: Part, columns: Sequence[Column]) -> list[Problem]:
    """What planning with the default inputs would not find: names and types inside filters that stand open."""
    problems = column_problems(part.insight, [column.name for column in columns])
    problems += type_problems(part.insight, {column.name: column.kind.value for column in columns})
    return [Problem(one.code, one.message, Place(part.path), one.hint) for one in problems]


async def _plan(
    part: Part, dashboard: CompiledDashboard, warehouse: GatedWarehouse, values: Mapping[str, InputValue]
) -> _Planned:
    query, split = dashboard.queries[part.insight.query].sql, part.insight.split
    bound = split.whole.bind(values)
    pre = None if split.pre is None else over_query(split.pre.sql, query)
    whole = over_query(bound.sql, query)
    if pre == whole:
        only = await _dry_run(warehouse, whole, ())
        return _Planned(part, only, only)
    runs = [_dry_run(warehouse, whole, bound.values)] + ([] if pre is None else [_dry_run(warehouse, pre, ())])
    done = await asyncio.gather(*runs)
    return _Planned(part, done[1] if pre is not None else None, done[0])


async def _dry_run(warehouse: GatedWarehouse, sql: str, values: Sequence[Parameter]) -> DryRunRecord | DashbridgeError:
    try:
        return await warehouse.dry_run(sql, values)
    except DashbridgeError as error:
        return error


def _locals(
    planned: _Planned, queries: Mapping[str, DryRunRecord], values: Mapping[str, InputValue]
) -> Iterator[_Local]:
    """The post-query over the pre-query's columns, and the whole over the query's, where their rows can come here."""
    part, split = planned.part, planned.part.insight.split
    if isinstance(planned.pre, DryRunRecord) and split.post is not None:
        columns = planned.pre.plan.columns
        if crossing_problem(_named(columns)) is None:
            bound, table = split.post.bind(values), f"pre_{part.label.replace('.', '_')}"
            sql = with_data(bound.sql, f'"{table}"', huge_columns(_named(columns)))
            yield _Local(part, sql, bound.values, table, blank_table(columns))
    columns = queries[part.insight.query].plan.columns
    if split.whole_local is not None and crossing_problem(_named(columns)) is None:
        bound, table = split.whole_local.bind(values), f"rows_{part.insight.query}"
        sql = over_table(bound.sql, f'"{table}"', huge_columns(_named(columns)))
        yield _Local(part, sql, bound.values, table, blank_table(columns))


async def _try(statements: Sequence[_Local], engine: LocalEngine) -> list[tuple[_Local, DashbridgeError]]:
    """Those that fail: all in one trip, and if one fails, each alone to tell which."""
    if not statements:
        return []
    tables = {one.table: one.blank for one in statements}
    try:
        await engine.query_many(
            tables, [(one.sql, one.values) for one in statements], limits=Limits(timeout_s=_LOCAL_S)
        )
    except DashbridgeError as error:
        if len(statements) == 1:
            return [(statements[0], error)]
        alone = await asyncio.gather(*(_try([one], engine) for one in statements))
        return [failed for one in alone for failed in one]
    return []


def _named(columns: Sequence[Column]) -> list[tuple[str, str]]:
    return [(column.name, column.type) for column in columns]


def _problem(part: Part, error: DashbridgeError, queries: Mapping[str, DryRunRecord]) -> Problem:
    returned = ", ".join(column.name for column in queries[part.insight.query].plan.columns)
    hint = error.hint or f"its query {part.insight.query!r} returns: {returned}"
    return Problem(error.code, error.message, Place(part.path), hint)


def _on_the_server(part: Part, error: DashbridgeError) -> Problem:
    return Problem(
        "insight.not_split",
        f"{part.label} is computed anew for every choice of a viewer, since its pre-query is refused: {error.message}",
        Place(part.path),
        error.hint or "write its expressions more plainly",
    )

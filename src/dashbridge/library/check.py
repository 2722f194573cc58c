"""Whether a dashboard file would work: the file itself, each query's dry run, each insight bound to real columns."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import pyarrow as pa

from dashbridge.connections import DryRunRecord, GatedWarehouse
from dashbridge.dashboards import CompiledDashboard, LoadedDashboard, compile_dashboard, load_dashboard
from dashbridge.insights import CompiledInsight, OptionsQuery, column_problems, read_inputs, type_problems
from dashbridge.kit import DashbridgeError, Invalid, Place, Problem
from dashbridge.warehouse.base import Column, Kind, Limits, LocalEngine

_ARROW = {
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.decimal128(38, 9),
    Kind.FLOAT: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.time64("us"),
    Kind.TIMESTAMP: pa.timestamp("us"),
    Kind.TIMESTAMP_TZ: pa.timestamp("us", "UTC"),
    Kind.BYTES: pa.binary(),
    Kind.INTERVAL: pa.month_day_nano_interval(),
}


_BLOCK = re.compile(r"""["']?sql["']?\s*:\s*\|""")


class OpensWarehouse(Protocol):
    """Gives the gated warehouse of a connection name, for the actor who asks."""

    async def __call__(self, name: str) -> GatedWarehouse:
        """Raises NotFound."""


@dataclass(frozen=True, slots=True)
class CheckedDashboard:
    """A file that passed every check, with the dry-run record of each of its queries."""

    loaded: LoadedDashboard
    compiled: CompiledDashboard
    records: dict[str, DryRunRecord]

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What works but is probably not meant."""
        return self.loaded.warnings


async def check_dashboard(
    text: str | bytes, open_warehouse: OpensWarehouse, engine: LocalEngine, *, today: date
) -> CheckedDashboard:
    """Check a file as saving it would. Raises Invalid with every problem, each at its YAML path and line."""
    loaded = load_dashboard(text)
    compiled = compile_dashboard(loaded)
    try:
        warehouse = await open_warehouse(compiled.connection)
    except DashbridgeError as error:
        raise Invalid.of([_at(loaded, "/connection", error)]) from error
    names = list(compiled.queries)
    outcomes = await asyncio.gather(
        *(warehouse.dry_run(compiled.queries[name].sql) for name in names), return_exceptions=True
    )
    records: dict[str, DryRunRecord] = {}
    problems: list[Problem] = []
    for name, outcome in zip(names, outcomes, strict=True):
        if isinstance(outcome, DashbridgeError):
            problems.append(_in_sql(loaded, text, name, compiled.queries[name].sql, outcome))
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            records[name] = outcome
    unfit = _unfit_insights(loaded, compiled, records)
    problems += unfit or await _bind_insights(loaded, compiled, records, engine, today)
    problems += _option_columns(loaded, compiled, records)
    if problems:
        raise Invalid.of(sorted(problems, key=lambda problem: problem.place.line or 0))
    return CheckedDashboard(loaded, compiled, records)


def _unfit_insights(
    loaded: LoadedDashboard, compiled: CompiledDashboard, records: dict[str, DryRunRecord]
) -> list[Problem]:
    """What binding with the default inputs would not find: names and types inside filters that stand open."""
    problems = []
    for insight in compiled.insights.values():
        if insight.query in records:
            columns = records[insight.query].plan.columns
            found = column_problems(insight, [column.name for column in columns])
            found += type_problems(insight, {column.name: column.kind.value for column in columns})
            problems += [replace(problem, place=loaded.place(problem.place.path or "")) for problem in found]
    return problems


async def _bind_insights(
    loaded: LoadedDashboard,
    compiled: CompiledDashboard,
    records: dict[str, DryRunRecord],
    engine: LocalEngine,
    today: date,
) -> list[Problem]:
    values = read_inputs(compiled.inputs, {}, today)

    async def bind(query: str, insights: list[CompiledInsight]) -> list[Problem]:
        empty = empty_table(records[query].plan.columns)
        bound = [insight.bind(values, today) for insight in insights]
        statements = [(one.sql, one.values) for one in bound]
        try:
            await engine.query_many({"insight_data": empty}, statements, limits=Limits(timeout_s=10))
        except DashbridgeError as error:
            if len(insights) > 1:
                alone = await asyncio.gather(*(bind(query, [insight]) for insight in insights))
                return [problem for problems in alone for problem in problems]
            hint = error.hint or f"its query {query!r} returns: {', '.join(empty.column_names)}"
            return [_at(loaded, f"/insights/{insights[0].name}", error, hint)]
        return []

    by_query: dict[str, list[CompiledInsight]] = {}
    for insight in compiled.insights.values():
        if insight.query in records:
            by_query.setdefault(insight.query, []).append(insight)
    found = await asyncio.gather(*(bind(query, insights) for query, insights in by_query.items()))
    return [problem for problems in found for problem in problems]


def _option_columns(
    loaded: LoadedDashboard, compiled: CompiledDashboard, records: dict[str, DryRunRecord]
) -> list[Problem]:
    problems = []
    for name, spec in compiled.inputs.items():
        source = getattr(spec, "options", None)
        if not isinstance(source, OptionsQuery) or source.query not in records:
            continue
        have = [column.name for column in records[source.query].plan.columns]
        for column in filter(None, (source.column, source.label_column)):
            if column not in have:
                problems.append(
                    Problem(
                        "unknown_column",
                        f"The query {source.query!r} returns no column {column!r}",
                        loaded.place(f"/inputs/{name}/options"),
                        "it returns: " + ", ".join(have),
                    )
                )
    return problems


def empty_table(columns: tuple[Column, ...]) -> pa.Table:
    """No rows, with the columns of a dry run as Arrow types; text stands for kinds Arrow has no plain type of."""
    return pa.table(
        [pa.array([], _ARROW.get(column.kind, pa.string())) for column in columns],
        names=[column.name for column in columns],
    )


def _at(loaded: LoadedDashboard, path: str, error: DashbridgeError, hint: str | None = None) -> Problem:
    place = loaded.place(path)
    return Problem(error.code, error.message, Place(path, place.line, place.column), hint or error.hint)


def _in_sql(loaded: LoadedDashboard, text: str | bytes, name: str, sql: str, error: DashbridgeError) -> Problem:
    """The error at its own line of the file where the SQL is a block (`sql: |`), else where the SQL begins."""
    path = f"/queries/{name}/sql"
    problem = _at(loaded, path, error, error.hint or "compare its names with the tables and columns of the connection")
    begins, inner = problem.place, error.place.line
    lines = (text if isinstance(text, str) else text.decode()).splitlines()
    if begins.line is None or inner is None or not _BLOCK.match(lines[begins.line - 1][(begins.column or 1) - 1 :]):
        return problem
    here = begins.line + inner
    written, meant = lines[here - 1 : here], sql.splitlines()[inner - 1 : inner]
    if error.place.column is None or not written or not meant:
        return replace(problem, place=Place(path, here))
    return replace(problem, place=Place(path, here, error.place.column + len(written[0]) - len(meant[0])))

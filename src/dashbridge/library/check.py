"""Whether a dashboard file would work: the file itself, each query's dry run, each insight's statements planned."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from dashbridge.connections import DryRunRecord, GatedWarehouse
from dashbridge.dashboards import CompiledDashboard, LoadedDashboard, compile_dashboard, load_dashboard
from dashbridge.dashboards.document import read_document
from dashbridge.insights import OptionsQuery, read_inputs
from dashbridge.insights.options import range_problems
from dashbridge.kit import DashbridgeError, Invalid, Place, Problem
from dashbridge.library.check_insights import check_insights
from dashbridge.warehouse.base import LocalEngine

DEFAULT_DIALECT = "duckdb"

_BLOCK = re.compile(r"""["']?sql["']?\s*:\s*\|""")


class OpensWarehouse(Protocol):
    """Gives the gated warehouse of a connection name, for the actor who asks."""

    async def __call__(self, name: str) -> GatedWarehouse:
        """Raises NotFound."""


@dataclass(frozen=True, slots=True)
class CheckedDashboard:
    """A file that passed every check.

    `records` are the dry runs of its queries, `pre_records` those of its insights' pre-queries (by insight,
    `traces.NAME`, `options.INPUT`); `warnings` what works but is probably not meant.
    """

    loaded: LoadedDashboard
    compiled: CompiledDashboard
    records: dict[str, DryRunRecord]
    pre_records: dict[str, DryRunRecord]
    warnings: tuple[Problem, ...]
    dialect: str


async def check_dashboard(
    text: str | bytes, open_warehouse: OpensWarehouse, engine: LocalEngine, *, today: Callable[[str], date]
) -> CheckedDashboard:
    """Check a file as saving it would. Raises Invalid with every problem, each at its YAML path and line.

    `today` tells the day in a time zone.
    """
    loaded, warehouse = await _load(text, open_warehouse)
    compiled = await asyncio.to_thread(compile_dashboard, loaded)
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
    unknown = _option_columns(loaded, compiled, records)
    day = today(compiled.timezone)
    values = read_inputs(compiled.inputs, {}, day)
    ranges = [one for name, spec in compiled.inputs.items() for one in range_problems(name, spec, values[name], day)]
    found = await check_insights(compiled, records, warehouse, engine, values)
    placed = {one.place.path for one in unknown}
    problems += unknown + [_placed(loaded, one) for one in found.problems if one.place.path not in placed]
    problems += [_placed(loaded, one) for one in ranges]
    if problems:
        raise Invalid.of(sorted(problems, key=lambda problem: problem.place.line or 0))
    warnings = (*loaded.warnings, *(_placed(loaded, one) for one in found.warnings))
    return CheckedDashboard(loaded, compiled, records, found.records, warnings, warehouse.dialect)


async def _load(text: str | bytes, open_warehouse: OpensWarehouse) -> tuple[LoadedDashboard, GatedWarehouse]:
    """The file read in the dialect of its own connection, which the file has to name first."""
    try:
        loaded = await _loaded(text, DEFAULT_DIALECT)
    except Invalid:
        warehouse = await _named_warehouse(text, open_warehouse)
        if warehouse is None or warehouse.dialect == DEFAULT_DIALECT:
            raise
        return await _loaded(text, warehouse.dialect), warehouse
    try:
        warehouse = await open_warehouse(loaded.spec.connection)
    except DashbridgeError as error:
        raise Invalid.of([_at(loaded, "/connection", error)]) from error
    if warehouse.dialect != DEFAULT_DIALECT:
        loaded = await _loaded(text, warehouse.dialect)
    return loaded, warehouse


async def _loaded(text: str | bytes, dialect: str) -> LoadedDashboard:
    """In a thread: a page of YAML takes a tenth of a second, which nobody else should wait for."""
    return await asyncio.to_thread(load_dashboard, text, dialect)


async def _named_warehouse(text: str | bytes, open_warehouse: OpensWarehouse) -> GatedWarehouse | None:
    """The warehouse that a file names which does not load, if it can be read that far."""
    with suppress(DashbridgeError):
        data = read_document(text).data
        name = data.get("connection") if isinstance(data, dict) else None
        return await open_warehouse(name) if isinstance(name, str) else None
    return None


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


def _placed(loaded: LoadedDashboard, problem: Problem) -> Problem:
    path = problem.place.path or ""
    place = loaded.place(path)
    return replace(problem, place=Place(path, place.line, place.column))


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

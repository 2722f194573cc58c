"""What can be said of a dashboard file without its warehouse: everything but whether tables and columns are there."""

from __future__ import annotations

from datetime import UTC, datetime

from dashbridge.dashboards import CompiledDashboard, LoadedDashboard, compile_dashboard, load_dashboard
from dashbridge.insights import default_inputs, over_query
from dashbridge.kit import Invalid, Place, Problem
from dashbridge.library.check_insights import parts_of
from dashbridge.sql import Scope, SqlRefused, check


def check_alone(text: str | bytes, dialect: str) -> tuple[LoadedDashboard, CompiledDashboard]:
    """Read a file, and pass every statement it may run through the gate's reading of `dialect`. Raises Invalid."""
    loaded = load_dashboard(text, dialect)
    compiled = compile_dashboard(loaded)
    scope = Scope(dialect, None, default_dataset="main" if dialect == "duckdb" else None)
    problems: list[Problem] = []
    refused = set()
    for name, query in compiled.queries.items():
        if found := _refusal(query.sql, 0, scope):
            refused.add(name)
            problems.append(_at(loaded, f"/queries/{name}/sql", found))
    values = default_inputs(compiled.inputs, datetime.now(UTC).date())
    for part in parts_of(compiled):
        if part.insight.query in refused:
            continue
        query, split = compiled.queries[part.insight.query], part.insight.split
        bound = split.whole.bind(values)
        statements = [(bound.sql, len(bound.values))] + ([] if split.pre is None else [(split.pre.sql, 0)])
        found_here = (_refusal(over_query(sql, query.sql), count, scope) for sql, count in statements)
        if first := next(filter(None, found_here), None):
            problems.append(_at(loaded, part.path, first))
    if problems:
        raise Invalid.of(sorted(problems, key=lambda problem: problem.place.line or 0))
    return loaded, compiled


def _refusal(sql: str, placeholders: int, scope: Scope) -> SqlRefused | None:
    try:
        check(sql, scope=scope, placeholders=placeholders)
    except SqlRefused as error:
        return error
    return None


def _at(loaded: LoadedDashboard, path: str, error: SqlRefused) -> Problem:
    place = loaded.place(path)
    return Problem(error.code, error.message, Place(path, place.line, place.column), error.hint)

"""The demo dashboard compiles without a warning, and each of its numbers is the plain SQL one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashbridge.dashboards import CompiledDashboard, compile_dashboard, load_dashboard
from dashbridge.insights import huge_columns, over_query, read_inputs, with_data
from dashbridge.samples import flights_dashboard
from dashbridge.sql import Scope, check

TODAY = dt.date(2026, 1, 1)
DELAY, LATE = "avg(dep_delay)", "avg(CAST(dep_delay > 15 AS INTEGER))"
INPUTS: dict[str, dict[str, list[str]]] = {
    "all": {},
    "two carriers in spring": {"carrier": ["AA", "UA"], "period": ["2013-03-05..2013-06-20"]},
    "one airport": {"airport": ["JFK"]},
}
WHERE: dict[str, dict[str, str]] = {
    "all": {},
    "two carriers in spring": {
        "carrier": "carrier IN ('AA', 'UA')",
        "period": "time_hour >= '2013-03-05' AND time_hour < '2013-06-21'",
    },
    "one airport": {"airport": "origin = 'JFK'"},
}
HEEDLESS = {"flights_by_day": "period", "delay_by_origin": "airport"}  # each filters the others by that input
BY_HAND = {
    "flights_by_day": "SELECT CAST(time_hour AS DATE), count(*) FROM flights WHERE {where} GROUP BY 1 ORDER BY 1",
    "total_flights": "SELECT count(*) FROM flights WHERE {where}",
    "average_delay": f"SELECT {DELAY} FROM flights WHERE {{where}}",
    "late_share": f"SELECT {LATE} FROM flights WHERE {{where}}",
    "delay_by_month": f"SELECT make_date(2013, month, 1), {DELAY}, carrier, carrier FROM flights WHERE {{where}} "
    "GROUP BY month, carrier ORDER BY month, carrier",
    "delay_by_carrier": f"SELECT name, {DELAY} FROM flights JOIN airlines USING (carrier) WHERE {{where}} "
    "GROUP BY name ORDER BY 2 DESC, 1",
    "delay_by_origin": f"SELECT origin, {DELAY} FROM flights WHERE {{where}} GROUP BY origin ORDER BY origin",
    "delay_by_hour": f"SELECT hour, dayname(time_hour), {DELAY} FROM flights WHERE {{where}} AND dep_delay IS NOT NULL "
    "GROUP BY 1, 2 ORDER BY 2, 1",
    "carrier_table": f"SELECT carrier, name, count(*), count(*) - count(dep_delay), {DELAY}, {LATE} "
    "FROM flights JOIN airlines USING (carrier) WHERE {where} GROUP BY 1, 2 ORDER BY 3 DESC, 1",
}


@pytest.fixture(scope="module")
def compiled() -> CompiledDashboard:
    return compile_dashboard(load_dashboard(flights_dashboard()))


@pytest.fixture(scope="module")
def con(flights_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(flights_file), read_only=True) as connection:
        yield connection


def answer(con: duckdb.DuckDBPyConnection, compiled: CompiledDashboard, name: str, raw: dict[str, list[str]]) -> Any:
    """The rows of the pre-query and then the post-query, which are those of the whole."""
    insight, values = compiled.insights[name], read_inputs(compiled.inputs, raw, TODAY)
    sql, split = compiled.queries[insight.query].sql, insight.split
    assert split.pre is not None
    assert split.post is not None
    made = con.sql(over_query(split.pre.sql, sql))
    huge = huge_columns([(key, str(kind)) for key, kind in zip(made.columns, made.types, strict=True)])
    con.register("carried", made.to_arrow_table())
    post, whole = split.post.bind(values), split.whole.bind(values)
    found = con.execute(with_data(post.sql, "carried", huge), post.values).fetchall()
    at_once = con.execute(over_query(whole.sql, sql), whole.values).fetchall()
    assert [one[0] for one in found] == [one[0] for one in at_once]
    return found


def test_it_loads_without_a_warning(compiled: CompiledDashboard) -> None:
    assert load_dashboard(flights_dashboard()).warnings == ()
    assert compiled.connection == "flights"
    assert [view.type for view in compiled.views.values()] == [
        "area",
        *["metric"] * 3,
        "line",
        "bar",
        "bar",
        "heatmap",
        "table",
    ]


def test_every_query_passes_the_gate(compiled: CompiledDashboard) -> None:
    scope = Scope(dialect="duckdb", datasets=frozenset({"main"}), default_dataset="main")
    for query in compiled.queries.values():
        assert {str(table) for table in check(query.sql, scope=scope).tables} <= {"main.flights", "main.airlines"}


def test_every_insight_is_checked_by_hand(compiled: CompiledDashboard) -> None:
    assert set(BY_HAND) == set(compiled.insights)


@pytest.mark.parametrize("inputs", INPUTS)
@pytest.mark.parametrize("name", BY_HAND)
def test_an_insight_equals_plain_sql(
    con: duckdb.DuckDBPyConnection, compiled: CompiledDashboard, name: str, inputs: str
) -> None:
    where = " AND ".join(text for key, text in WHERE[inputs].items() if HEEDLESS.get(name) != key) or "true"
    wanted = con.execute(BY_HAND[name].format(where=where)).fetchall()
    found = answer(con, compiled, name, INPUTS[inputs])
    assert found
    assert len(found) == len(wanted)
    for row, expected in zip(found, wanted, strict=True):
        for value, other in zip(row, expected, strict=True):
            assert value == (pytest.approx(other, rel=1e-9) if isinstance(other, float) else other)


def test_no_carrier_chosen_means_no_row(con: duckdb.DuckDBPyConnection, compiled: CompiledDashboard) -> None:
    assert answer(con, compiled, "delay_by_origin", {"carrier": ["none"]}) == []

"""The demo dashboard compiles without a warning, and each of its numbers is the plain SQL one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashbridge.dashboards import CompiledDashboard, compile_dashboard, load_dashboard
from dashbridge.insights import read_inputs
from dashbridge.samples import flights_dashboard
from dashbridge.sql import Scope, check

TODAY = dt.date(2026, 1, 1)
DELAY, LATE = "avg(dep_delay)", "avg(CAST(dep_delay > 15 AS INTEGER))"
CHOSEN = {"carrier": ["AA", "UA"], "period": ["2013-03-05..2013-06-20"]}
INPUTS: dict[str, dict[str, list[str]]] = {"all": {}, "two carriers in spring": CHOSEN}
WHERE = {
    "all": "true",
    "two carriers in spring": "carrier IN ('AA', 'UA') AND time_hour >= '2013-03-05' AND time_hour < '2013-06-21'",
}
BY_HAND = {
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
    insight = compiled.insights[name]
    bound = insight.bind(read_inputs(compiled.inputs, raw, TODAY), TODAY)
    sql = f"WITH insight_data AS ({compiled.queries[insight.query].sql}) {bound.sql}"
    return con.execute(sql, bound.values).fetchall()


def test_it_loads_without_a_warning(compiled: CompiledDashboard) -> None:
    assert load_dashboard(flights_dashboard()).warnings == ()
    assert compiled.connection == "flights"
    assert [view.type for view in compiled.views.values()] == [
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
    wanted = con.execute(BY_HAND[name].format(where=WHERE[inputs])).fetchall()
    found = answer(con, compiled, name, INPUTS[inputs])
    assert found
    assert len(found) == len(wanted)
    for row, expected in zip(found, wanted, strict=True):
        for value, other in zip(row, expected, strict=True):
            assert value == (pytest.approx(other, rel=1e-9) if isinstance(other, float) else other)


def test_no_carrier_chosen_means_no_row(con: duckdb.DuckDBPyConnection, compiled: CompiledDashboard) -> None:
    assert answer(con, compiled, "delay_by_origin", {"carrier": ["none"]}) == []

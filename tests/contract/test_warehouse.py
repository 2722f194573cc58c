"""What every warehouse does alike, run on the DuckDB adapter and on its in-memory twin."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashbridge.kit import NotFound, TableName, TimedOut
from dashbridge.warehouse.base import Kind, Limits, Warehouse, WarehouseRefused

ROWS = 5_000


def names(found: Any) -> list[str]:
    return [str(item) for item in found]


async def test_explores(warehouse: Warehouse) -> None:
    assert [dataset.name for dataset in await warehouse.list_datasets()] == ["main", "ref"]
    tables = await warehouse.list_tables("main")
    assert [(str(table.name), table.kind, table.rows) for table in tables] == [
        ("main.flights", "table", ROWS),
        ("main.late", "view", None),
    ]
    assert tables[0].description == "One row per departure"
    assert (tables[0].bytes or 0) > 0


async def test_describes_a_table(warehouse: Warehouse) -> None:
    schema = await warehouse.table_schema(TableName("main", "flights"))
    assert [(column.name, column.kind) for column in schema.columns] == [
        ("id", Kind.INTEGER),
        ("carrier", Kind.TEXT),
        ("delay", Kind.FLOAT),
        ("day", Kind.DATE),
    ]
    assert schema.columns[2].description == "Minutes"
    assert schema.table.rows == ROWS
    distinct = {column.name: column.distinct for column in schema.columns}
    assert distinct["carrier"] is not None
    assert 2 <= distinct["carrier"] <= 4
    assert distinct["id"] is not None
    assert ROWS * 0.8 <= distinct["id"] <= ROWS * 1.2


async def test_describes_a_view(warehouse: Warehouse) -> None:
    schema = await warehouse.table_schema(TableName("ref", "named"))
    assert [(column.name, column.kind) for column in schema.columns] == [("name", Kind.TEXT), ("delay", Kind.FLOAT)]
    assert schema.table.kind == "view"


@pytest.mark.parametrize(
    "table", [TableName("main", "nosuch"), TableName("nosuch", "flights"), TableName("a", "b", "c")]
)
async def test_an_unknown_table_is_not_found(warehouse: Warehouse, table: TableName) -> None:
    with pytest.raises(NotFound):
        await warehouse.table_schema(table)


async def test_an_unknown_dataset_is_not_found(warehouse: Warehouse) -> None:
    with pytest.raises(NotFound):
        await warehouse.list_tables("nosuch'; --")


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT 1", []),
        ("SELECT count(*) FROM flights", ["main.flights"]),
        ("SELECT * FROM flights WHERE 1 = 0", ["main.flights"]),
        ("SELECT * FROM late", ["main.flights", "main.late"]),
        ("SELECT name FROM REF.Named", ["main.flights", "ref.carriers", "ref.named"]),
        ("WITH x AS (SELECT * FROM ref.carriers) SELECT * FROM x, flights", ["main.flights", "ref.carriers"]),
        ("WITH flights AS (SELECT * FROM main.flights) SELECT * FROM flights", ["main.flights"]),
        ("SELECT (SELECT max(name) FROM ref.carriers) FROM range(3)", ["ref.carriers"]),
        ("SELECT * FROM query('SELECT * FROM ref.carriers')", ["ref.carriers"]),
    ],
)
async def test_dry_run_names_the_tables(warehouse: Warehouse, sql: str, tables: list[str]) -> None:
    found = await warehouse.dry_run(sql)
    assert found.statement_type == "SELECT"
    assert names(found.tables) == tables


async def test_dry_run_gives_columns_and_bytes(warehouse: Warehouse) -> None:
    found = await warehouse.dry_run(
        "SELECT carrier, avg(delay) AS delay FROM flights WHERE day > ? GROUP BY 1", [dt.date(2013, 2, 1)]
    )
    assert [(column.name, column.kind) for column in found.columns] == [("carrier", Kind.TEXT), ("delay", Kind.FLOAT)]
    whole = (await warehouse.list_tables("main"))[0].bytes
    assert whole is not None
    assert 0 < found.bytes_scanned <= whole


async def test_dry_run_does_not_run(warehouse: Warehouse) -> None:
    found = await warehouse.dry_run("SELECT count(*) FROM range(1000000000000) a, range(1000000) b")
    assert found.tables == ()


@pytest.mark.parametrize(
    "sql", ["", "SELECT 1; SELECT 2", "SELEC 1", "SELECT nope FROM flights", "SELECT * FROM nosuch"]
)
async def test_dry_run_refuses(warehouse: Warehouse, sql: str) -> None:
    with pytest.raises(WarehouseRefused):
        await warehouse.dry_run(sql)


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE x AS SELECT 1", "DROP TABLE flights", "SET VARIABLE a = 1", "CHECKPOINT"]
)
async def test_dry_run_names_what_is_not_a_select(warehouse: Warehouse, sql: str) -> None:
    assert (await warehouse.dry_run(sql)).statement_type != "SELECT"
    with pytest.raises(WarehouseRefused):
        await warehouse.run(sql)


@pytest.mark.parametrize("sql", ["SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_tables()"])
async def test_dry_run_refuses_the_engines_own_tables(warehouse: Warehouse, sql: str) -> None:
    with pytest.raises(WarehouseRefused):
        await warehouse.dry_run(sql)


async def test_a_refusal_says_where(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseRefused) as caught:
        await warehouse.dry_run("SELECT carrier,\n  delayy FROM flights")
    assert (caught.value.place.line, caught.value.place.column) == (2, 3)
    assert "delayy" in caught.value.message


async def test_runs(warehouse: Warehouse) -> None:
    result = await warehouse.run("SELECT carrier, count(*) AS n FROM flights GROUP BY 1 ORDER BY 1 NULLS LAST")
    assert result.table.to_pydict() == {"carrier": ["AA", "B6", "UA", None], "n": [1250] * 4}
    assert result.elapsed_s > 0
    assert not result.truncated


async def test_no_rows_keep_their_columns(warehouse: Warehouse) -> None:
    table = (await warehouse.run("SELECT id, carrier FROM flights WHERE false")).table
    assert table.num_rows == 0
    assert table.column_names == ["id", "carrier"]


@pytest.mark.parametrize(
    ("limit", "rows", "truncated"), [(0, 0, True), (1, 1, True), (ROWS - 1, ROWS - 1, True), (ROWS, ROWS, False)]
)
async def test_max_rows_cuts_and_says_so(warehouse: Warehouse, limit: int, rows: int, truncated: bool) -> None:
    result = await warehouse.run("SELECT * FROM flights", limits=Limits(max_rows=limit))
    assert (result.table.num_rows, result.truncated) == (rows, truncated)


async def test_max_rows_is_lazy(warehouse: Warehouse) -> None:
    result = await warehouse.run("SELECT * FROM range(1000000000000)", limits=Limits(max_rows=10, timeout_s=20))
    assert result.table.num_rows == 10
    assert (await warehouse.run("SELECT 1 AS a")).table.to_pydict() == {"a": [1]}


async def test_max_bytes_refuses(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseRefused) as caught:
        await warehouse.run("SELECT * FROM flights", limits=Limits(max_bytes=10))
    assert caught.value.code == "too_many_bytes"


async def test_a_failure_in_the_middle_of_the_rows_is_a_refusal(warehouse: Warehouse) -> None:
    sql = "SELECT CASE WHEN range < 200000 THEN 1 ELSE CAST('x' || range AS INT) END AS v FROM range(400000)"
    with pytest.raises(WarehouseRefused) as caught:
        await warehouse.run(sql)
    assert "Could not convert" in caught.value.message
    assert (await warehouse.run("SELECT 1 AS a")).table.num_rows == 1


async def test_types_arrive(warehouse: Warehouse) -> None:
    sql = """SELECT 1.10::DECIMAL(9,2) AS dec, (2::HUGEINT ** 60)::HUGEINT AS big,
        'b'::ENUM('a', 'b') AS enum, [1, NULL, 3] AS list, {'a': 1, 'b': 'x'} AS struct, 'NaN'::DOUBLE AS nan,
        TIMESTAMPTZ '2020-01-01 00:00:00+00' AS tz, INTERVAL '1 month 2 days 3 seconds' AS gap, NULL AS nothing,
        'ab'::BLOB AS bytes, TIME '01:02:03' AS clock, true AS yes, DATE '2020-02-29' AS day, MAP {'k': 1} AS map,
        '{"a": 1}'::JSON AS json, uuid '00000000-0000-0000-0000-000000000001' AS id"""
    row = (await warehouse.run(sql)).table.to_pylist()[0]
    assert row["dec"] == Decimal("1.10")
    assert int(row["big"]) == 2**60
    assert (row["enum"], row["list"], row["struct"]) == ("b", [1, None, 3], {"a": 1, "b": "x"})
    assert math.isnan(row["nan"])
    assert row["tz"] == dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert (row["gap"].months, row["gap"].days, row["gap"].nanoseconds) == (1, 2, 3_000_000_000)
    assert (row["nothing"], row["bytes"], row["clock"], row["yes"]) == (None, b"ab", dt.time(1, 2, 3), True)
    assert (row["day"], dict(row["map"])) == (dt.date(2020, 2, 29), {"k": 1})
    kinds = {column.name: column.kind for column in (await warehouse.dry_run(sql)).columns}
    assert [
        kinds[name] for name in ("dec", "big", "enum", "list", "struct", "nan", "tz", "gap", "bytes", "clock", "json")
    ] == [
        Kind.DECIMAL,
        Kind.INTEGER,
        Kind.TEXT,
        Kind.LIST,
        Kind.STRUCT,
        Kind.FLOAT,
        Kind.TIMESTAMP_TZ,
        Kind.INTERVAL,
        Kind.BYTES,
        Kind.TIME,
        Kind.JSON,
    ]


async def test_a_timeout_stops_the_query(warehouse: Warehouse) -> None:
    with pytest.raises(TimedOut):
        await warehouse.run("SELECT count(*) FROM range(1000000000000)", limits=Limits(timeout_s=0.3))
    assert (await warehouse.run("SELECT 1 AS a")).table.num_rows == 1


async def test_cancelling_the_task_stops_the_query(warehouse: Warehouse) -> None:
    await warehouse.run("SELECT 1")
    task = asyncio.create_task(warehouse.run("SELECT count(*) FROM range(1000000000000)"))
    await asyncio.wait([task], timeout=0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await warehouse.run("SELECT 1 AS a", limits=Limits(timeout_s=20))).table.num_rows == 1


async def test_concurrent_queries_do_not_mix(warehouse: Warehouse) -> None:
    results = await asyncio.gather(*(warehouse.run("SELECT ? AS n, count(*) AS c FROM flights", [n]) for n in range(8)))
    assert [result.table.to_pylist() for result in results] == [[{"n": n, "c": ROWS}] for n in range(8)]


async def test_the_data_version_holds_still(warehouse: Warehouse) -> None:
    first = await warehouse.data_version()
    await warehouse.run("SELECT * FROM flights")
    assert await warehouse.data_version() == first


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
async def test_any_text_is_answered_or_refused(warehouse: Warehouse, text: str) -> None:
    for sql in (text, f"SELECT {text}", f"SELECT * FROM flights WHERE {text}"):
        try:
            await warehouse.dry_run(sql)
        except WarehouseRefused as error:
            assert error.message  # noqa: PT017 - either way is right; what is checked is that nothing else comes out

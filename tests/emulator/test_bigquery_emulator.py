"""The BigQuery adapter on an emulator that others wrote: books, rows, types and values as its own engine has them.

What it does not do is tried in `tests/contract` and `tests/dashbridge/warehouse/bigquery`: its dry runs count no bytes
and name no tables, it has no TABLE_STORAGE, and it runs a job before it answers for it, so nothing can be cancelled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal

import pyarrow as pa
import pytest

from dashbridge.kit import NotFound, TableName
from dashbridge.warehouse.base import Kind, Limits, WarehouseRefused
from dashbridge.warehouse.bigquery import BigQueryAccess, BigQueryWarehouse, types
from dashbridge.warehouse.bigquery.access import Clients
from dashbridge.warehouse.bigquery.jobs import Jobs
from emulator.bigquery import load
from emulator.process import Emulator

pytestmark = pytest.mark.xdist_group("bigquery_emulator")

FLIGHTS = pa.table(
    {
        "id": pa.array(range(1_000), pa.int64()),
        "carrier": [("AA", "UA", "B6", None)[n % 4] for n in range(1_000)],
        "delay": [n % 90 - 20.5 for n in range(1_000)],
        "day": [dt.date(2013, 1, 1) + dt.timedelta(days=n % 365) for n in range(1_000)],
    }
)
TYPES = """SELECT NUMERIC '1.10' AS numeric, BIGNUMERIC '2.5' AS big, TIME '01:02:03' AS time,
    TIMESTAMP '2020-01-01 00:00:00+00' AS stamp, DATETIME '2020-01-01 00:00:00' AS clock, b'ab' AS bytes, TRUE AS yes,
    JSON '{"a": 1}' AS json, INTERVAL 1 DAY AS gap, [1, 2] AS list, STRUCT(1 AS x, 'b' AS y) AS struct,
    RANGE(DATE '2020-01-01', DATE '2020-02-01') AS days, CAST(NULL AS STRING) AS nothing"""


@pytest.fixture(scope="module")
def emulator(bigquery_emulator: Emulator) -> Emulator:
    load(bigquery_emulator, "shop", "main", "flights", FLIGHTS, description="One row per departure")
    return bigquery_emulator


@pytest.fixture
async def warehouse(emulator: Emulator) -> AsyncIterator[BigQueryWarehouse]:
    made = BigQueryWarehouse(BigQueryAccess("shop", endpoint=emulator.url), default_dataset="main")
    yield made
    await made.close()


async def test_its_books_are_read(warehouse: BigQueryWarehouse) -> None:
    assert [found.name for found in await warehouse.list_datasets()] == ["main"]
    (flights,) = await warehouse.list_tables("main")
    assert (str(flights.name), flights.kind, flights.rows) == ("main.flights", "table", 1_000)
    schema = await warehouse.table_schema(TableName("main", "flights"))
    assert schema.table.description == "One row per departure"
    assert [(column.name, column.kind) for column in schema.columns] == [
        ("id", Kind.INTEGER),
        ("carrier", Kind.TEXT),
        ("delay", Kind.FLOAT),
        ("day", Kind.DATE),
    ]
    with pytest.raises(NotFound):
        await warehouse.list_tables("nosuch")


async def test_rows_and_values_arrive(warehouse: BigQueryWarehouse) -> None:
    sql = """SELECT carrier, COUNT(*) AS n, COUNTIF(delay > CAST(? AS FLOAT64)) AS late FROM flights
        WHERE day >= CAST(? AS DATE) AND carrier IN (?, ?) GROUP BY carrier ORDER BY carrier"""
    result = await warehouse.run(sql, ["15", "2013-01-01", "AA", "UA"])
    late = [sum(n % 90 - 20.5 > 15 for n in range(start, 1_000, 4)) for start in (0, 1)]
    assert result.table.to_pydict() == {"carrier": ["AA", "UA"], "n": [250, 250], "late": late}
    cut = await warehouse.run("SELECT * FROM flights", limits=Limits(max_rows=10))
    assert (cut.table.num_rows, cut.truncated) == (10, True)


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT nope FROM flights", "SELECT * FROM nosuch"])
async def test_what_it_does_not_take_is_refused(warehouse: BigQueryWarehouse, sql: str) -> None:
    with pytest.raises(WarehouseRefused):
        await warehouse.run(sql)


async def test_types_arrive(warehouse: BigQueryWarehouse) -> None:
    table = (await warehouse.run(TYPES)).table
    assert {field.name: str(field.type) for field in table.schema} == {
        "numeric": "decimal128(38, 9)",
        "big": "decimal128(38, 9)",
        "time": "time64[us]",
        "stamp": "timestamp[us, tz=UTC]",
        "clock": "timestamp[us]",
        "bytes": "binary",
        "yes": "bool",
        "json": "string",
        "gap": "month_day_nano_interval",
        "list": "list<item: int64>",
        "struct": "struct<x: int64, y: string>",
        "days": "struct<start: date32[day], end: date32[day]>",
        "nothing": "string",
    }
    (row,) = table.to_pylist()
    assert (row["numeric"], row["big"]) == (Decimal("1.1"), Decimal("2.5"))
    assert (row["time"], row["clock"]) == (dt.time(1, 2, 3), dt.datetime.fromisoformat("2020-01-01"))
    assert row["stamp"] == dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert (row["bytes"], row["json"], row["list"]) == (b"ab", '{"a": 1}', [1, 2])
    assert row["days"] == {"start": dt.date(2020, 1, 1), "end": dt.date(2020, 2, 1)}


@pytest.mark.filterwarnings("ignore:Retrieving Arrow record batches:PendingDeprecationWarning")
def test_many_rows_come_by_the_storage_read_api(emulator: Emulator) -> None:
    """Of a table's rows: the emulator does not show a job's own result there."""
    load(emulator, "shop", "main", "many", pa.table({"id": pa.array(range(21_000), pa.int64())}))
    access = BigQueryAccess("shop", endpoint=emulator.url, storage_endpoint=emulator.storage)
    clients = Clients(access, 20.0)
    rows = clients.rest().list_rows("shop.main.many")
    schema = types.arrow_schema(rows.schema)
    found = Jobs(access, clients, None)._batches(None, rows, schema, 50_000)
    assert sorted(pa.Table.from_batches(found, schema).column("id").to_pylist()) == list(range(21_000))
    clients.close()


async def test_where_the_storage_read_api_fails_rows_come_by_rest(emulator: Emulator) -> None:
    sql = "SELECT id, v FROM flights, UNNEST(GENERATE_ARRAY(1, 25)) AS v ORDER BY id, v"
    access = BigQueryAccess("shop", endpoint=emulator.url, storage_endpoint=emulator.storage)
    warehouse = BigQueryWarehouse(access, default_dataset="main")
    result = await warehouse.run(sql, limits=Limits(max_rows=24_000))
    assert (result.table.num_rows, result.truncated) == (24_000, True)
    assert result.table.column("id").to_pylist() == [n // 25 for n in range(24_000)]
    await warehouse.close()

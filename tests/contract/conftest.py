"""Every warehouse over the same tables: the DuckDB adapter, its in-memory twin, BigQuery by its protocol."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from contract.words import BIGQUERY, DUCKDB, Words
from dashbridge.warehouse.base import Warehouse
from dashbridge.warehouse.bigquery import BigQueryAccess, BigQueryWarehouse
from dashbridge.warehouse.duckdb import DuckDBPool, DuckDBWarehouse
from dashbridge.warehouse.memory import MemoryWarehouse
from fakes.bigquery_server import BigQueryServer
from fakes.google_servers import kms_server, strict_gcs  # noqa: F401 - fixtures

ROWS = 5_000
TABLES = {
    "flights": pa.table(
        {
            "id": pa.array(range(ROWS), pa.int64()),
            "carrier": pa.array([("AA", "UA", "B6", None)[n % 4] for n in range(ROWS)]),
            "delay": pa.array([n % 90 - 20.5 for n in range(ROWS)], pa.float64()),
            "day": pa.array([dt.date(2013, 1, 1) + dt.timedelta(days=n % 365) for n in range(ROWS)]),
        }
    ),
    "ref.carriers": pa.table({"carrier": ["AA", "UA"], "name": ["American", "United"]}),
}
SETUP = """
    CREATE VIEW late AS SELECT carrier, delay FROM flights WHERE delay > 15;
    CREATE VIEW ref.named AS SELECT name, delay FROM main.late JOIN ref.carriers USING (carrier);
    COMMENT ON TABLE flights IS 'One row per departure';
    COMMENT ON COLUMN flights.delay IS 'Minutes';
"""


def write_database(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE SCHEMA ref").fetchall()
        for name, table in TABLES.items():
            con.register("incoming", table)
            con.execute(f"CREATE TABLE {name} AS FROM incoming").fetchall()
            con.unregister("incoming")
        con.execute(SETUP).fetchall()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("contract") / "flights.duckdb"
    write_database(path)
    return path


@pytest.fixture(scope="module")
def pool() -> Iterator[DuckDBPool]:
    pool = DuckDBPool(size=1)
    yield pool
    asyncio.run(pool.close())


@pytest.fixture(scope="module")
def bigquery() -> Iterator[BigQueryServer]:
    with BigQueryServer("shop") as server:
        comments = {"delay": "Minutes"}
        server.engine.add_table(
            "main", "flights", TABLES["flights"], description="One row per departure", comments=comments
        )
        server.engine.add_table("ref", "carriers", TABLES["ref.carriers"])
        server.engine.add_view("main", "late", "SELECT carrier, delay FROM main.flights WHERE delay > 15")
        server.engine.add_view("ref", "named", "SELECT name, delay FROM main.late JOIN ref.carriers USING (carrier)")
        yield server


@pytest.fixture(params=["duckdb", "memory", "bigquery"])
async def warehouse(
    request: pytest.FixtureRequest, database: Path, pool: DuckDBPool, bigquery: BigQueryServer
) -> AsyncIterator[Warehouse]:
    made: Warehouse
    if request.param == "bigquery":
        made = BigQueryWarehouse(BigQueryAccess("shop", endpoint=bigquery.url), default_dataset="main")
    elif request.param == "memory":
        made = MemoryWarehouse(TABLES, setup=SETUP)
    else:
        made = DuckDBWarehouse(database, pool)
    yield made
    if request.param != "duckdb":
        await made.close()


@pytest.fixture
def words(warehouse: Warehouse) -> Words:
    return BIGQUERY if warehouse.capabilities.dialect == "bigquery" else DUCKDB

"""The DuckDB adapter and its in-memory twin over the same tables."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from dashbridge.warehouse.base import Warehouse
from dashbridge.warehouse.duckdb import DuckDBPool, DuckDBWarehouse
from dashbridge.warehouse.memory import MemoryWarehouse
from fakes.google_servers import gcs_server, kms_server, strict_gcs  # noqa: F401 - fixtures

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


@pytest.fixture(params=["duckdb", "memory"])
async def warehouse(request: pytest.FixtureRequest, database: Path, pool: DuckDBPool) -> AsyncIterator[Warehouse]:
    memory = request.param == "memory"
    made: Warehouse = MemoryWarehouse(TABLES, setup=SETUP) if memory else DuckDBWarehouse(database, pool)
    yield made
    if memory:
        await made.close()

"""One pool for the folder: workers are made to be shared, and by several event loops."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb
import pytest

from dashbridge.warehouse.duckdb import DuckDBPool, DuckDBWarehouse

SCHEMA = """
    CREATE TABLE events AS
        SELECT range AS id, range % 7 AS grp, 'name' || (range % 1000) AS name, range / 3.0 AS amount,
            TIMESTAMP '2013-01-01' + to_hours((range % 8760)::INT) AS moment
        FROM range(200000);
    CREATE TABLE labels AS SELECT range AS grp, 'label ' || range AS label FROM range(7);
    CREATE VIEW totals AS SELECT grp, count(*) AS n FROM events GROUP BY 1;
    CREATE SCHEMA "odd schema";
    CREATE TABLE "odd schema"."odd "" table" (a INTEGER NOT NULL, "b c" VARCHAR);
    COMMENT ON TABLE events IS 'What happened';
    COMMENT ON COLUMN events.name IS 'Who';
"""


def write(path: Path, sql: str) -> Path:
    """A database file made by `sql`."""
    with duckdb.connect(str(path)) as con:
        con.execute(sql).fetchall()
    return path


@pytest.fixture(name="write")
def write_fixture() -> Callable[[Path, str], Path]:
    return write


@pytest.fixture(scope="session")
def pool() -> Iterator[DuckDBPool]:
    pool = DuckDBPool(size=2, memory_bytes=256 << 20)
    yield pool
    asyncio.run(pool.close())


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("db") / "events.duckdb", SCHEMA)


@pytest.fixture
def warehouse(database: Path, pool: DuckDBPool) -> DuckDBWarehouse:
    return DuckDBWarehouse(database, pool)


@pytest.fixture
def holder() -> Callable[[Path], AbstractContextManager[None]]:
    """A second program that holds a database file open for writing."""

    @contextmanager
    def hold(path: Path) -> Iterator[None]:
        program = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
        command = [sys.executable, "-c", program, str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield

    return hold

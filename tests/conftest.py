"""What every test may use: a real PostgreSQL, one per worker, and from it a fresh migrated database per test.

And servers in the place of Google's, one per worker, begun when first asked for.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from dashbridge.postgres import Database
from dashbridge.postgres.embedded import EmbeddedPostgres
from dashbridge.postgres.migrate import prepare
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.samples import ensure_flights
from emulator.process import Emulator, running_emulator
from fakes.fake_gcs import GcsAddress, fake_gcs_server

_NO_CLOCK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dashbridge", _NO_CLOCK)
settings.register_profile("long", _NO_CLOCK, max_examples=2_000)
settings.load_profile("long" if os.environ.get("DASHBRIDGE_TEST_LONG") else "dashbridge")

_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def pytest_configure(config: pytest.Config) -> None:
    """No strategy here uses `random`; a thread that does while one draws, as a client's that tries again, looks so."""
    ignored = "ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning"
    config.addinivalue_line("filterwarnings", ignored)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin the slow ones first; keep tests of one `xdist_group` on one worker.

    xdist 3.8 says the latter where pytest 9.2 does not look (xdist #1386).
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        suffix = "".join(f"@{mark.args[0]}" for mark in item.iter_markers("xdist_group"))
        if not item.nodeid.endswith(suffix):
            item._id = type(item._id).parse(item.nodeid + suffix)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class PostgresServer:
    """A running server: SQLAlchemy addresses of one of its databases for the superuser and for the service."""

    admin: str
    app: str

    def admin_url(self, database: str) -> str:
        return read_url(self.admin).set(database=database).render_as_string(hide_password=False)

    def app_url(self, database: str) -> str:
        return read_url(self.app).set(database=database).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run a statement as the superuser, outside a transaction."""
        with psycopg.connect(libpq_words(read_url(self.admin)), autocommit=True) as connection:
            connection.execute(statement)


@dataclass(frozen=True)
class FreshDirectory:
    """A migrated database, for one test at a time: `database` as the service, `admin_url` as the superuser."""

    database: Database
    admin_url: str
    app_url: str

    async def add_team(self, name: str = "team") -> UUID:
        """Make a team."""
        team_id = uuid4()
        with psycopg.connect(libpq_words(read_url(self.admin_url))) as connection:
            connection.execute("INSERT INTO teams (id, name) VALUES (%s, %s)", [team_id, name])
        return team_id


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL in a folder of its own, stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="dashbridge-test-"))
    server = EmbeddedPostgres(folder, settings=_FAST)
    # In a thread of its own: the browser's driver may be running a loop in this one.
    runner = asyncio.Runner()
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(runner.run, server.__aenter__()).result()
        try:
            yield PostgresServer(server.admin_url, server.app_url)
        finally:
            thread.submit(runner.run, server.__aexit__(None, None, None)).result()
            thread.submit(runner.close).result()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_database(postgres_server: PostgresServer) -> str:
    """The name of the worker's migrated database, which `directory` hands out empty."""
    name = "directory"
    postgres_server.run(f"CREATE DATABASE {name}")
    asyncio.run(prepare(postgres_server.admin_url(name), postgres_server.app_url(name)))
    return name


@pytest.fixture
def blank_database(postgres_server: PostgresServer) -> Iterator[tuple[str, str]]:
    """The addresses (admin, app) of an empty database of this test's own."""
    name = f"blank_{uuid4().hex}"
    postgres_server.run(f"CREATE DATABASE {name}")
    yield postgres_server.admin_url(name), postgres_server.app_url(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def directory(postgres_server: PostgresServer, migrated_database: str) -> AsyncIterator[FreshDirectory]:
    """A migrated database without a row, as `FreshDirectory`. Rows are all that a test may change of it.

    Emptied rather than made anew: that is ten times as fast. For other schemas there is `blank_database`.
    """
    admin_url, app_url = postgres_server.admin_url(migrated_database), postgres_server.app_url(migrated_database)
    database = Database(app_url, pool_size=5, max_overflow=20)
    yield FreshDirectory(database, admin_url, app_url)
    await database.close()
    with psycopg.connect(libpq_words(read_url(admin_url)), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("DELETE FROM teams")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, the same for all its workers."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@pytest.fixture(scope="session")
def bigquery_emulator(shared_folder: Path) -> Iterator[Emulator]:
    """The BigQuery emulator that others wrote. Its tests share the `xdist_group` of this name, and so one process."""
    started = shared_folder / "bigquery_emulator"
    if started.exists():
        raise AssertionError('There is one already: mark the test with pytest.mark.xdist_group("bigquery_emulator")')
    started.touch()
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def gcs_server() -> Iterator[GcsAddress]:
    """The real fake-gcs-server, with its objects in memory; `gcs_server.bucket()` makes a bucket."""
    with fake_gcs_server() as address:
        yield address


@pytest.fixture(scope="session")
def flights_file(shared_folder: Path) -> Path:
    """The demo's flights in a DuckDB file, to read: one for all workers."""
    target = shared_folder / "samples" / "flights.duckdb"
    ensure_flights(target)
    return target

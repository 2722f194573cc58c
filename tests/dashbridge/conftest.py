"""The whole house over real parts: PostgreSQL, a folder store, a key file, DuckDB workers and a small shop."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from dashbridge import wiring
from dashbridge.api.deps import Rooms
from dashbridge.app import create_app
from dashbridge.connections import ConnectionInfo, DuckDBSettings
from dashbridge.directory import principals
from dashbridge.settings import Settings
from dashbridge.sharing import Actor, authenticate, issue_api_key
from dashbridge.warehouse.duckdb import DuckDBPool

os.environ["DASHBRIDGE_WARM_ON_SAVE"] = "off"  # a test that wants a save's data computed behind it says so

SHOP = """
    CREATE TABLE regions (region VARCHAR, label VARCHAR);
    INSERT INTO regions VALUES ('n', 'North'), ('s', 'South'), ('w', '=West');
    CREATE TABLE orders AS SELECT
        range AS id, DATE '2024-01-01' + (range % 90)::INT AS day, ['n', 's', 'w'][1 + range % 3] AS region,
        (range % 50) / 4.0 AS amount, range % 5 AS units FROM range(3000);
    CREATE SCHEMA private;
    CREATE TABLE private.salaries AS SELECT 'CANARY-SALARY' AS who, 1 AS pay;
"""

SHOP_YAML = """\
version: 1
title: Shop
connection: shop
inputs:
  region:
    type: multi_select
    label: Region
    options: {query: regions, column: region, label_column: label}
    default: all
queries:
  sales:
    sql: |
      SELECT day, region, sum(amount) AS amount, count(*) AS orders
      FROM orders
      GROUP BY day, region
  regions: {sql: "SELECT region, label FROM regions ORDER BY region"}
insights:
  total: {query: sales, props: {value: sum(amount)}, interactions: [{filter: "region IN ${ref(region).values}"}]}
  by_day:
    query: sales
    props: {x: day, y: sum(amount), color: region}
    interactions: [{filter: "region IN ${ref(region).values}"}, {split: region}, {sort: day}]
views:
  total: {type: metric, title: Amount, insight: total}
  trend: {type: line, title: By day, insight: by_day}
layout: {rows: [{height: sm, items: [{view: total, span: 12}]}, {height: md, items: [{view: trend, span: 12}]}]}
"""


@dataclass(frozen=True)
class Person:
    """Someone with an API key; `key` of a revoked one no longer lets in."""

    actor: Actor
    key: str
    key_id: UUID


class _Lent:
    """The session's pool, lent to the rooms of one test: closing them leaves it open."""

    def __init__(self, pool: DuckDBPool) -> None:
        self._pool = pool

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    async def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def query_pool() -> Iterator[DuckDBPool]:
    """Two query workers for the whole run."""
    pool = DuckDBPool(size=2, memory_bytes=512 << 20)
    yield pool
    asyncio.run(pool.close())


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small shop: `main.orders` (3,000), `main.regions` (3), and `private.salaries`, which no connection may show."""
    path = tmp_path_factory.mktemp("shop") / "shop.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(SHOP).fetchall()
    return path


@pytest.fixture
def shop_yaml() -> str:
    """A dashboard over the connection `shop`: two queries, two insights, two views, one input."""
    return SHOP_YAML


@pytest.fixture
def settings(directory: Any, tmp_path: Path) -> Settings:
    """Settings of a house of this test's own; its directory is a fresh migrated database."""
    return Settings(database_url=directory.app_url, data_dir=tmp_path / "data", port=0)


@pytest_asyncio.fixture
async def rooms(settings: Settings, query_pool: DuckDBPool, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rooms]:
    """Every room, put together by `wiring` itself; only the query workers are shared with other tests."""
    monkeypatch.setattr(wiring, "DuckDBPool", lambda *args, **options: _Lent(query_pool))
    async with wiring.open_rooms(settings) as opened:
        yield opened


@pytest.fixture
def hire(rooms: Rooms) -> Callable[..., Any]:
    """`await hire(team_id, role, name=None)` gives a Person with a key."""

    async def hire(team_id: UUID, role: str, name: str | None = None) -> Person:
        async with rooms.database.team(team_id) as session:
            row = await principals.create(session, name=name or role, kind="user", role=role)
            issued = await issue_api_key(session, row.id)
        return Person(await authenticate(rooms.database, issued.secret), issued.secret, issued.id)

    return hire


@pytest_asyncio.fixture
async def people(directory: Any, rooms: Rooms, hire: Callable[..., Any]) -> dict[str, Person]:
    """`admin`, `editor`, `viewer` and `revoked` (an editor whose key is revoked) of one team; `stranger` is the admin
    of another."""
    ours, theirs = await directory.add_team("ours"), await directory.add_team("theirs")
    found = {role: await hire(ours, role) for role in ("admin", "editor", "viewer")}
    found["revoked"] = await hire(ours, "editor", "revoked")
    found["stranger"] = await hire(theirs, "admin", "stranger")
    async with rooms.database.team(ours) as session:
        await principals.revoke_api_key(session, found["revoked"].key_id)
    return found


@pytest.fixture
def admin(people: dict[str, Person]) -> Actor:
    """The team's admin."""
    return people["admin"].actor


@pytest.fixture
def stranger(people: dict[str, Person]) -> Actor:
    """Another team's admin."""
    return people["stranger"].actor


@pytest.fixture
def put_file(settings: Settings) -> Callable[[Actor, Path, str], Path]:
    """Copy a DuckDB file into a team's own folder, under a name, whole at once."""

    def put(actor: Actor, file: Path, name: str) -> Path:
        folder = wiring.duckdb_folder(settings, actor.team_id)
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f".{name}.fresh"
        shutil.copyfile(file, fresh)
        return fresh.replace(folder / name)

    return put


@pytest_asyncio.fixture
async def shop(
    rooms: Rooms, admin: Actor, shop_file: Path, put_file: Callable[[Actor, Path, str], Path]
) -> ConnectionInfo:
    """The admin's connection `shop`, which may show `main` only."""
    put_file(admin, shop_file, "shop.duckdb")
    return await rooms.connections.create(admin, "shop", DuckDBSettings(path="shop.duckdb"), allowed_datasets=["main"])


@pytest.fixture
def app(rooms: Rooms, tmp_path: Path) -> FastAPI:
    """The web application over the rooms, with a small page and one asset."""
    web = tmp_path / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text('<html><head><style nonce="__CSP_NONCE__"></style></head></html>')
    (web / "assets" / "app.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("CANARY-FILE")
    return create_app(rooms, web)


@pytest_asyncio.fixture
async def client_of(app: FastAPI) -> AsyncIterator[Callable[[Person | None], httpx.AsyncClient]]:
    """`client_of(person)` gives an HTTP client with that person's key; None comes without any."""
    async with AsyncExitStack() as stack:

        def client_of(person: Person | None) -> httpx.AsyncClient:
            headers = {"Authorization": f"Bearer {person.key}"} if person else {}
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)
            stack.push_async_callback(client.aclose)
            return client

        yield client_of


@pytest.fixture
def client(client_of: Callable[..., httpx.AsyncClient], people: dict[str, Person]) -> httpx.AsyncClient:
    """The admin's HTTP client. A stream that does not end needs a real server: this transport gathers whole answers."""
    return client_of(people["admin"])

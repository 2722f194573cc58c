"""The house with a model that says what a test tells it to, over flights whose every value is a canary."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import orjson
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI

from ai_sdk.errors import ProviderUnavailable
from ai_sdk.providers import Provider
from ai_sdk.providers.base import Finished, Request, StreamItem, TextDelta, Usage
from ai_sdk.providers.scripted import ScriptedProvider, Step
from dashbridge import wiring
from dashbridge.api.deps import Rooms
from dashbridge.chat import Recorded
from dashbridge.chat.context import TurnContext
from dashbridge.connections import ConnectionInfo, DuckDBSettings
from dashbridge.directory import ChatSession
from dashbridge.kit import new_id
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from dashbridge.warehouse.duckdb import DuckDBPool

TESTS = str(Path(__file__).resolve().parents[2])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

FLIGHTS = """
    CREATE TABLE airlines (carrier VARCHAR, name VARCHAR);
    INSERT INTO airlines VALUES ('AA', 'CANARY-NAME-1'), ('UA', 'CANARY-NAME-2'), ('DL', 'CANARY-NAME-3');
    CREATE TABLE flights AS SELECT
        TIMESTAMP '2013-01-01' + INTERVAL (range * 97) MINUTE AS time_hour,
        ['AA', 'UA', 'DL'][1 + range % 3] AS carrier,
        CASE WHEN range % 11 > 0 THEN (range * 7) % 90 - 10 END AS dep_delay, 'CANARY-TAIL-' || range AS tailnum
    FROM range(5000);
    CREATE SCHEMA private;
    CREATE TABLE private.salaries AS SELECT 'CANARY-SALARY' AS who, 990017 AS pay;
"""
DELAYS_YAML = """\
version: 1
title: Departure delays by carrier and month
connection: flights
queries:
  departures:
    sql: |
      SELECT CAST(date_trunc('month', time_hour) AS DATE) AS month, carrier,
             sum(dep_delay) AS delay, count(dep_delay) AS flights
      FROM flights
      GROUP BY 1, 2
insights:
  delay_by_month:
    query: departures
    props: {x: month, y: sum(delay) / sum(flights), color: carrier}
    interactions: [{split: carrier}, {sort: month}]
views:
  trend: {type: line, title: Average departure delay, insight: delay_by_month, unit: min}
layout: {rows: [{height: md, items: [{view: trend, span: 12}]}]}
"""


@dataclass
class Voice:
    """Whom the house asks: `provider`, or steps that are replayed."""

    provider: Provider | None = None

    def says(self, *steps: Step) -> ScriptedProvider:
        """Replay steps from now on."""
        scripted = ScriptedProvider(steps)
        self.provider = scripted
        return scripted

    @property
    def model(self) -> Callable[[], Provider] | None:
        """What the rooms are opened with; None leaves it to the settings."""
        return self._speak

    def _speak(self) -> Provider:
        assert self.provider is not None, "the test gave the house no model"
        return self.provider


@pytest.fixture
def voice() -> Voice:
    return Voice()


class Lent:
    """The session's pool, lent to one test: closing the rooms leaves it open."""

    def __init__(self, pool: DuckDBPool) -> None:
        self._pool = pool

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    async def close(self) -> None:
        pass


@pytest_asyncio.fixture
async def rooms(
    settings: Settings, query_pool: DuckDBPool, monkeypatch: pytest.MonkeyPatch, voice: Voice
) -> AsyncIterator[Rooms]:
    """The rooms of `tests/dashbridge`, with `voice` in the model's place."""
    monkeypatch.setattr(wiring, "DuckDBPool", lambda *args, **options: Lent(query_pool))
    async with wiring.open_rooms(settings, provider=voice.model) as opened:
        yield opened


@pytest.fixture(scope="session")
def flights_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`main.flights` (5,000), `main.airlines` (3), and `private.salaries`, which no connection may show."""
    path = tmp_path_factory.mktemp("flights") / "flights.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(FLIGHTS).fetchall()
    return path


@pytest_asyncio.fixture
async def flights(
    rooms: Rooms, admin: Actor, flights_file: Path, put_file: Callable[[Actor, Path, str], Path]
) -> ConnectionInfo:
    """The admin's connection `flights`, which may show `main` only."""
    put_file(admin, flights_file, "flights.duckdb")
    return await rooms.connections.create(
        admin, "flights", DuckDBSettings(path="flights.duckdb"), allowed_datasets=["main"]
    )


@pytest_asyncio.fixture
async def session(rooms: Rooms, admin: Actor, flights: ConnectionInfo) -> ChatSession:
    """A chat session of the admin on `flights`."""
    return await rooms.chats.create(admin, connection="flights")


@pytest_asyncio.fixture
async def context(rooms: Rooms, admin: Actor, flights: ConnectionInfo) -> TurnContext:
    """What a turn of the admin on `flights` knows."""
    turn_id = new_id()
    return TurnContext(
        actor=admin,
        turn_id=turn_id,
        connection_name="flights",
        ai_access="schema",
        warehouse=await rooms.connections.open(admin, "flights"),
        library=rooms.library,
        today=rooms.today(),
        public_url="http://testserver",
        spending=rooms.costs.turn(admin, turn_id),
        costs=rooms.costs,
        answers=rooms.answers,
        index=rooms.catalog.index,
    )


@pytest.fixture
def delays_yaml() -> str:
    """A dashboard that answers the demo question over `flights`."""
    return DELAYS_YAML


@pytest.fixture
def everything_kept(settings: Settings) -> Callable[[], str]:
    """Every byte the object store holds, as text."""

    def read() -> str:
        files = [path for path in settings.embedded("objects").rglob("*") if path.is_file()]
        return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)

    return read


def sse_events(body: str) -> list[Recorded]:
    """The events of a native stream."""
    found = []
    for block in body.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append(Recorded(int(fields["id"]), fields["event"], orjson.loads(fields["data"])))
    return found


async def whole(rooms: Rooms, actor: Actor, turn_id: Any, after: int = 0) -> list[Recorded]:
    """A turn's events past `after`, once it ended."""
    return [event async for batch in rooms.chats.follow(actor, turn_id, after) for event in batch]


@pytest.fixture
def read_sse() -> Callable[[str], list[Recorded]]:
    """Reads the text of a native stream."""
    return sse_events


@pytest.fixture
def follow_to_end(rooms: Rooms) -> Callable[..., Any]:
    """`await follow_to_end(actor, turn_id, after=0)` gives a turn's events."""

    async def follow(actor: Actor, turn_id: Any, after: int = 0) -> list[Recorded]:
        return await whole(rooms, actor, turn_id, after)

    return follow


class Pausing:
    """A model that says `first`, waits until `go` is set, and says `rest`. `reached` tells that it waits."""

    name = model = "pausing"

    def __init__(self, first: str = "I begin", rest: str = " and I end.") -> None:
        self.reached = asyncio.Event()
        self.go = asyncio.Event()
        self._words = first, rest

    async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        first, rest = self._words
        yield TextDelta(first)
        self.reached.set()
        await self.go.wait()
        yield TextDelta(rest)
        yield Finished("end_turn", Usage())


@pytest.fixture
def pausing(voice: Voice) -> Pausing:
    """The model waits in mid-answer until it is told to go on."""
    voice.provider = model = Pausing()
    return model


class Broken:
    """A model that cannot be reached."""

    name = model = "broken"

    async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        raise ProviderUnavailable("overloaded", "The model is overloaded.", "Try again in a minute.")
        yield


@pytest.fixture
def broken(voice: Voice) -> Broken:
    """The model cannot be reached."""
    voice.provider = model = Broken()
    return model


class _Listening(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest_asyncio.fixture
async def server(app: FastAPI) -> AsyncIterator[str]:
    """The address of a real server over the rooms."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listener = _Listening(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=3))
        serving = asyncio.create_task(listener.serve(sockets=[listening]))
        await listener.ready.wait()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listener.should_exit = True
        await serving


@pytest_asyncio.fixture
async def caller(server: str, people: dict[str, Any]) -> AsyncIterator[httpx.AsyncClient]:
    """The admin's HTTP client of the real server."""
    headers = {"Authorization": f"Bearer {people['admin'].key}"}
    async with httpx.AsyncClient(base_url=server, headers=headers, timeout=30) as client:
        yield client

"""A dashboard kept in front of two processes' applications: what changes in one is heard by the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from tests.dashbridge.api.front.clock import Clock
from tests.dashbridge.api.front.small import CODINGS, Small, question

from dashbridge import wiring
from dashbridge.api.deps import Rooms
from dashbridge.api.front import Front
from dashbridge.app import create_app
from dashbridge.settings import Settings

URL = "/v1/dashboards/shop/data"


@dataclass
class House:
    """One process: its rooms, its application, and clients of it."""

    rooms: Rooms
    app: FastAPI
    stack: AsyncExitStack
    clock: Clock

    @property
    def front(self) -> Front:
        return self.rooms.front

    def client(self, key: str | None = None, cookie: str | None = None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {key}"} if key else {"Cookie": cookie} if cookie else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)
        self.stack.push_async_callback(client.aclose)
        return client

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until news makes it so."""
        news = asyncio.Event()
        self.front.changes.tell(lambda _: news.set())
        async with asyncio.timeout(60):
            while not met():
                await news.wait()
                news.clear()


@pytest_asyncio.fixture
async def here(rooms: Rooms, app: FastAPI) -> AsyncIterator[House]:
    """This process."""
    async with AsyncExitStack() as stack:
        await rooms.front.changes.listening()
        yield House(rooms, app, stack, Clock(rooms.front))


@pytest_asyncio.fixture
async def there(here: House, settings: Settings, tmp_path: Any) -> AsyncIterator[House]:
    """Another process over the same directory, store and files: it shares nothing else."""
    async with AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(wiring.open_rooms(settings))
        await rooms.front.changes.listening()
        yield House(rooms, create_app(rooms, tmp_path / "web"), stack, Clock(rooms.front))


@pytest_asyncio.fixture
async def saved(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> httpx.AsyncClient:
    """The admin's client, in a team that has the dashboard `shop`."""
    answer = await client.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    assert answer.status_code == 201, answer.text
    return client


@pytest.fixture
def keep_in() -> Callable[..., Awaitable[httpx.AsyncClient]]:
    """`await keep_in(house, key)`: that front keeps the answer, and gives it to the client that comes back."""

    async def keep_in(house: House, key: str, url: str = URL) -> httpx.AsyncClient:
        client = house.client(key)
        for _ in range(2):  # computed, then kept as rows: the second says what everyone is told from then on
            answer = await client.get(url)
            assert answer.status_code == 200, answer.text
        path, _, query = url.partition("?")
        assert house.front.kept.asked_before(path, query.encode())
        return client

    return keep_in


@pytest_asyncio.fixture
async def small(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Small]:
    """A front before a small application, whose answer it keeps in every form."""
    found = Small(monkeypatch)
    for coding in CODINGS * 2:
        await found.servers.say([question(Accept_Encoding=coding)])
        await found.front.settled()
    yield found
    await found.front.close()

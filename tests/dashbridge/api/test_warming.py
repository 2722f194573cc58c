"""A save over HTTP is followed by its data being computed, and that can be looked at and followed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from tests.dashbridge.api.described import Described
from tests.dashbridge.api.test_data import events_of

from dashbridge.api.deps import Rooms
from dashbridge.api.stopping import Requests, drain
from dashbridge.settings import Settings
from dashbridge.sharing import Actor

URL = "/v1/dashboards/shop"
WARM = f"{URL}/warm"
EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def settings(directory: Any, tmp_path: Path) -> Settings:
    return Settings(database_url=directory.app_url, data_dir=tmp_path / "data", port=0, warm_on_save="free")


async def put(client: httpx.AsyncClient, yaml: str, revision: int | None = None) -> None:
    held = {"If-None-Match": "*"} if revision is None else {"If-Match": f'"{revision}"'}
    answer = await client.put(URL, content=yaml, headers=held)
    assert answer.status_code in (200, 201), answer.text


@asynccontextmanager
async def held(rooms: Rooms) -> AsyncIterator[None]:
    """Saves are followed by warms that wait for their turn, until the end of the block."""
    slots, taken = rooms.warming._slots, 0
    while not slots.locked():
        await slots.acquire()
        taken += 1
    yield
    for _ in range(taken):
        slots.release()


async def ended(client: httpx.AsyncClient) -> dict[str, Any]:
    *before, (name, last) = events_of((await client.get(WARM, headers=EVENTS)).text)
    assert {event for event, _ in before} <= {"progress"}
    assert name == "done"
    return dict(last)


async def caches(client: httpx.AsyncClient) -> set[str]:
    insights = (await client.get(f"{URL}/data")).json()["insights"]
    return {one["metadata"]["cache"] for one in insights.values()}


async def test_each_save_is_followed_by_its_data(
    rooms: Rooms, client: httpx.AsyncClient, app: FastAPI, shop: Any, shop_yaml: str
) -> None:
    described = Described(app)
    async with held(rooms):
        await put(client, shop_yaml)
        now = await client.get(WARM)
    assert (now.json()["state"], now.json()["revision"]) == ("running", 1)
    assert not list(described.unlike("get", "/v1/dashboards/{slug}/warm", now))
    last = await ended(client)
    assert (last["state"], last["reason"], last["done"]) == ("done", None, last["total"])
    assert last["total"] > 0
    assert await caches(client) == {"hit"}
    await put(client, shop_yaml.replace("count(*)", "count(*) + 1"), 1)
    assert ((await ended(client))["revision"], await caches(client)) == (2, {"hit"})
    back = await client.post(f"{URL}/restore", json={"revision": 1}, headers={"If-Match": '"2"'})
    assert back.status_code == 200
    last = await ended(client)
    assert (last["state"], last["revision"]) == ("done", 3)
    assert not list(described.unlike("get", "/v1/dashboards/{slug}/warm", await client.get(WARM)))
    *steps, done = events_of((await client.post(WARM, headers=EVENTS)).text)
    assert {step["state"] for _, step in steps} == {"skipped"}
    assert done[0] == "done"


async def test_json_waits_for_what_runs(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    await put(client, shop_yaml)
    assert (await client.post(WARM)).json()["insights"] == {"total": "hit", "by_day": "hit"}


async def test_what_failed_is_seen(
    client: httpx.AsyncClient, client_of: Callable[..., httpx.AsyncClient], people: Any, shop: Any, shop_yaml: str
) -> None:
    await put(client, shop_yaml.replace("value: sum(amount)}", "value: sum(CAST(region AS INTEGER))}", 1))
    last = await ended(client_of(people["viewer"]))
    assert (last["state"], last["done"]) == ("failed", last["total"])
    assert last["reason"]["message"]
    assert (await client_of(people["stranger"]).get(WARM)).status_code == 404


async def test_a_turns_save_is_warmed_too(
    rooms: Rooms, client: httpx.AsyncClient, admin: Actor, shop: Any, shop_yaml: str
) -> None:
    await rooms.library.save(admin, shop_yaml, "shop", expected=None, draft=True)
    assert (await ended(client))["state"] == "done"
    assert await caches(client) == {"hit"}


async def test_a_server_that_stops_warms_no_more(
    rooms: Rooms, client: httpx.AsyncClient, shop: Any, shop_yaml: str
) -> None:
    async with held(rooms):
        await put(client, shop_yaml)
        await drain(rooms, Requests(), 1.0)
    last = await ended(client)
    assert (last["state"], last["reason"]["code"]) == ("skipped", "stopping")
    await put(client, shop_yaml, 1)
    assert (await client.get(WARM)).json() == {**last, "revision": 2, "state": "idle", "reason": None} | dict.fromkeys(
        ("bytes", "started_at", "ended_at")
    ) | {"done": 0, "total": 0}

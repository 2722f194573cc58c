"""Warm data of the demo dashboard, from the request to the last byte, against running its queries natively in DuckDB.

Limit: a quarter of what the native queries take, with authentication, three look-ups in PostgreSQL and compression.
"""

from __future__ import annotations

import asyncio
import statistics
import time

import httpx
from benchmarks.cold_data import run_natively
from benchmarks.figures import report
from benchmarks.world import open_world

from dashbridge.app import create_app
from dashbridge.kit import resource_folder

RUNS = 50
PATH = "/v1/dashboards/nyc-departures/data"


def main() -> None:
    """Print the ratio."""
    asyncio.run(_measure())


async def _measure() -> None:
    async with open_world() as world:
        opened = await world.rooms.library.open(world.actor, "nyc-departures")
        native = statistics.median(run_natively(world.flights, opened) for _ in range(9))
        transport = httpx.ASGITransport(app=create_app(world.rooms, resource_folder("web") / "dist"))
        headers = {"Authorization": f"Bearer {world.key}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://bench", headers=headers) as client:
            await client.get(PATH)
            times = [await _time(client) for _ in range(RUNS)]
        report("warm data", times, native / 4, f"native median {native * 1000:.1f} ms for all queries")


async def _time(client: httpx.AsyncClient) -> float:
    begun = time.perf_counter()
    answer = await client.get(PATH)
    spent = time.perf_counter() - begun
    assert answer.status_code == 200
    return spent

"""Warm data of the demo dashboard, from the request to the last byte of JSON, against a bare `GET /healthz`.

Limit: 25 times the cheapest request that this server can answer.
"""

from __future__ import annotations

import asyncio
import statistics
import time

import httpx
from benchmarks.figures import report
from benchmarks.world import open_world

from dashbridge.app import create_app
from dashbridge.kit import resource_folder

RUNS = 50


def main() -> None:
    """Print the ratio."""
    asyncio.run(_measure())


async def _measure() -> None:
    async with open_world() as world:
        app = create_app(world.rooms, resource_folder("web") / "dist")
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://bench",
            headers={"Authorization": f"Bearer {world.key}"},
        ) as client:
            floor = await _times(client, "/healthz")
            await client.get("/v1/dashboards/nyc-departures/data")
            warm = await _times(client, "/v1/dashboards/nyc-departures/data")
        bare = statistics.median(floor)
        report("warm data", warm, 25 * bare, f"a bare request takes {bare * 1000:.2f} ms")


async def _times(client: httpx.AsyncClient, path: str) -> list[float]:
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        answer = await client.get(path)
        times.append(time.perf_counter() - begun)
        assert answer.status_code == 200
    return times

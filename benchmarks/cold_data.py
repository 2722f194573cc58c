"""Cold data of the demo dashboard against its queries run natively in DuckDB on the same file.

Limit: 1.5 times the sum of the native queries, and 25 ms. Cold means that the data is new: no rows, answers or dry runs
of it are known. The second line is the very first request of a process, which also reads and compiles the file.
"""

from __future__ import annotations

import asyncio
import time

import duckdb
from benchmarks.figures import report
from benchmarks.world import World, open_world

from dashbridge.library import Opened
from dashbridge.serving import Asked
from dashbridge.wiring import open_rooms

RUNS = 9


def main() -> None:
    """Print the ratio."""
    asyncio.run(_measure())


async def _measure() -> None:
    async with open_world() as world:
        opened = await world.rooms.library.open(world.actor, "nyc-departures")
        native, ours = [], []
        for _ in range(RUNS):
            native.append(_native(world, opened))
            ours.append(await _cold(world))
        limit = 1.5 * sorted(native)[RUNS // 2] + 0.025
        report("cold data", ours, limit, f"native median {sorted(native)[RUNS // 2] * 1000:.1f} ms for all queries")


def _native(world: World, opened: Opened) -> float:
    with duckdb.connect(str(world.flights), read_only=True, config={"threads": 2}) as connection:
        connection.sql("SELECT 1").fetchall()
        begun = time.perf_counter()
        for query in opened.compiled.queries.values():
            connection.sql(query.sql).to_arrow_table()
        return time.perf_counter() - begun


async def _cold(world: World) -> float:
    async with open_rooms(world.settings) as rooms:
        warehouse = await rooms.connections.open(world.actor, "flights")
        await asyncio.gather(*(warehouse.run("SELECT 1") for _ in range(4)))
        begun = time.perf_counter()
        opened = await rooms.library.open(world.actor, "nyc-departures")
        pointer = opened.pointer
        asked = Asked(
            str(world.actor.team_id), str(warehouse.connection_id), pointer.slug, pointer.revision, pointer.yaml_sha256
        )
        answer = await rooms.answers.answer(asked, opened.compiled, warehouse, {}, today=rooms.today())
        body = answer.json()
        spent = time.perf_counter() - begun
        assert b'"error"' not in body
        return spent

"""Cold data of the demo dashboard against its queries run natively in DuckDB on the same file.

Limit: 1.5 times the sum of the native queries, and 25 ms. Cold: no rows and no answers are known. The engines run
and the page was opened, as a browser does before it asks for data, so the file is compiled and its queries are dry-run.
The second line leaves that out: it also reads, checks and compiles the file, and dry-runs its queries.
"""

from __future__ import annotations

import asyncio
import statistics
import time

import duckdb
import pyarrow as pa
from benchmarks.figures import report
from benchmarks.world import World, open_world

from dashbridge.api.deps import Rooms
from dashbridge.connections import GatedWarehouse
from dashbridge.costs import Purpose, Spending
from dashbridge.library import Opened
from dashbridge.serving import Asked
from dashbridge.wiring import open_rooms

RUNS = 9


def main() -> None:
    """Print the ratios."""
    asyncio.run(_measure())


async def _measure() -> None:
    async with open_world() as world:
        opened = await world.rooms.library.open(world.actor, "nyc-departures")
        native, cold, first = [], [], []
        for _ in range(RUNS):
            native.append(run_natively(world, opened))
            cold.append(await _cold(world, page_open=True))
            first.append(await _cold(world, page_open=False))
    median = statistics.median(native)
    limit = 1.5 * median + 0.025
    report("cold data", cold, limit, f"native median {median * 1000:.1f} ms for all queries")
    report("first data of a process", first, limit, "the same limit, for comparison only")


def run_natively(world: World, opened: Opened) -> float:
    """Seconds for every query of the dashboard, one after the other, in this process."""
    with duckdb.connect(str(world.flights), read_only=True, config={"threads": 2}) as connection:
        connection.sql("SELECT 1").fetchall()
        begun = time.perf_counter()
        for query in opened.compiled.queries.values():
            connection.sql(query.sql).to_arrow_table()
        return time.perf_counter() - begun


async def _start_engines(rooms: Rooms, warehouse: GatedWarehouse, spending: Spending) -> None:
    one = pa.table({"n": [1]})
    await asyncio.gather(*(warehouse.run("SELECT 1", spending=spending) for _ in range(4)))
    await asyncio.gather(
        *(rooms.answers._computer.trips._engine.query({"t": one}, "SELECT n FROM t") for _ in range(4))
    )


async def _cold(world: World, *, page_open: bool) -> float:
    async with open_rooms(world.settings) as rooms:
        warehouse = await rooms.connections.open(world.actor, "flights")
        spending = rooms.costs.refresh(world.actor, Purpose("benchmark"))
        await _start_engines(rooms, warehouse, spending)
        if page_open:
            opened = await rooms.library.open(world.actor, "nyc-departures")
            await rooms.answers.foresee(opened.compiled, warehouse)
        begun = time.perf_counter()
        opened = await rooms.library.open(world.actor, "nyc-departures")
        pointer = opened.pointer
        asked = Asked(
            str(world.actor.team_id), str(warehouse.connection_id), pointer.slug, pointer.revision, pointer.yaml_sha256
        )
        answer = await rooms.answers.answer(
            asked, opened.compiled, warehouse, {}, today=rooms.today(), spending=spending
        )
        body = answer.json()
        spent = time.perf_counter() - begun
        assert b'"error"' not in body
        return spent

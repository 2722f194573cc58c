"""Cold data of the demo dashboard against its queries run natively in DuckDB at the same time, on the same file.

Limit: 1.3 times the native queries, run concurrently, and 15 ms; on the 336,776 flights and on 30 times as many. Cold:
no rows and no answers are known. The engines run, news are heard, and the page was opened, as a browser does before it
asks for data, so the file is compiled and its queries are dry-run. The second line leaves that out: it also reads,
checks and compiles the file, and dry-runs its queries. Runs are interleaved.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
from benchmarks.figures import report
from benchmarks.world import World, open_world

from dashbridge.api.deps import Rooms
from dashbridge.connections import DuckDBSettings, GatedWarehouse
from dashbridge.costs import Purpose, Spending
from dashbridge.library import Opened
from dashbridge.serving import Asked
from dashbridge.wiring import open_rooms

RUNS = 9
TIMES = 30
_NO_CAP = 10**12


def main() -> None:
    """Print the ratios."""
    asyncio.run(_measure())


async def _measure() -> None:
    async with open_world() as world:
        opened = await world.rooms.library.open(world.actor, "nyc-departures")
        large = world.flights.with_name("large.duckdb")
        await asyncio.to_thread(enlarge, world.flights, large)
        await world.rooms.connections.create(
            world.actor, "large", DuckDBSettings(path=large.name), max_bytes_per_query=_NO_CAP
        )
        for connection, file, size in (("flights", world.flights, "336,776"), ("large", large, "10,103,280")):
            native, cold, first = [], [], []
            for _ in range(RUNS):
                native.append(run_natively(file, opened))
                cold.append(await _cold(world, connection, page_open=True))
                first.append(await _cold(world, connection, page_open=False))
            median = statistics.median(native)
            limit, why = 1.3 * median + 0.015, f"native median {median * 1000:.1f} ms for all queries at once"
            report(f"cold data of {size} rows", cold, limit, why)
            report(f"first data of a process, {size} rows", first, limit, "the same limit, for comparison only")


def enlarge(flights: Path, target: Path) -> None:
    """The same tables, with every flight many times."""
    with duckdb.connect(str(target)) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"ATTACH '{flights}' AS small (READ_ONLY)")
        for (table,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'small'"
        ).fetchall():
            often = f", range({TIMES})" if table == "flights" else ""
            connection.execute(f"CREATE TABLE {table} AS SELECT here.* FROM small.main.{table} AS here{often}")


def run_natively(file: Path, opened: Opened) -> float:
    """Seconds for every query of the dashboard, all at once, in this process."""
    with (
        duckdb.connect(str(file), read_only=True, config={"threads": 2}) as connection,
        ThreadPoolExecutor(len(opened.compiled.queries)) as threads,
    ):
        connection.sql("SELECT 1").fetchall()
        list(threads.map(lambda _: connection.cursor().sql("SELECT 1").fetchall(), opened.compiled.queries))
        begun = time.perf_counter()
        statements = [query.sql for query in opened.compiled.queries.values()]
        list(threads.map(lambda sql: connection.cursor().sql(sql).to_arrow_table(), statements))
        return time.perf_counter() - begun


async def _start_engines(rooms: Rooms, warehouse: GatedWarehouse, spending: Spending) -> None:
    one = pa.table({"n": [1]})
    await asyncio.gather(*(warehouse.run("SELECT 1", spending=spending) for _ in range(4)))
    await asyncio.gather(
        *(rooms.answers._computer.trips._engine.query({"t": one}, "SELECT n FROM t") for _ in range(4))
    )


async def _cold(world: World, connection: str, *, page_open: bool) -> float:
    async with open_rooms(world.settings) as rooms:
        warehouse = await rooms.connections.open(world.actor, connection)
        spending = rooms.costs.refresh(world.actor, Purpose("benchmark"))
        await _start_engines(rooms, warehouse, spending)
        await rooms.front.changes.listening()
        if page_open:
            opened = await rooms.library.open(world.actor, "nyc-departures")
            await rooms.answers.foresee(opened.compiled, warehouse)
        begun = time.perf_counter()
        opened = await rooms.library.lately(world.actor, "nyc-departures")
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

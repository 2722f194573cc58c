"""An input turned on the server: the post-query over 1,000,000 kept rows, against DuckDB on the same Arrow table.

Limit: 1.5 times the same question asked of DuckDB in this process, in two threads over the rows as they are kept.
"""

from __future__ import annotations

import asyncio
import statistics
import time

import duckdb
import pyarrow as pa
from benchmarks.figures import report
from benchmarks.rows_world import RowsWorld, open_rows_world

from dashbridge.api.deps import Rooms
from dashbridge.costs import Purpose
from dashbridge.wiring import open_rooms

ROWS = 1_000_000
RUNS = 15
_NATIVE = """
SELECT product, median(amount) FROM orders WHERE region IN ('north', '{region}') AND day >= DATE '2025-{month:02}-01'
AND day < DATE '2025-12-01' GROUP BY 1 ORDER BY 1
"""


def main() -> None:
    """Print the ratio."""
    asyncio.run(_measure())


async def _measure() -> None:
    async with open_rows_world(ROWS) as world, open_rooms(world.settings) as rooms:
        warehouse = await rooms.connections.open(world.actor, "orders")
        spending = rooms.costs.refresh(world.actor, Purpose("benchmark"))
        rows = (await warehouse.run("SELECT product, amount, region, day FROM orders", spending=spending))[0].table
        await _ask(world, rooms, "south", 1)
        native, served = [], []
        for run in range(RUNS):
            region, month = ("east", "west", "abroad")[run % 3], 1 + run % 7
            spent, wanted = _natively(rows, region, month)
            native.append(spent)
            begun = time.perf_counter()
            body = await _ask(world, rooms, region, month)
            served.append(time.perf_counter() - begun)
            assert abs(sum(body) - sum(wanted)) < 1e-6 * abs(sum(wanted))
    median = statistics.median(native)
    report("server path at 1,000,000 rows", served, 1.5 * median, f"native median {median * 1000:.1f} ms")


def _natively(rows: pa.Table, region: str, month: int) -> tuple[float, list[float]]:
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("orders", rows)
        begun = time.perf_counter()
        found = connection.sql(_NATIVE.format(region=region, month=month)).to_arrow_table()
        return time.perf_counter() - begun, found.column(1).to_pylist()


async def _ask(world: RowsWorld, rooms: Rooms, region: str, month: int) -> list[float]:
    warehouse = await rooms.connections.open(world.actor, "orders")
    opened, asked = await world.opened(rooms, "medians")
    chosen = {"region": ["north", region], "period": [f"2025-{month:02}-01..2025-11-30"]}
    spending = rooms.costs.refresh(world.actor, Purpose("benchmark"))
    answer = await rooms.answers.answer(
        asked, opened.compiled, warehouse, chosen, today=rooms.today(), spending=spending
    )
    assert answer.json()
    values: list[float] = answer.insights["medians"].table.column(1).to_pylist()  # type: ignore[union-attr]
    return values

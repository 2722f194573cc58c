"""Building a row-level insight of 1,000,000 rows and two inputs: pre-query to the Arrow stream a browser is given.

Limits: twice DuckDB's own COPY of the same columns to Parquet in the same run, and 300 MiB above idle, the server and
its query workers together.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow as pa
from benchmarks.figures import report
from benchmarks.rows_world import NEEDED, RowsWorld, open_rows_world

from dashbridge.costs import Purpose
from dashbridge.wiring import open_rooms

ROWS = 1_000_000
RUNS = 7
_PEAK_MIB = 300.0


def main() -> None:
    """Print the ratios."""
    asyncio.run(_measure())


async def _measure() -> None:
    async with open_rows_world(ROWS) as world:
        peer, build, peaks, sizes = [], [], [], []
        for _ in range(RUNS):
            peer.append(_copy(world.file))
            spent, peak, size = await _build(world)
            build.append(spent)
            peaks.append(peak)
            sizes.append(size)
    copied = statistics.median(peer)
    why = f"COPY of the same columns {copied * 1000:.0f} ms; {sizes[0] / 2**20:.1f} MiB of Arrow"
    report("build of 1,000,000 rows", build, 2 * copied, why)
    peak = statistics.median(peaks)
    verdict = "within" if peak <= _PEAK_MIB else "OVER"
    print(
        f"peak of that build: median {peak:.0f} MiB above idle of {_PEAK_MIB:.0f} = {peak / _PEAK_MIB:.2f} ({verdict})"
    )


def _copy(file: Path) -> float:
    with (
        tempfile.TemporaryDirectory(prefix="dashbridge-bench-") as folder,
        duckdb.connect(str(file), read_only=True, config={"threads": 2}) as connection,
    ):
        connection.sql("SELECT 1").fetchall()
        begun = time.perf_counter()
        connection.execute(f"COPY (SELECT {NEEDED} FROM orders) TO '{folder}/rows.parquet'")
        return time.perf_counter() - begun


async def _build(world: RowsWorld) -> tuple[float, float, int]:
    """Seconds, MiB above idle, bytes; nothing is known of the rows beforehand, the engines run."""
    async with open_rooms(world.settings) as rooms:
        warehouse = await rooms.connections.open(world.actor, "orders")
        opened, asked = await world.opened(rooms, "medians")
        spending = rooms.costs.refresh(world.actor, Purpose("benchmark"))
        await asyncio.gather(*(warehouse.run("SELECT 1", spending=spending) for _ in range(4)))
        await rooms.answers.foresee(opened.compiled, warehouse)
        family = [os.getpid(), *_descendants(os.getpid())]
        idle = {pid: _reset_peak(pid) for pid in family}
        begun = time.perf_counter()
        made = await rooms.answers.pre(asked, opened.compiled, warehouse, "medians", spending=spending)
        spent = time.perf_counter() - begun
        assert made.rows == ROWS
        assert pa.ipc.open_stream(made.arrow).schema.names
        peak = sum(_status(pid, "VmHWM") - idle[pid] for pid in family)
        return spent, peak / 2**20, made.nbytes


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _reset_peak(pid: int) -> int:
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return _status(pid, "VmRSS")


def _status(pid: int, key: str) -> int:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(key + ":"))
    return int(line.split()[1]) * 1024

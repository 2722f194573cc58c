"""Encoding answers: the time of making JSON and Arrow of a table, against fetching that table from DuckDB.

Each run fetches the table (`con.sql(...).to_arrow_table()`) and encodes it, in turns, so that both meet the same
machine. Limits: JSON of 100,000 x 8 in 3 times the fetch; Arrow IPC with dictionaries of 1,000,000 x 8 in 2.5 times,
with at most 1.5 times the table's bytes on top of it; JSON of that streamed within 300 MiB, the table included.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
from benchmarks.figures import report

from dashbridge.serving import arrow_pieces
from dashbridge.serving.payload import flat_columns, object_pieces

RUNS = 15
_MIB = 2**20
_TABLE = """
CREATE TABLE answers AS SELECT
    i AS id, CASE WHEN i % 10 > 0 THEN 'region ' || (hash(i, 1) % 200) END AS region, 'customer ' || hash(i, 2) AS name,
    DATE '2020-01-01' + CAST(hash(i, 3) % 2000 AS INTEGER) AS day, (hash(i) % 1000000) / 7.0::DOUBLE AS ratio,
    TIMESTAMP '2020-01-01' + to_microseconds(CAST(hash(i, 4) % 100000000000000 AS BIGINT)) AS moment,
    CAST((hash(i, 6) % 100000000) / 100.0 AS DECIMAL(12, 2)) AS amount,
    CASE WHEN i % 7 > 0 THEN i % 3 = 0 END AS flag
FROM range({rows}) t(i)
"""


def main() -> None:
    """Print the ratios."""
    fetch, spent = _in_turns(100_000, RUNS, json_pieces)
    report("exact JSON of 100,000 x 8", spent, 3 * statistics.median(fetch), _fetched(fetch))
    fetch, spent = _in_turns(1_000_000, 5, arrow_pieces)
    report("Arrow IPC of 1,000,000 x 8", spent, 2.5 * statistics.median(fetch), _fetched(fetch))
    for name, how, limit in (("Arrow IPC", "arrow", None), ("JSON streamed", "json", 300 * _MIB)):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            table, peak, size = pool.apply(_peak, (how,))
        bound = 1.5 * table if limit is None else limit
        used = peak - table if limit is None else peak
        verdict = "within" if used <= bound else "OVER"
        print(
            f"{name} of 1,000,000 x 8: peak {used / _MIB:.0f} MiB of {bound / _MIB:.0f} MiB = {used / bound:.2f} "
            f"({verdict}); the table has {table / _MIB:.0f} MiB, the answer {size / _MIB:.0f} MiB",
            flush=True,
        )


def json_pieces(table: pa.Table) -> Iterable[bytes | memoryview]:
    """The columns of a data answer as they are sent."""
    return object_pieces(flat_columns(table))


def _in_turns(
    rows: int, runs: int, encode: Callable[[pa.Table], Iterable[bytes | memoryview]]
) -> tuple[list[float], list[float]]:
    fetches, encodings = [], []
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(_TABLE.format(rows=rows))
        for _ in range(runs):
            begun = time.perf_counter()
            table = connection.sql("SELECT * FROM answers").to_arrow_table()
            fetched = time.perf_counter()
            assert sum(len(piece) for piece in encode(table)) > rows
            encodings.append(time.perf_counter() - fetched)
            fetches.append(fetched - begun)
    return fetches, encodings


def _fetched(seconds: list[float]) -> str:
    return f"fetching the table took a median of {statistics.median(seconds) * 1000:.1f} ms"


def _peak(how: str) -> tuple[int, int, int]:
    """Bytes of the table, of memory at the most with it above that without it, of the answer; in a process alone."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(_TABLE.format(rows=1_000_000))
        table = connection.sql("SELECT * FROM answers").to_arrow_table()
    sum(len(piece) for piece in json_pieces(table.slice(0, 1000)))
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS") - table.nbytes
    size = sum(len(piece) for piece in (arrow_pieces(table) if how == "arrow" else json_pieces(table)))
    return table.nbytes, _status("VmHWM") - before, size


def _status(key: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(key + ":")).split()[1]) * 1024

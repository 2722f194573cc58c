"""Processes: they stop when told, are replaced when they die, and never outlive their owner."""

from __future__ import annotations

import asyncio
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from dashbridge.kit import TimedOut, Unavailable
from dashbridge.warehouse import wire
from dashbridge.warehouse.base import Limits, WarehouseRefused
from dashbridge.warehouse.duckdb import DuckDBPool, DuckDBWarehouse

ENDLESS = "SELECT count(*) FROM range(1000000000000)"
DEAF = (
    "SELECT length(regexp_replace(repeat('ab', 50000000), '(a|b)', '\\1\\1', 'g'))"  # an interrupt is not heard inside
)
TABLES = {"insight_data": pa.table({"g": [1, 1, 2], "v": [1.5, 2.5, 4.0]})}


@pytest.fixture
async def lone(database: Path) -> AsyncIterator[DuckDBPool]:
    """A pool of one worker, already up."""
    pool = DuckDBPool(size=1, memory_bytes=128 << 20)
    await pool.query({}, "SELECT 1")
    yield pool
    await pool.close()


def is_running(pid: int) -> bool:
    """Whether the process exists and is not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int) -> bool:
    """Wait for the end of a process, at most 20 seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ready, _, _ = select.select([handle], [], [], 20)
        return bool(ready)
    finally:
        os.close(handle)


async def started(warehouse: DuckDBWarehouse, sql: str, pid: int) -> asyncio.Task[object]:
    """A task whose query burns processor time in the worker by now."""
    before = cpu_ticks(pid)
    task: asyncio.Task[object] = asyncio.create_task(warehouse.run(sql))
    while cpu_ticks(pid) < before + 5:
        await asyncio.wait([task], timeout=0.01)
    return task


def environment(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


def cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@pytest.mark.parametrize("sql", [ENDLESS, DEAF])
async def test_a_timeout_ends_the_process(lone: DuckDBPool, database: Path, sql: str) -> None:
    (pid,) = lone.pids
    with pytest.raises(TimedOut) as caught:
        await DuckDBWarehouse(database, lone).run(sql, limits=Limits(timeout_s=0.5))
    assert gone(pid)
    assert caught.value.hint
    assert (await lone.query({}, "SELECT 1 AS a")).table.to_pydict() == {"a": [1]}
    assert lone.pids != [pid]


async def test_a_worker_that_does_not_even_read_is_ended(lone: DuckDBPool, database: Path) -> None:
    (pid,) = lone.pids
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(TimedOut):
        await DuckDBWarehouse(database, lone).run("SELECT 1", limits=Limits(timeout_s=0.3))
    assert gone(pid)
    assert (await lone.query({}, "SELECT 1 AS a")).table.num_rows == 1


async def test_cancelling_ends_the_process(lone: DuckDBPool, database: Path) -> None:
    (pid,) = lone.pids
    task = await started(DuckDBWarehouse(database, lone), ENDLESS, pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gone(pid)
    assert (await lone.query({}, "SELECT 1 AS a")).table.num_rows == 1


async def test_cancelling_a_waiting_query_harms_nobody(lone: DuckDBPool, database: Path) -> None:
    (pid,) = lone.pids
    warehouse = DuckDBWarehouse(database, lone)
    running = await started(warehouse, "SELECT sum(sqrt(range)) AS s FROM range(200000000)", pid)
    waiting = asyncio.create_task(warehouse.run("SELECT 1"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await running
    assert lone.pids == [pid]


async def test_a_killed_worker_is_an_error_and_is_replaced(lone: DuckDBPool, database: Path) -> None:
    (pid,) = lone.pids
    task = await started(DuckDBWarehouse(database, lone), ENDLESS, pid)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WarehouseRefused) as caught:
        await task
    assert caught.value.code == "out_of_memory"
    assert "ran out of memory" in caught.value.message
    assert (await lone.query({}, "SELECT 1 AS a")).table.num_rows == 1


async def test_a_worker_killed_while_idle_is_not_noticed(lone: DuckDBPool) -> None:
    for _ in range(3):
        (pid,) = lone.pids
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
        assert (await lone.query({}, "SELECT 1 AS a")).table.num_rows == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT list(range) FROM range(1000000000)",
        "SELECT string_agg(repeat('x', 100000), '') FROM range(100000)",
        "SELECT repeat('x', 2000000000)",
        "SELECT list(repeat('x', 1000)) FROM range(10000000)",
    ],
)
async def test_memory_is_bounded(lone: DuckDBPool, database: Path, sql: str) -> None:
    with pytest.raises(WarehouseRefused) as caught:
        await DuckDBWarehouse(database, lone).run(sql, limits=Limits(timeout_s=60))
    assert caught.value.code == "out_of_memory"
    assert caught.value.hint
    assert (await lone.query({}, "SELECT 1 AS a")).table.num_rows == 1


async def test_the_address_space_is_bounded(lone: DuckDBPool) -> None:
    (pid,) = lone.pids
    soft, hard = resource.prlimit(pid, resource.RLIMIT_AS)
    assert soft == hard != resource.RLIM_INFINITY


async def test_a_result_is_bounded(database: Path) -> None:
    pool = DuckDBPool(size=1, result_bytes=1 << 20)
    try:
        with pytest.raises(WarehouseRefused) as caught:
            await pool.query({}, "SELECT repeat('x', 1000) AS t FROM range(100000)")
        assert caught.value.code == "result_too_large"
        assert (await pool.query({}, "SELECT 1 AS a")).table.num_rows == 1
    finally:
        await pool.close()


async def test_sorting_more_than_fits_spills_and_cleans_up(database: Path) -> None:
    pool = DuckDBPool(size=1, memory_bytes=64 << 20)
    try:
        rows = "SELECT hash(range) AS h, range::VARCHAR AS t FROM range(4000000)"
        result = await pool.query({}, f"SELECT count(*) AS n FROM (FROM ({rows}) ORDER BY t OFFSET 1)")
        assert result.table.to_pydict() == {"n": [3_999_999]}
    finally:
        await pool.close()
    assert Path(pool._spill_folder).name not in os.listdir(Path(pool._spill_folder).parent)


async def test_eight_at_once_on_two_workers(pool: DuckDBPool, warehouse: DuckDBWarehouse) -> None:
    sql = "SELECT ? AS n, sum(amount) AS s FROM events WHERE grp <> ?"
    results = await asyncio.gather(*(warehouse.run(sql, [n, n]) for n in range(8)))
    assert [result.table["n"][0].as_py() for result in results] == list(range(8))
    assert len({result.table["s"][0].as_py() for result in results}) == 8


async def test_the_loop_runs_on_meanwhile(lone: DuckDBPool, database: Path) -> None:
    (pid,) = lone.pids
    task = await started(DuckDBWarehouse(database, lone), ENDLESS, pid)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_closing_leaves_no_process_and_tells_who_waits(database: Path) -> None:
    pool = DuckDBPool(size=2)
    warehouse = DuckDBWarehouse(database, pool)
    await asyncio.gather(warehouse.run("SELECT 1"), warehouse.run("SELECT 2"))
    waiting = [asyncio.create_task(warehouse.run(ENDLESS)) for _ in range(4)]
    await asyncio.sleep(0)
    pids = pool.pids
    await pool.close()
    assert not any(is_running(pid) for pid in pids)
    for task in waiting:
        with pytest.raises(Unavailable):
            await task
    with pytest.raises(Unavailable):
        await warehouse.run("SELECT 1")
    await pool.close()


def test_one_pool_serves_several_event_loops(pool: DuckDBPool, database: Path) -> None:
    found: list[int] = []

    def use() -> None:
        result = asyncio.run(DuckDBWarehouse(database, pool).run("SELECT count(*) AS n FROM events"))
        found.append(result.table["n"][0].as_py())

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200_000] * 3


OWNER = """
import asyncio, sys
from dashbridge.warehouse.duckdb import DuckDBPool, DuckDBWarehouse
async def main():
    pool = DuckDBPool(size=2)
    warehouse = DuckDBWarehouse(sys.argv[1], pool)
    await asyncio.gather(warehouse.run("SELECT 1"), warehouse.run("SELECT 2"))
    task = asyncio.create_task(warehouse.run("SELECT count(*) FROM range(1000000000000)"))
    await asyncio.sleep(0)
    print(*pool.pids, pool._nursery._process.pid, flush=True)
    await task
if sys.argv[2] == "guarded":
    asyncio.run(main())
"""


def test_workers_die_with_a_killed_owner(database: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", OWNER, str(database), "guarded"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(pids) == 3
        owner.kill()
    assert all(gone(pid) for pid in pids)


async def test_workers_get_no_secrets_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary")
    pool = DuckDBPool(size=1)
    try:
        await pool.query({}, "SELECT 1")
        (pid,) = pool.pids
        assert "canary" not in environment(pid)
    finally:
        await pool.close()


async def test_local_queries(pool: DuckDBPool) -> None:
    sql = "SELECT g, sum(v) AS v FROM insight_data WHERE v > ? GROUP BY g ORDER BY g"
    result = await pool.query(TABLES, sql, [2])
    assert result.table.to_pydict() == {"g": [1, 2], "v": [2.5, 4.0]}


async def test_several_statements_in_one_round_trip(pool: DuckDBPool) -> None:
    statements = [("SELECT sum(v) AS v FROM insight_data", []), ("SELECT ? AS w", ["x"]), ("FROM insight_data", [])]
    results = await pool.query_many(TABLES, statements, limits=Limits(max_rows=2))
    assert [result.table.num_rows for result in results] == [1, 1, 2]
    assert [result.truncated for result in results] == [False, False, True]


async def test_a_key_saves_sending_the_tables_again(lone: DuckDBPool) -> None:
    for _ in range(3):
        result = await lone.query(TABLES, "SELECT sum(v) AS v FROM insight_data", key="a")
        assert result.table.to_pydict() == {"v": [8.0]}
    for number in range(20):
        table = {"insight_data": pa.table({"v": [number]})}
        assert (await lone.query(table, "FROM insight_data", key=f"k{number}")).table.to_pydict() == {"v": [number]}
    assert (await lone.query(TABLES, "SELECT sum(v) AS v FROM insight_data", key="a")).table.to_pydict() == {"v": [8.0]}


async def test_rows_that_a_worker_computed_are_not_sent_to_it_again(
    lone: DuckDBPool, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await DuckDBWarehouse(database, lone).run("SELECT grp, amount FROM events ORDER BY id")
    monkeypatch.setattr(wire, "write_table", None)
    sums = "SELECT grp, count(*) AS n FROM mine WHERE grp < ? GROUP BY 1 ORDER BY 1"
    for most in (2, 1):
        told = await lone.query({"mine": found.table}, sums, [most], key=found.held)
        assert told.table.column("grp").to_pylist() == list(range(most))
    with pytest.raises(WarehouseRefused):
        await lone.query({"mine": found.table}, "SELECT count(*) FROM events", key=found.held)


async def test_rows_of_a_worker_that_died_are_sent_to_the_next(lone: DuckDBPool, database: Path) -> None:
    found = await DuckDBWarehouse(database, lone).run("SELECT grp FROM events")
    for number in range(10):  # more than a worker holds
        await DuckDBWarehouse(database, lone).run(f"SELECT {number} AS n FROM labels")
    counted = "SELECT count(*) AS n FROM mine"
    assert (await lone.query({"mine": found.table}, counted, key=found.held)).table.to_pydict() == {"n": [200_000]}
    (pid,) = lone.pids
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    assert (await lone.query({"mine": found.table}, counted, key=found.held)).table.to_pydict() == {"n": [200_000]}


async def test_a_key_outlives_failure_and_replacement(lone: DuckDBPool) -> None:
    await lone.query(TABLES, "FROM insight_data", key="a")
    with pytest.raises(WarehouseRefused):
        await lone.query(TABLES, "SELECT nope FROM insight_data", key="a")
    assert (await lone.query(TABLES, "FROM insight_data", key="a")).table.num_rows == 3
    os.kill(lone.pids[0], signal.SIGKILL)
    assert gone(lone.pids[0])
    assert (await lone.query(TABLES, "FROM insight_data", key="a")).table.num_rows == 3


async def test_tables_of_one_key_are_not_seen_by_another(lone: DuckDBPool) -> None:
    await lone.query({"secret": TABLES["insight_data"]}, "FROM secret", key="a")
    for key in ("b", None):
        with pytest.raises(WarehouseRefused):
            await lone.query(TABLES, "FROM secret", key=key)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t AS SELECT 1",
        "SELECT 1; SELECT 2",
        "",
        "COPY insight_data TO 'x.csv'",
        "FROM read_csv('/etc/passwd')",
        "FROM '/etc/passwd'",
        "ATTACH 'x.duckdb'",
        "SELECT getenv('HOME')",
        "INSTALL httpfs",
        "SET threads = 9",
    ],
)
async def test_local_queries_are_locked_down(pool: DuckDBPool, sql: str) -> None:
    with pytest.raises(WarehouseRefused):
        await pool.query(TABLES, sql)


async def test_large_tables_cross_both_ways(pool: DuckDBPool) -> None:
    table = pa.table({"a": pa.array(range(1_000_000)), "b": pa.array(range(1_000_000)), "t": ["text"] * 1_000_000})
    result = await pool.query({"insight_data": table}, "FROM insight_data")
    assert result.table.combine_chunks().equals(table.combine_chunks())


async def test_a_lost_nursery_is_started_again(lone: DuckDBPool) -> None:
    process = lone._nursery._process
    assert process is not None
    (pid,) = lone.pids
    process.kill()
    assert gone(pid)
    result = await lone.query({}, "SELECT 1 AS a")
    assert result.table.num_rows == 1


async def test_a_nursery_that_dies_with_the_request_in_hand_is_asked_again(
    lone: DuckDBPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = lone._nursery._process
    assert process is not None
    (pid,) = lone.pids
    os.kill(process.pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    send = wire.send

    def send_and_kill(sock: socket.socket, message: wire.Message, files: Sequence[int] = ()) -> None:
        send(sock, message, files)
        process.kill()

    monkeypatch.setattr("dashbridge.warehouse.workers.wire.send", send_and_kill)
    worker = lone._nursery.start_worker(1)
    assert worker.alive()
    worker.close()


async def test_releasing_a_file_lets_a_writer_in(
    lone: DuckDBPool, tmp_path: Path, holder: Callable[[Path], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "mine.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS a").fetchall()
    warehouse = DuckDBWarehouse(path, lone)
    await warehouse.run("FROM t")
    await warehouse.close()
    with holder(path), pytest.raises(Unavailable):
        await warehouse.run("FROM t")
    assert (await warehouse.run("FROM t")).table.num_rows == 1

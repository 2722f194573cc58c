"""A small pool of query workers: every statement runs in a process that can be killed at its deadline."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Mapping, Sequence

import pyarrow as pa

from dashbridge.kit import Unavailable
from dashbridge.warehouse import wire
from dashbridge.warehouse.base import Limits, Parameter, Result
from dashbridge.warehouse.bounds import EngineSettings
from dashbridge.warehouse.jobs import Job, JobQueue, Reply
from dashbridge.warehouse.lanes import Lane
from dashbridge.warehouse.workers import Nursery, WorkerSettings

Statement = tuple[str, Sequence[Parameter]]


class DuckDBPool:
    """Worker processes that run DuckDB for warehouses and, as a `LocalEngine`, over Arrow tables.

    `memory_bytes` bounds each worker: DuckDB's own limit, and the address space above it. The first worker computes in
    `threads`, each other in one; what runs alone runs in the first. Usable from any event loop; call `close()`, else
    the workers end with the program.
    """

    def __init__(
        self,
        size: int = 2,
        *,
        memory_bytes: int = 512 << 20,
        threads: int = 2,
        spill_bytes: int = 1 << 30,
        result_bytes: int = 512 << 20,
    ) -> None:
        self._spill_folder = tempfile.mkdtemp(prefix="dashbridge-")
        engine = EngineSettings(memory_bytes, threads, self._spill_folder, spill_bytes)
        self._nursery = Nursery(WorkerSettings(engine, result_bytes))
        self._jobs = JobQueue()
        self._open: set[Job] = set()
        self._closed = False
        # Two engines at once in all threads each hold each other up: only a statement alone has the use of more.
        self._lanes = [
            Lane(self._nursery, self._jobs, f"duckdb-{number}", threads=1 if number else threads, first=not number)
            for number in range(size)
        ]

    @property
    def pids(self) -> list[int]:
        """The worker processes of this moment."""
        return [lane.pid for lane in self._lanes if lane.pid is not None]

    @property
    def jobs(self) -> int:
        """How many statements run or wait."""
        return len(self._open)

    def check(self) -> None:
        """Raises Unavailable when it is closed, or the last start of every worker failed."""
        if self._closed:
            raise _closed()
        if all(lane.failed for lane in self._lanes):
            raise Unavailable("There is no query worker.", code="no_worker", hint="see the server's log")

    async def ask(self, request: wire.Message, *, timeout_s: float) -> Reply:
        """Have a worker answer; cancelling the task kills the worker. Raises the port's errors."""
        return await self._submit(Job(request, timeout_s))

    async def query(
        self,
        tables: Mapping[str, pa.Table],
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        key: str | None = None,
    ) -> Result:
        """Run one SELECT over the named `tables`; see `query_many` for `key`. Raises WarehouseRefused, TimedOut."""
        return (await self.query_many(tables, [(sql, parameters)], limits=limits, key=key))[0]

    async def query_many(
        self,
        tables: Mapping[str, pa.Table],
        statements: Sequence[Statement],
        *,
        limits: Limits = Limits(),
        key: str | None = None,
    ) -> list[Result]:
        """Run several SELECTs over the same tables in one round trip, together within `limits.timeout_s`.

        The first failure fails all. `key` names these very tables (say, the cache key they were computed under): a
        worker keeps the last few, and they are not sent again.
        """
        asked = [
            {"sql": sql, "parameters": wire.pack_parameters(parameters), "max_rows": limits.max_rows}
            for sql, parameters in statements
        ]
        job = Job({"do": "query", "statements": asked}, limits.timeout_s, tables, key)
        message, results = await self._submit(job)
        return [
            Result(table, 0, facts["elapsed_s"], facts["truncated"])
            for table, facts in zip(results, message["ok"], strict=True)
        ]

    async def _submit(self, job: Job) -> Reply:
        if self._closed:
            raise _closed()
        self._open.add(job)
        self._jobs.put(job)
        try:
            return await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            job.stop()
            raise
        finally:
            self._open.discard(job)

    async def release(self, path: str) -> None:
        """Stop what runs on a database file and have the workers let go of it."""
        for job in [job for job in self._open if job.request.get("path") == path]:
            job.stop()
        for lane in self._lanes:
            await asyncio.to_thread(lane.release, path)

    async def close(self) -> None:
        """Kill what runs and every worker; returns when the processes are gone."""
        if self._closed:
            return
        self._closed = True
        for job in list(self._open):
            job.stop()
        for _ in self._lanes:
            self._jobs.put(None)
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._nursery.close()
        for lane in self._lanes:
            lane.thread.join()
        shutil.rmtree(self._spill_folder, ignore_errors=True)


def _closed() -> Unavailable:
    return Unavailable("The query engine is closed.", code="engine_closed")

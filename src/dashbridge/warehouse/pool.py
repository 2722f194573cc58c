"""A small pool of query workers: every statement runs in a process that can be killed at its deadline."""

from __future__ import annotations

import asyncio
import queue
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import pyarrow as pa

from dashbridge.kit import DashbridgeError, TimedOut, Unavailable
from dashbridge.warehouse import wire
from dashbridge.warehouse.base import Limits, Parameter, Result, WarehouseRefused
from dashbridge.warehouse.engine import EngineSettings, out_of_memory
from dashbridge.warehouse.nursery import Nursery, WorkerProcess, WorkerSettings

Statement = tuple[str, Sequence[Parameter]]
Reply = tuple[wire.Message, list[pa.Table]]

_KEPT_TABLES = 8
_KEPT_BYTES = 64 << 20
_PATIENCE_S = 60.0


@dataclass(eq=False)
class _Job:
    request: wire.Message
    timeout_s: float
    tables: Mapping[str, pa.Table] | None = None
    key: str | None = None
    future: Future[Reply] = field(default_factory=Future)
    asked_at: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _worker: WorkerProcess | None = None
    _stopped: bool = False

    def begin(self, worker: WorkerProcess) -> bool:
        """Note who works on it; False when it was stopped before."""
        with self._lock:
            self._worker = None if self._stopped else worker
            return not self._stopped

    def end(self) -> None:
        with self._lock:
            self._worker = None

    def stop(self) -> None:
        """Kill the worker that is on it, or keep it from starting."""
        with self._lock:
            self._stopped = True
            if self._worker is not None:
                self._worker.kill()


class _Lane:
    """One worker and the thread that feeds it. A worker that died is replaced at once."""

    def __init__(self, nursery: Nursery, jobs: queue.SimpleQueue[_Job | None], name: str) -> None:
        self._nursery = nursery
        self._jobs = jobs
        self._worker: WorkerProcess | None = None
        self._kept: OrderedDict[str, int] = OrderedDict()
        self._dropped: list[str] = []
        self.thread = threading.Thread(target=self._work, name=name, daemon=True)
        self.thread.start()

    @property
    def pid(self) -> int | None:
        worker = self._worker
        return worker.pid if worker is not None else None

    def _work(self) -> None:
        while True:
            try:
                self._ready()
            except Unavailable:
                self._worker = None  # told to the next caller, who tries again
            job = self._jobs.get()
            if job is None:
                break
            self._do(job)
        if self._worker is not None:
            self._worker.close()

    def _ready(self) -> WorkerProcess:
        if self._worker is None or not self._worker.alive():
            if self._worker is not None:
                self._worker.close()
            self._worker = None
            self._kept.clear()
            self._dropped.clear()
            self._worker = self._nursery.start_worker()
        return self._worker

    def _do(self, job: _Job) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        try:
            if time.monotonic() - job.asked_at > _PATIENCE_S:
                raise Unavailable("Every query worker is busy.", code="busy", hint="try again in a moment")
            reply = self._exchange(self._ready(), job)
        except DashbridgeError as error:
            job.future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - the caller must hear of it, or it would wait for ever
            self._discard()
            job.future.set_exception(error)
        else:
            job.future.set_result(reply)

    def _exchange(self, worker: WorkerProcess, job: _Job) -> Reply:
        request, given = self._with_tables(job)
        made: list[int] = []
        try:
            if not job.begin(worker):
                raise TimedOut("The query was stopped.", code="stopped")
            message, made = worker.ask(request, given, deadline=time.monotonic() + job.timeout_s)
        except TimeoutError as error:
            self._discard()
            raise TimedOut(
                f"The query ran past its limit of {job.timeout_s:g} s and was stopped.",
                code="timed_out",
                hint="read less: filter earlier, aggregate more, or raise the limit",
            ) from error
        except (wire.Hangup, OSError) as error:
            self._discard()
            raise out_of_memory("its process died") from error
        finally:
            job.end()
            wire.close_files(given)
        if "ok" in message:
            return message, [wire.read_table(file) for file in made]
        self._after_failure(message["code"], job.key)
        raise wire.unpack_error(message)

    def _after_failure(self, code: str, key: str | None) -> None:
        if code == "out_of_memory":
            self._discard()
        elif key is not None:
            self._kept.pop(key, None)
            self._dropped.append(key)

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.kill()

    def _with_tables(self, job: _Job) -> tuple[wire.Message, list[int]]:
        """The request with what the worker must drop, and the tables it does not hold yet as files."""
        if job.tables is None:
            return job.request, []
        given: list[int] = []
        names: list[str] = []
        drop, self._dropped = self._dropped, []
        if job.key is not None and job.key in self._kept:
            self._kept.move_to_end(job.key)
        else:
            names = list(job.tables)
            given = [wire.write_table(table) for table in job.tables.values()]
            drop += self._make_room(job)
        return {**job.request, "key": job.key, "tables": names, "drop": drop}, given

    def _make_room(self, job: _Job) -> list[str]:
        if job.key is None or job.tables is None:
            return []
        self._kept[job.key] = sum(table.nbytes for table in job.tables.values())
        drop = []
        while len(self._kept) > 1 and (len(self._kept) > _KEPT_TABLES or sum(self._kept.values()) > _KEPT_BYTES):
            drop.append(self._kept.popitem(last=False)[0])
        return drop


class DuckDBPool:
    """Worker processes that run DuckDB for warehouses and, as a `LocalEngine`, over Arrow tables.

    `memory_bytes` bounds each worker: DuckDB's own limit, and the address space above it. Threads are per worker.
    Usable from any event loop; call `close()`, else the workers end with the program.
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
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._open: set[_Job] = set()
        self._closed = False
        self._lanes = [_Lane(self._nursery, self._jobs, f"duckdb-{number}") for number in range(size)]

    @property
    def pids(self) -> list[int]:
        """The worker processes of this moment."""
        return [lane.pid for lane in self._lanes if lane.pid is not None]

    async def ask(self, request: wire.Message, *, timeout_s: float) -> Reply:
        """Have a worker answer; cancelling the task kills the worker. Raises the port's errors."""
        return await self._submit(_Job(request, timeout_s))

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
        """Run several SELECTs over the same tables in one round trip, all within `limits.timeout_s`; the first failure fails all.

        `key` names these very tables (say, the cache key they were computed under): a worker keeps the last few, and
        they are not sent again.
        """
        asked = [
            {"sql": sql, "parameters": wire.pack_parameters(parameters), "max_rows": limits.max_rows}
            for sql, parameters in statements
        ]
        job = _Job({"do": "query", "statements": asked}, limits.timeout_s, tables, key)
        message, results = await self._submit(job)
        return [
            Result(table, table.nbytes, facts["elapsed_s"], facts["truncated"])
            for table, facts in zip(results, message["ok"], strict=True)
        ]

    async def _submit(self, job: _Job) -> Reply:
        if self._closed:
            raise Unavailable("The query engine is closed.", code="engine_closed")
        self._open.add(job)
        self._jobs.put(job)
        try:
            return await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            job.stop()
            raise
        finally:
            self._open.discard(job)

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

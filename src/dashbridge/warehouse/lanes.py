"""Lanes of the pool: one worker process each, and the thread that feeds it jobs of the queue they share."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable

import pyarrow as pa

from dashbridge.kit import DashbridgeError, TimedOut, Unavailable
from dashbridge.warehouse import wire
from dashbridge.warehouse.bounds import ENGINE_FAILED, OUT_OF_MEMORY, out_of_memory
from dashbridge.warehouse.jobs import Job, JobQueue, Reply
from dashbridge.warehouse.workers import Nursery, WorkerProcess

_KEPT_TABLES = 8
_PATIENCE_S = 60.0
_RELEASE_S = 5.0


class Lane:
    """One worker and the thread that feeds it. A worker that died is replaced at once, unless the start `failed`."""

    def __init__(self, nursery: Nursery, jobs: JobQueue, name: str, *, threads: int, first: bool) -> None:
        self._nursery = nursery
        self._jobs = jobs
        self._threads = threads
        self._first = first
        self._worker: WorkerProcess | None = None
        self.failed = False
        self._busy = threading.Lock()
        self._paths: set[str] = set()
        self._kept: OrderedDict[str, int] = OrderedDict()
        self._dropped: list[str] = []
        self.thread = threading.Thread(target=self._work, name=name, daemon=True)
        self.thread.start()

    @property
    def pid(self) -> int | None:
        worker = self._worker
        return worker.pid if worker is not None else None

    def release(self, path: str) -> None:
        """Close the worker if it holds the file; a worker that is long at another's job keeps it."""
        if not self._busy.acquire(timeout=_RELEASE_S):
            return
        try:
            if path in self._paths and self._worker is not None:
                self._worker.kill()
                self._worker.wait()
                self._paths.clear()
        finally:
            self._busy.release()

    def _work(self) -> None:
        while True:
            with self._busy, contextlib.suppress(Unavailable):  # told to the next caller, who tries again
                self._ready()
            job = self._jobs.take(self._kept, first=self._first)
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
            self._paths.clear()
            try:
                self._worker = self._nursery.start_worker(self._threads)
            finally:
                self.failed = self._worker is None
        return self._worker

    def _do(self, job: Job) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        try:
            if time.monotonic() - job.asked_at > _PATIENCE_S:
                raise Unavailable("Every query worker is busy.", code="busy", hint="try again in a moment")
            with self._busy:
                reply = self._exchange(self._ready(), job)
        except DashbridgeError as error:
            job.future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - the caller must hear of it, or it would wait for ever
            self._discard()
            job.future.set_exception(error)
        else:
            job.future.set_result(reply)

    def _exchange(self, worker: WorkerProcess, job: Job) -> Reply:
        request, given = self._with_tables(job)
        if "path" in request:
            self._paths.add(request["path"])
        made: list[int] = []
        try:
            if not job.begin(worker):
                raise _stopped()
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
            raise (_stopped() if job.stopped else out_of_memory("its process died")) from error
        finally:
            job.end()
            wire.close_files(given)
        if "ok" in message:
            tables = [wire.read_table(file) for file in made]
            if "held" in request and message["ok"]["held"]:
                self._dropped += self._make_room(request["held"], tables)
            return message, tables
        self._after_failure(message["code"], job.key)
        raise wire.unpack_error(message)

    def _after_failure(self, code: str, key: str | None) -> None:
        if code in (OUT_OF_MEMORY, ENGINE_FAILED):
            self._discard()
        elif key is not None:
            self._kept.pop(key, None)
            self._dropped.append(key)

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.kill()

    def _with_tables(self, job: Job) -> tuple[wire.Message, list[int]]:
        """The request with what the worker must drop, and the tables it does not hold yet as files."""
        drop, self._dropped = self._dropped, []
        if job.tables is None:
            return {**job.request, "drop": drop}, []
        given: list[int] = []
        if job.key is not None and job.key in self._kept:
            self._kept.move_to_end(job.key)
        else:
            given = [wire.write_table(table) for table in job.tables.values()]
            if job.key is not None:
                drop += self._make_room(job.key, job.tables.values())
        return {**job.request, "key": job.key, "tables": list(job.tables), "drop": drop}, given

    def _make_room(self, key: str, tables: Iterable[pa.Table]) -> list[str]:
        """Note what the worker holds from now on; the keys that it must drop for it."""
        self._kept[key] = sum(table.nbytes for table in tables)
        drop = []
        while len(self._kept) > 1 and (len(self._kept) > _KEPT_TABLES or sum(self._kept.values()) > wire.HELD_BYTES):
            drop.append(self._kept.popitem(last=False)[0])
        return drop


def _stopped() -> Unavailable:
    return Unavailable("The query was stopped: its connection was closed.", code="stopped")

"""What the pool is asked, and the queue from which its lanes take it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Container, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from dashbridge.warehouse import wire
from dashbridge.warehouse.workers import WorkerProcess

Reply = tuple[wire.Message, list[pa.Table]]

OVERTAKEN: Final = 8  # so often a job may wait for others whose tables a worker holds


@dataclass(eq=False)
class Job:
    request: wire.Message
    timeout_s: float
    tables: Mapping[str, pa.Table] | None = None
    key: str | None = None  # names its tables
    overtaken: int = 0
    future: Future[Reply] = field(default_factory=Future)
    asked_at: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _worker: WorkerProcess | None = None
    stopped: bool = False

    def begin(self, worker: WorkerProcess) -> bool:
        """Note who works on it; False when it was stopped before."""
        with self._lock:
            self._worker = None if self.stopped else worker
            return not self.stopped

    def end(self) -> None:
        with self._lock:
            self._worker = None

    def stop(self) -> None:
        """Kill the worker that is on it, or keep it from starting; its caller gets Unavailable."""
        with self._lock:
            self.stopped = True
            if self._worker is not None:
                self._worker.kill()


class JobQueue:
    """Jobs in the order they came, but that a lane takes those first whose tables its worker holds.

    What any lane may take goes to the first one while that is idle.
    """

    def __init__(self) -> None:
        self._waiting: deque[Job | None] = deque()
        self._idle: list[Container[str]] = []
        self._first_idle = False
        self._changed = threading.Condition()

    def put(self, job: Job | None) -> None:
        """The next job; None ends the lane that takes it."""
        with self._changed:
            self._waiting.append(job)
            self._changed.notify_all()

    def take(self, holds: Container[str], *, first: bool = True) -> Job | None:
        """The next job for a lane whose worker holds the tables of these keys; waits for one."""
        with self._changed:
            self._idle.append(holds)
            self._first_idle |= first
            try:
                while (at := self._fit(holds, first)) is None:
                    self._changed.wait()
            finally:
                self._first_idle &= not first
                self._idle = [one for one in self._idle if one is not holds]
            for _, job in zip(range(at), self._waiting, strict=False):
                if job is not None:
                    job.overtaken += 1
            job = self._waiting[at]
            del self._waiting[at]
            self._changed.notify_all()  # what another left for this lane is for anyone now
            return job

    def _fit(self, holds: Container[str], first: bool) -> int | None:
        """The place of a job that it holds the tables of, else of one that is no other idle lane's."""
        free = None
        others = [other for other in self._idle if other is not holds]
        for at, job in enumerate(self._waiting):
            key = None if job is None else job.key
            if key is not None and key in holds:
                return at
            if free is None and (first or not self._first_idle) and not any(key in other for other in others if key):
                free = at
            if job is not None and job.overtaken >= OVERTAKEN:
                break
        return free

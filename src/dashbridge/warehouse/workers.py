"""The owner's side of the query workers: has a nursery started, asks it for workers, and ends them.

The server holds this side alone; the engine is loaded only in the nursery's process.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, replace

from dashbridge.kit import Unavailable
from dashbridge.warehouse import wire
from dashbridge.warehouse.bounds import EngineSettings

_NURSERY = "dashbridge.warehouse.nursery"
_START_S = 30.0
_DEATH_S = 1.0


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The bounds of each worker."""

    engine: EngineSettings
    result_bytes: int


class WorkerProcess:
    """A running worker, as its owner sees it. One request at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        hello, _ = wire.receive(sock, deadline=time.monotonic() + _START_S)
        self.pid: int = hello["pid"]
        self._handle: int | None = os.pidfd_open(self.pid) if hasattr(os, "pidfd_open") else None
        self._lock = threading.Lock()
        self._killed = False

    def ask(self, request: wire.Message, given: list[int], *, deadline: float | None) -> tuple[wire.Message, list[int]]:
        """Send a request and wait for its reply. Raises TimeoutError, wire.Hangup and OSError."""
        self._sock.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
        wire.send(self._sock, request, given)
        return wire.receive(self._sock, deadline=deadline)

    def alive(self) -> bool:
        """Whether an idle worker is still there."""
        return not self._killed and not _readable(self._sock.fileno(), 0)

    def kill(self) -> None:
        """SIGKILL; whoever waits for its reply gets wire.Hangup. Safe from any thread, and twice."""
        with self._lock:
            if self._killed:
                return
            self._killed = True
            with contextlib.suppress(ProcessLookupError):
                if self._handle is not None:
                    signal.pidfd_send_signal(self._handle, signal.SIGKILL)
                else:
                    os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait until a killed worker is gone, and with it its locks on files."""
        if self._handle is not None:
            _readable(self._handle, _START_S)

    def close(self) -> None:
        """Kill it and wait until it is gone; only its owner may."""
        self.kill()
        self.wait()
        self._sock.close()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _readable(file: int, timeout_s: float) -> bool:
    poll = select.poll()  # not select(): a busy server has more files than that can take
    poll.register(file, select.POLLIN)
    return bool(poll.poll(timeout_s * 1000))


class Nursery:
    """The owner's side. Starts itself, and again if it died."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._closed = False

    def start_worker(self, threads: int) -> WorkerProcess:
        """A fresh worker whose engine computes in so many threads. Raises Unavailable.

        A nursery that was just killed may still look alive and take the message: then it is asked once more.
        """
        try:
            try:
                return self._start_worker(threads)
            except (BrokenPipeError, ConnectionResetError, wire.Hangup):
                self._await_death()
                return self._start_worker(threads)
        except (OSError, TimeoutError, wire.Hangup) as error:
            raise Unavailable(
                "A query worker did not start.", code="no_worker", hint="try again; see the server's log"
            ) from error

    def _start_worker(self, threads: int) -> WorkerProcess:
        bounds = replace(self._settings, engine=replace(self._settings.engine, threads=threads))
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                wire.send(self._running(), asdict(bounds), [theirs.fileno()])
            return WorkerProcess(ours)
        except BaseException:
            ours.close()
            raise

    def _await_death(self) -> None:
        process = self._process
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_DEATH_S)

    def _running(self) -> socket.socket:
        if self._closed:
            raise Unavailable("The query engine is closed.", code="engine_closed")
        if self._control is None or self._process is None or self._process.poll() is not None:
            self._stop()
            self._control, theirs = socket.socketpair()
            with theirs:
                spill_folder = self._settings.engine.spill_folder
                self._process = subprocess.Popen(
                    [sys.executable, "-W", "ignore", "-m", _NURSERY, str(theirs.fileno()), spill_folder],
                    pass_fds=[theirs.fileno()],
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                )
        return self._control

    def close(self) -> None:
        """Stop the nursery and with it every worker; returns when they are gone."""
        with self._lock:
            self._closed = True
            self._stop()

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(_START_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def _environment() -> dict[str, str]:
    """Nothing of the server's own, and allocators that do not reserve a share of the bounded address space.

    Arrow's own allocator takes 1 GiB of it at once, each glibc arena 64 MiB.
    """
    return {
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "2",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }

"""Where query workers are born: one small process that has DuckDB loaded and forks a worker on demand.

It is not `multiprocessing`: a worker never imports the program that asked for it, inherits none of its environment,
and dies with its parents (the nursery when its socket closes, a worker when the nursery is gone).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from dashbridge.kit import Unavailable
from dashbridge.warehouse import wire
from dashbridge.warehouse.engine import EngineSettings
from dashbridge.warehouse.worker import Worker

_START_S = 30.0
_DEATH_S = 1.0
_HEADROOM = 1 << 30  # address space beside the engine's memory: about 85 MB an open file, stacks, tables on their way
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


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

    def start_worker(self) -> WorkerProcess:
        """A fresh worker. Raises Unavailable.

        A nursery that was just killed may still look alive and take the message: then it is asked once more.
        """
        try:
            try:
                return self._start_worker()
            except (BrokenPipeError, ConnectionResetError, wire.Hangup):
                self._await_death()
                return self._start_worker()
        except (OSError, TimeoutError, wire.Hangup) as error:
            raise Unavailable(
                "A query worker did not start.", code="no_worker", hint="try again; see the server's log"
            ) from error

    def _start_worker(self) -> WorkerProcess:
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                wire.send(self._running(), asdict(self._settings), [theirs.fileno()])
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
                    [sys.executable, "-W", "ignore", "-m", __name__, str(theirs.fileno()), spill_folder],
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


def main(control_fd: int, spill_folder: str) -> None:
    """The nursery process: fork a worker per message, reap the dead, and end everything when the owner is gone."""
    children: set[int] = set()
    wake, waker = socket.socketpair()
    wake.setblocking(False)
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _ignore)
    with socket.socket(fileno=control_fd) as control:
        while True:
            ready, _, _ = select.select([control, wake], [], [])
            if wake in ready:
                wake.recv(4096)
                _reap(children, spill_folder)
            if control in ready:
                try:
                    message, (file,) = wire.receive(control)
                except (wire.Hangup, OSError):
                    break
                children.add(_fork(file, message, [control, wake, waker]))
    signal.set_wakeup_fd(-1)
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)
    shutil.rmtree(spill_folder, ignore_errors=True)


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    """Only there so that the wake-up socket hears of a child's death."""


def _reap(children: set[int], spill_folder: str) -> None:
    for pid in list(children):
        if os.waitpid(pid, os.WNOHANG)[0]:
            children.discard(pid)
            for left in Path(spill_folder).glob(f"{pid}-*"):
                shutil.rmtree(left, ignore_errors=True)


def _fork(file: int, message: wire.Message, inherited: list[socket.socket]) -> int:
    pid = os.fork()
    if pid:
        os.close(file)
        return pid
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for sock in inherited:
            sock.close()
        engine = EngineSettings(**message["engine"])
        _confine(engine.memory_bytes)
        with socket.socket(fileno=file) as sock:
            Worker(engine, message["result_bytes"]).serve(sock)
    finally:
        os._exit(0)


def _confine(memory_bytes: int) -> None:
    """Bound the address space, leave no core, gain no rights, and die with the nursery."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        used = int(pages.read_text().split()[0]) * resource.getpagesize()
        bound = used + memory_bytes + _HEADROOM
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

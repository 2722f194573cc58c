"""Where query workers are born: one small process that has DuckDB loaded and forks a worker on demand.

It is not `multiprocessing`: a worker never imports the program that asked for it, inherits none of its environment,
and dies with its parents (the nursery when its socket closes, a worker when the nursery is gone). Whoever asks holds
`workers.py`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import select
import shutil
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from dashbridge.warehouse import wire
from dashbridge.warehouse.bounds import EngineSettings
from dashbridge.warehouse.worker import Worker

_HEADROOM = 1 << 30  # address space beside the engine's memory: about 85 MB an open file, stacks, tables on their way
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


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

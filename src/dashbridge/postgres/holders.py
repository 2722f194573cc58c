"""Who is using the embedded server: a short lock around start and stop, and a shared one that every holder keeps.

Both are kernel locks on open files, so a killed process lets go of them by itself: no list of pids can go stale.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashbridge.kit import Unavailable

_POLL_S = 0.01


class Holders:
    """The processes (and, within one process, the users) that hold the server of one folder."""

    def __init__(self, folder: Path) -> None:
        self._lock_path = folder / "lock"
        self._holders_path = folder / "holders"
        self._held: int | None = None

    @contextmanager
    def changing(self, timeout_s: float) -> Iterator[None]:
        """The right to start or stop the server, for one holder at a time. Raises Unavailable after `timeout_s`."""
        lock = _open(self._lock_path)
        try:
            _wait_for(lock, self._lock_path, timeout_s)
            yield
        finally:
            os.close(lock)

    def join(self) -> None:
        """Count this holder; call it while `changing`."""
        held = _open(self._holders_path)
        fcntl.flock(held, fcntl.LOCK_SH)
        self._held = held

    def leave(self) -> bool:
        """Stop counting this holder and say whether it was the last one; call it while `changing`."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
        probe = _open(self._holders_path)
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(probe)
        return True

    @property
    def held(self) -> bool:
        """Whether this holder is counted."""
        return self._held is not None


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _wait_for(lock: int, path: Path, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"Another process has been starting or stopping the embedded PostgreSQL for {timeout_s:.0f} s.",
                    code="postgres_busy",
                    hint=f"Find out which process holds {path} and end it, then try again.",
                ) from None
            time.sleep(_POLL_S)
        else:
            return

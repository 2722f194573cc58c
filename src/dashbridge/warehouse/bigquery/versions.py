"""Whether data may have changed: when each table was last modified, asked at most every ten seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from dashbridge.kit import TableName, new_id, sha256_hex

_FRESH_S: Final = 10.0
_FOLLOWED: Final = 200


class Versions:
    """States of tables as `state` reads them, kept for ten seconds. Safe between threads; blocks while it reads."""

    def __init__(self, state: Callable[[TableName], str], *, now: Callable[[], float] = time.monotonic) -> None:
        self._state = state
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[TableName, tuple[float, str]] = {}
        self._changes = 0
        self._born = str(new_id())  # what another process saw change is unknown here

    def of(self, tables: Sequence[TableName]) -> str:
        """The version of `tables`; without any, one that changes when a table asked for before has changed."""
        with self._lock:
            followed = sorted(self._known, key=str)[:_FOLLOWED]
        if tables:
            return sha256_hex(
                "\n".join(f"{table} {self._one(table)}" for table in sorted(set(tables), key=str)).encode()
            )
        for table in followed:
            self._one(table)
        return f"{self._born}-{self._changes}"

    def _one(self, table: TableName) -> str:
        with self._lock:
            kept = self._known.get(table)
        if kept is not None and self._now() - kept[0] < _FRESH_S:
            return kept[1]
        found = self._state(table)
        with self._lock:
            self._known[table] = (self._now(), found)
            if kept is not None and kept[1] != found:
                self._changes += 1
        return found

"""Whether data may have changed: when each table was last modified, asked at most every ten seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dashbridge.kit import TableName, new_id, sha256_hex

_FRESH_S: Final = 10.0
_FOLLOWED: Final = 200


@dataclass(frozen=True, slots=True)
class TableState:
    """A text that changes with the table, and when its data changed last, where the books say so."""

    text: str
    modified: datetime | None = None


class Versions:
    """States of tables as `state` reads them, kept for ten seconds. Safe between threads; blocks while it reads."""

    def __init__(self, state: Callable[[TableName], TableState], *, now: Callable[[], float] = time.monotonic) -> None:
        self._state = state
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[TableName, tuple[float, TableState]] = {}
        self._changes = 0
        self._born = str(new_id())  # what another process saw change is unknown here

    def of(self, tables: Sequence[TableName]) -> str:
        """The version of `tables`; without any, one that changes when a table asked for before has changed."""
        with self._lock:
            followed = sorted(self._known, key=str)[:_FOLLOWED]
        if tables:
            return sha256_hex(
                "\n".join(f"{table} {self._one(table).text}" for table in sorted(set(tables), key=str)).encode()
            )
        for table in followed:
            self._one(table)
        return f"{self._born}-{self._changes}"

    def last_modified(self, tables: Sequence[TableName]) -> dict[TableName, datetime]:
        """When these changed last, of those that say so."""
        found = {table: self._one(table).modified for table in tables}
        return {table: modified for table, modified in found.items() if modified is not None}

    def _one(self, table: TableName) -> TableState:
        with self._lock:
            kept = self._known.get(table)
        if kept is not None and self._now() - kept[0] < _FRESH_S:
            return kept[1]
        found = self._state(table)
        with self._lock:
            self._known[table] = (self._now(), found)
            if kept is not None and kept[1].text != found.text:
                self._changes += 1
        return found

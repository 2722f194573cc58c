"""Files as they were read and compiled: kept by their content, so that nothing here can be out of date."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dashbridge.dashboards import CompiledDashboard, LoadedDashboard, compile_dashboard, load_dashboard
from dashbridge.postgres import Crowd

_BYTES_A_CHARACTER: Final = 80  # of the file, with its statements parsed and compiled; measured

FileKey = tuple[UUID, str, str]  # team, SHA-256 of the file, dialect


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file and what it means."""

    yaml: str
    loaded: LoadedDashboard
    compiled: CompiledDashboard

    @classmethod
    def of(cls, text: str, dialect: str) -> Parsed:
        """Read a file. Takes a second where it is large. Raises Invalid."""
        loaded = load_dashboard(text, dialect)
        return cls(text, loaded, compile_dashboard(loaded))


class ParsedFiles:
    """At most `max_bytes` of them, the least recently opened first out; each is read once for a crowd, in a thread."""

    def __init__(self, max_bytes: int) -> None:
        self.bytes = 0
        self._max_bytes = max_bytes
        self._kept: OrderedDict[FileKey, Parsed] = OrderedDict()
        self._crowd: Crowd[Parsed] = Crowd()

    async def open(self, key: FileKey, read: Callable[[], Awaitable[str]]) -> Parsed:
        """The file, out of `read` where it is not here. Raises Invalid and what `read` raises."""
        return self._find(key) or await self._crowd.read(key, lambda: self._read(key, read))

    def keep(self, key: FileKey, parsed: Parsed) -> None:
        """Keep a file that was read."""
        known = self._kept.pop(key, None)
        if known is not None:
            self.bytes -= _size(known)
        self._kept[key] = parsed
        self.bytes += _size(parsed)
        while self.bytes > self._max_bytes:
            self.bytes -= _size(self._kept.popitem(last=False)[1])

    def _find(self, key: FileKey) -> Parsed | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    async def _read(self, key: FileKey, read: Callable[[], Awaitable[str]]) -> Parsed:
        found = self._find(key)
        if found is None:
            text = await read()
            found = await asyncio.to_thread(Parsed.of, text, key[2])
            self.keep(key, found)
        return found


def _size(parsed: Parsed) -> int:
    return _BYTES_A_CHARACTER * len(parsed.yaml)

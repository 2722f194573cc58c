"""Answers kept in this process: bounded by bytes, least recently used first out, each with its own time to live."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    value: T
    size: int
    expires_at: float


class ByteLRU(Generic[T]):
    """A cache of at most `max_bytes`. Keys begin with the team, so that no team can name another's entry."""

    def __init__(self, max_bytes: int, *, now: Callable[[], float] = monotonic) -> None:
        self._entries: OrderedDict[Hashable, _Entry[T]] = OrderedDict()
        self._max_bytes = max_bytes
        self._now = now
        self._bytes = 0

    def get(self, key: Hashable) -> T | None:
        """The value, unless it is absent or its time is up."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires_at <= self._now():
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry.value

    def put(self, key: Hashable, value: T, *, size: int, ttl_s: float) -> None:
        """Keep a value of `size` bytes for `ttl_s` seconds; one larger than the whole cache is not kept."""
        self._drop(key)
        if size > self._max_bytes or ttl_s <= 0:
            return
        self._entries[key] = _Entry(value, size, self._now() + ttl_s)
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry.size

"""Reads that a crowd asks for at once: one is done for all who asked before it began, and none sees what is older."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Crowd(Generic[T]):
    """Whoever asks while a read runs waits for the next one, so that nobody misses a write that ended before."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[T]] = {}
        self._next: dict[Hashable, asyncio.Task[T]] = {}

    async def read(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` reads, from a moment after this call; its failure goes to all who waited for it."""
        task = self._next.get(key)
        if task is None:
            task = asyncio.ensure_future(self._after(key, self._running.get(key), work))
            task.add_done_callback(_seen)
            self._next[key] = task
        return await asyncio.shield(task)

    async def _after(self, key: Hashable, before: asyncio.Task[T] | None, work: Callable[[], Awaitable[T]]) -> T:
        if before is not None:
            await asyncio.wait([before])
        mine = self._running[key] = self._next.pop(key)
        try:
            return await work()
        finally:
            if self._running.get(key) is mine:
                del self._running[key]


def _seen(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()

"""One computation for many simultaneous askers of the same key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Runs `work` once per key at a time; a failure is passed to every waiter and forgotten.

    An asker that is cancelled leaves the work running for the others; when the last one leaves, the work is cancelled.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, asyncio.Task[T]] = {}
        self._waiters: dict[Hashable, int] = {}
        self._ending: set[asyncio.Task[T]] = set()

    async def do(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The result of `work`, shared with everyone who asks for `key` while it runs."""
        task = self._flights.get(key)
        if task is None:
            task = asyncio.ensure_future(_run(work))
            self._flights[key] = task
            self._waiters[key] = 0
            task.add_done_callback(lambda done: self._land(key, done))
        self._waiters[key] += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._leave(key, task)

    async def settled(self) -> None:
        """Wait until what was cancelled has ended."""
        if self._ending:
            await asyncio.wait(self._ending)

    def _leave(self, key: Hashable, task: asyncio.Task[T]) -> None:
        if self._flights.get(key) is not task:
            return
        self._waiters[key] -= 1
        if self._waiters[key] == 0 and not task.done():
            self._land(key, task)
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    def _land(self, key: Hashable, task: asyncio.Task[T]) -> None:
        if self._flights.get(key) is task:
            del self._flights[key], self._waiters[key]
        if task.done() and not task.cancelled():
            task.exception()


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    return await work()

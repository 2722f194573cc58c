"""Waiting that ends when the turn is stopped or its time is up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Literal, TypeVar

T = TypeVar("T")
_GRACE_S = 1.0


class Cut(Exception):
    """The turn ends here: it was stopped, or its seconds are used up."""

    def __init__(self, reason: Literal["stopped", "seconds"]) -> None:
        super().__init__(reason)
        self.reason = reason


class Cutoff:
    """Races work against a stop event and a deadline. Use as an async context manager."""

    def __init__(self, stop: asyncio.Event | None, seconds: float, clock: Callable[[], float]) -> None:
        self._stop = stop or asyncio.Event()
        self._clock = clock
        self._deadline = clock() + seconds
        self._stopped: asyncio.Task[Literal[True]] | None = None

    async def __aenter__(self) -> Cutoff:
        self._stopped = asyncio.create_task(self._stop.wait())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._stopped is not None:
            await cancelled(self._stopped)

    def check(self) -> None:
        """Raises Cut if the turn must end now."""
        if self._stop.is_set():
            raise Cut("stopped")
        if self._clock() >= self._deadline:
            raise Cut("seconds")

    async def within(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`. On a stop or at the deadline it is cancelled and Cut raised."""
        task = asyncio.create_task(work)
        await self.wait_for(task, cancel=True)
        if task.cancelled():
            raise RuntimeError("the work cancelled itself")
        return task.result()

    async def wait_for(self, task: asyncio.Task[Any], *, cancel: bool = False) -> None:
        """Return once `task` is done. Raises Cut instead on a stop or at the deadline."""
        try:
            self.check()
            watched = {task} if self._stopped is None else {task, self._stopped}
            left = max(0.0, self._deadline - self._clock())
            await asyncio.wait(watched, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Cut("stopped" if self._stop.is_set() else "seconds")
        finally:
            if cancel and not task.done():
                await cancelled(task)


async def cancelled(task: asyncio.Task[Any]) -> None:
    """Cancel a task and let it clean up, for a moment at most: work that swallows its cancellation is left behind."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_GRACE_S)
    if task.done() and not task.cancelled():
        with suppress(Exception):
            task.result()

"""Which parts the process needs answer right now."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from dashbridge.kit import DashbridgeError, Unavailable

_log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[Mapping[str, Any] | None]]


class Kept:
    """A check whose answer, good or bad, holds for `keep_s`; who asks meanwhile waits for the question under way.

    For a part whose every answer costs something: probes need no key, and anyone may send them as often as they like.
    """

    def __init__(
        self, check: Check, *, keep_s: float = 5.0, limit_s: float = 10.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._check = check
        self._keep_s = keep_s
        self._limit_s = limit_s
        self._now = now
        self._asked: asyncio.Task[Mapping[str, Any] | None] | None = None
        self._until = 0.0

    async def __call__(self) -> Mapping[str, Any] | None:
        """The answer. Raises what the check raised, Unavailable where it takes longer than `limit_s`."""
        if self._asked is None or (self._asked.done() and self._now() >= self._until):
            self._asked = asyncio.ensure_future(self._ask())
        return await asyncio.shield(self._asked)

    async def _ask(self) -> Mapping[str, Any] | None:
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._check()
        except TimeoutError as error:
            raise Unavailable("It does not answer", code="no_answer") from error
        finally:
            self._until = self._now() + self._keep_s


@dataclass(frozen=True, slots=True)
class Report:
    """The state of each part: `{"status": "ok" | "down" | "slow", "code": …}`, and what its check found out."""

    parts: Mapping[str, Mapping[str, Any]]
    stopping: bool

    @property
    def ready(self) -> bool:
        """Whether work may be sent here."""
        return not self.stopping and all(part["status"] == "ok" for part in self.parts.values())


@dataclass(slots=True)
class Readiness:
    """The checks of the parts, each within `limit_s`, all at once. `stopping` is set when the process must end."""

    checks: Mapping[str, Check]
    limit_s: float = 1.5
    stopping: bool = False
    _left: set[asyncio.Task[Any]] = field(default_factory=set)

    async def report(self) -> Report:
        """Ask every part. Takes at most `limit_s`, also where a part hangs and does not let go."""
        tasks = {name: asyncio.ensure_future(_asked(name, check)) for name, check in self.checks.items()}
        if tasks:
            await asyncio.wait(tasks.values(), timeout=self.limit_s)
        return Report({name: self._answer(name, task) for name, task in tasks.items()}, self.stopping)

    def _answer(self, name: str, task: asyncio.Task[Mapping[str, Any]]) -> Mapping[str, Any]:
        if task.done():
            return task.result()
        _log.warning("%s did not answer within %g s", name, self.limit_s)
        self._left.add(task)
        task.add_done_callback(self._forget)
        task.cancel()
        return {"status": "slow", "code": "no_answer"}

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._left.discard(task)
        with suppress(asyncio.CancelledError):
            task.exception()


async def _asked(name: str, check: Check) -> Mapping[str, Any]:
    began = time.monotonic()
    try:
        found = await check()
    except DashbridgeError as error:
        _log.warning("%s is down: %s", name, error.message)
        return {"status": "down", "code": error.code}
    except Exception:  # noqa: BLE001  # a part that fails in its own way is down too
        _log.exception("%s could not be asked", name)
        return {"status": "down", "code": "internal"}
    return {"status": "ok", "ms": round((time.monotonic() - began) * 1000, 1), **(found or {})}

"""What changed in the directory, told to whoever keeps something made of it, in every process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from dashbridge.kit import Unavailable
from dashbridge.postgres.engine import Database

AT_MOST_S = 2.0
_AGAIN_S = (0.05, 0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Change:
    """A row that changed: `dashboard` and its slug, `connection` and its id, or `who` and a principal's id."""

    kind: str
    team_id: str
    name: str


class Changes:
    """Listens once it is asked to, and goes on: after a gap, in which anything may have changed, it says so."""

    def __init__(self, database: Database, *, now: Callable[[], float] = monotonic) -> None:
        self._database = database
        self._now = now
        self._told: list[Callable[[Change | None], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    def tell(self, told: Callable[[Change | None], None]) -> None:
        """Call `told` with each change from now on; with None when anything may have changed."""
        self._told.append(told)

    def begin(self) -> None:
        """Listen in the background, if it does not yet."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen())

    async def listening(self) -> None:
        """Begin, and wait until it listens."""
        self.begin()
        await self._listening.wait()

    def certain(self) -> bool:
        """Whether every change older than `AT_MOST_S` was told."""
        return self._now() - self._database.heard_at <= AT_MOST_S

    async def close(self) -> None:
        """Listen no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        tries = 0
        while True:
            with suppress(Unavailable):
                async with self._database.changes(self._hand) as reading:
                    self._say(None)
                    self._listening.set()
                    tries = 0
                    await asyncio.wait([reading])
            self._listening.clear()
            await asyncio.sleep(_AGAIN_S[min(tries, len(_AGAIN_S) - 1)])
            tries += 1

    def _hand(self, notice: str) -> None:
        kind, _, rest = notice.partition(" ")
        team_id, _, name = rest.partition(" ")
        self._say(Change(kind, team_id, name))

    def _say(self, change: Change | None) -> None:
        for told in self._told:
            told(change)

"""The record of a turn: rows while it runs, one object in the store when it ended. See `docs/decisions/0003`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from dashbridge.chat.native import Recorded
from dashbridge.chat.store import ChatLogs
from dashbridge.directory import chat as rows
from dashbridge.postgres import Database

_PATIENCE_S = 15.0


class TurnEvents:
    """Reads the events of turns, wherever they run. Turns of this process wake their readers without the database."""

    def __init__(self, database: Database, logs: ChatLogs) -> None:
        self._database = database
        self._logs = logs
        self._here: dict[UUID, asyncio.Condition] = {}

    def opened_here(self, turn_id: UUID) -> None:
        """This process runs the turn and will say when there is news."""
        self._here[turn_id] = asyncio.Condition()

    async def told(self, turn_id: UUID) -> None:
        """There is news of a turn of this process."""
        news = self._here.get(turn_id)
        if news is not None:
            async with news:
                news.notify_all()

    async def closed_here(self, turn_id: UUID) -> None:
        """The turn of this process ended."""
        await self.told(turn_id)
        self._here.pop(turn_id, None)

    async def follow(
        self, team_id: UUID, turn_id: UUID, after: int = 0, *, patience_s: float = _PATIENCE_S
    ) -> AsyncIterator[Sequence[Recorded]]:
        """A turn's events past `after` in batches, live, until its last one. An empty batch each quiet `patience_s`.

        Raises NotFound.
        """
        news = self._here.get(turn_id)
        if news is not None:
            async for batch in self._follow_here(team_id, turn_id, after, news, patience_s):
                yield batch
            return
        async with self._database.listen(rows.turn_channel(turn_id)) as notices:
            while True:
                batch, ended = await self._read(team_id, turn_id, after)
                if batch:
                    after = batch[-1].seq
                    yield batch
                if ended:
                    return
                if not batch and not await notices.wait(patience_s):
                    yield []

    async def _follow_here(
        self, team_id: UUID, turn_id: UUID, after: int, news: asyncio.Condition, patience_s: float
    ) -> AsyncIterator[Sequence[Recorded]]:
        while True:
            async with news:
                batch, ended = await self._read(team_id, turn_id, after)
                quiet = False
                if not batch and not ended:
                    try:
                        async with asyncio.timeout(patience_s):
                            await news.wait()
                    except TimeoutError:
                        quiet = True
            if batch:
                after = batch[-1].seq
            if batch or quiet:
                yield batch
            if ended:
                return

    async def _read(self, team_id: UUID, turn_id: UUID, after: int) -> tuple[Sequence[Recorded], bool]:
        async with self._database.team(team_id) as session:
            turn = await rows.get_turn(session, turn_id)
            found = await rows.read_events(session, turn_id, after=after)
        if turn.status == "running":
            return [Recorded(row.seq, row.event, row.data) for row in found], False
        recorded = await self._logs.of(team_id, turn.session_id).turn(str(turn_id))
        if recorded is None:
            return [Recorded(row.seq, row.event, row.data) for row in found], True
        return [Recorded(line.seq, line.event, line.data) for line in recorded.lines if line.seq > after], True

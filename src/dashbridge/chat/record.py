"""The record of a turn: rows while it runs, one object in the store when it ended. See `docs/decisions/0003`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from dashbridge.chat.native import Recorded
from dashbridge.chat.store import ChatLogs
from dashbridge.directory import chat as rows
from dashbridge.postgres import Database

_PATIENCE_S = 15.0


@dataclass(slots=True)
class _Live:
    """A turn that this process runs: every event that is a row already. Readers here need not ask the database."""

    team_id: UUID
    events: list[Recorded] = field(default_factory=list)
    ended: bool = False
    news: asyncio.Condition = field(default_factory=asyncio.Condition)


class TurnEvents:
    """Reads the events of turns, wherever they run."""

    def __init__(self, database: Database, logs: ChatLogs) -> None:
        self._database = database
        self._logs = logs
        self._here: dict[UUID, _Live] = {}

    def opened_here(self, team_id: UUID, turn_id: UUID) -> None:
        """This process runs the turn and will say what is recorded of it."""
        self._here[turn_id] = _Live(team_id)

    async def told(self, turn_id: UUID, recorded: Sequence[Recorded]) -> None:
        """More of a turn of this process is recorded."""
        live = self._here[turn_id]
        async with live.news:
            live.events += recorded
            live.news.notify_all()

    async def closed_here(self, turn_id: UUID) -> None:
        """The turn of this process ended; if its last event was not told, its end is for the database to tell."""
        live = self._here.pop(turn_id)
        async with live.news:
            live.ended = True
            live.news.notify_all()

    async def follow(
        self, team_id: UUID, turn_id: UUID, after: int = 0, *, patience_s: float = _PATIENCE_S
    ) -> AsyncIterator[Sequence[Recorded]]:
        """A turn's events past `after` in batches, live, until its last one. An empty batch each quiet `patience_s`.

        Raises NotFound.
        """
        live = self._here.get(turn_id)
        if live is not None and live.team_id == team_id:
            async for batch in _follow_live(live, after, patience_s):
                yield batch
                after = batch[-1].seq if batch else after
            if live.events and live.events[-1].is_last:
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


async def _follow_live(live: _Live, after: int, patience_s: float) -> AsyncIterator[Sequence[Recorded]]:
    while True:
        async with live.news:
            if len(live.events) <= after and not live.ended:
                with suppress(TimeoutError):
                    async with asyncio.timeout(patience_s):
                        await live.news.wait()
            batch, ended = live.events[after:], live.ended
        if batch or not ended:
            yield batch
        after += len(batch)
        if ended:
            return

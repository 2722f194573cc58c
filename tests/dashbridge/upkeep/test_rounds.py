"""The worker's round: over every team, abandoned turns are closed and what was spent is in the ledger."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from dashbridge.chat import ChatLogs
from dashbridge.costs import Budgets, Costs, DirectoryBook, Ledger, Overrides
from dashbridge.directory import chat, principals
from dashbridge.kit import Unavailable
from dashbridge.objects.memory import MemoryObjectStore
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.upkeep import Rounds


class Failing(MemoryObjectStore):
    """A store that refuses to be written under one team."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: UUID | None = None

    async def put(self, key: str, *args: Any, **options: Any) -> Any:
        if self.refused is not None and str(self.refused) in key:
            raise Unavailable("The store is away")
        return await super().put(key, *args, **options)


async def abandoned_turn(directory: Any, team_id: UUID) -> UUID:
    async with directory.database.team(team_id) as session:
        person = await principals.create(session, name="p", kind="user", role="editor")
        row = await chat.create_session(session, principal_id=person.id, id=uuid4())
        turn = await chat.start_turn(session, row.id, owner_process="gone")
        await chat.append_events(session, turn.id, [(0, "message", {"text": "Why?"})])
    return turn.id


def rounds(directory: Any, objects: MemoryObjectStore) -> Rounds:
    costs = Costs(DirectoryBook(directory.database), Ledger(objects), Overrides(directory.database), Budgets())
    return Rounds(directory.database, ChatLogs(objects), costs, silent_for=timedelta(minutes=5))


def grow_old(directory: Any) -> None:
    with psycopg.connect(libpq_words(read_url(directory.admin_url)), autocommit=True) as connection:
        connection.execute("UPDATE turns SET heartbeat_at = now() - interval '1 hour'")


async def test_abandoned_turns_of_every_team_are_closed_once(directory: Any) -> None:
    teams = [await directory.add_team(f"team-{number}") for number in range(3)]
    turns = {team: await abandoned_turn(directory, team) for team in teams[:2]}
    objects = MemoryObjectStore()
    both = [rounds(directory, objects), rounds(directory, objects)]
    assert (await both[0].once()).turns_closed == 0  # they were alive a moment ago
    grow_old(directory)
    done = await asyncio.gather(*(one.once() for one in both))
    assert sum(one.turns_closed for one in done) == 2
    assert {one.teams for one in done} == {3}
    for team, turn_id in turns.items():
        async with directory.database.team(team) as session:
            turn = await chat.get_turn(session, turn_id)
            assert turn.status == "interrupted"
            recorded = await ChatLogs(objects).of(team, turn.session_id).turn(str(turn_id))
        assert recorded is not None
        assert recorded.lines[-1].data["code"] == "interrupted"


async def test_one_team_that_fails_does_not_keep_the_others_waiting(directory: Any) -> None:
    teams = sorted([await directory.add_team(f"team-{number}") for number in range(2)])
    turns = {team: await abandoned_turn(directory, team) for team in teams}
    grow_old(directory)
    objects = Failing()
    objects.refused = teams[0]
    first = await rounds(directory, objects).once()
    assert (first.turns_closed, first.failed) == (1, 1)
    async with directory.database.team(teams[0]) as session:
        assert (await chat.get_turn(session, turns[teams[0]])).status == "running"
    objects.refused = None
    assert (await rounds(directory, objects).once()).turns_closed == 1

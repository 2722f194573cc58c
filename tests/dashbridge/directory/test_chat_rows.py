"""Sessions, turns and events: one turn at a time, nothing lost, dead owners found."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashbridge.directory import Connection as ConnectionRow
from dashbridge.directory import chat, connections, principals
from dashbridge.kit import Conflict, NotFound

DEAD = timedelta(seconds=20)


@pytest.fixture
async def team(directory):
    """Opens transactions of one team."""
    team_id = await directory.add_team()
    return lambda: directory.database.team(team_id)


@pytest.fixture
async def person(team) -> UUID:
    async with team() as session:
        return (await principals.create(session, name="ada", kind="user", role="editor")).id


@pytest.fixture
async def session_id(team, person) -> UUID:
    async with team() as session:
        return (await chat.create_session(session, principal_id=person)).id


async def start(team, session_id):
    async with team() as session:
        return (await chat.start_turn(session, session_id, owner_process="p1")).id


async def test_sessions_are_listed_changed_and_deleted(team, person):
    async with team() as session:
        other = await principals.create(session, name="bob", kind="user", role="editor")
        first = await chat.create_session(session, principal_id=person, title="first")
        await chat.create_session(session, principal_id=other.id)
    async with team() as session:
        second = await chat.create_session(session, principal_id=person, id=uuid4(), dashboard_slug="delays")
    async with team() as session:
        assert [row.id for row in await chat.list_sessions(session, person)] == [second.id, first.id]
        assert [row.id for row in await chat.list_sessions(session, person, limit=1)] == [second.id]
        changed = await chat.change_session(session, first.id, title="renamed", manifest_key="k")
        assert (changed.title, changed.manifest_key) == ("renamed", "k")
        await chat.delete_session(session, second.id)
        for call in (
            chat.get_session(session, second.id),
            chat.delete_session(session, second.id),
            chat.change_session(session, uuid4(), title="x"),
            chat.start_turn(session, second.id, owner_process="p1"),
        ):
            with pytest.raises(NotFound):
                await call
        with pytest.raises(Conflict):
            await chat.create_session(session, principal_id=person, id=first.id)


async def test_a_session_outlives_its_connection(team, person):
    async with team() as session:
        row = ConnectionRow(name="c", kind="duckdb", sealed_settings=b"x")
        connection_id = (await connections.create(session, row)).id
        made = await chat.create_session(session, principal_id=person, connection_id=connection_id)
        await connections.delete(session, connection_id)
    async with team() as session:
        assert (await chat.get_session(session, made.id)).connection_id is None


def test_a_clients_id_leads_to_one_session_of_its_team():
    team_id, other = uuid4(), uuid4()
    own = uuid4()
    assert chat.session_key(team_id, str(own)) == own
    assert chat.session_key(team_id, "aB3_x") == chat.session_key(team_id, "aB3_x")
    assert chat.session_key(team_id, "aB3_x") != chat.session_key(other, "aB3_x")


async def test_turns_count_up_and_one_runs_at_a_time(team, session_id):
    first = await start(team, session_id)
    with pytest.raises(Conflict) as caught:
        await start(team, session_id)
    assert caught.value.details["turn_id"] == str(first)
    async with team() as session:
        assert await chat.finish_turn(session, first, "complete", log_key="log/1") is True
        assert await chat.finish_turn(session, first, "error") is False
        assert await chat.running_turn(session, session_id) is None
    second = await start(team, session_id)
    async with team() as session:
        assert [(row.id, row.seq, row.status, row.log_key) for row in await chat.turns(session, session_id)] == [
            (first, 1, "complete", "log/1"),
            (second, 2, "running", None),
        ]


async def test_of_many_that_start_exactly_one_does(team, session_id):
    async def attempt() -> bool:
        try:
            await start(team, session_id)
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(attempt() for _ in range(12)))) == 1


async def test_the_database_holds_one_running_turn_by_itself(team, session_id):
    await start(team, session_id)
    with pytest.raises(DBAPIError, match="one_running_turn"):
        async with team() as session:
            await session.execute(
                text(
                    "INSERT INTO turns (team_id, id, session_id, seq, owner_process)"
                    " SELECT team_id, gen_random_uuid(), session_id, 99, 'p2' FROM turns"
                )
            )


async def test_events_come_back_in_order_and_after_a_point(team, session_id):
    turn_id = await start(team, session_id)
    async with team() as session:
        await chat.append_events(session, turn_id, [])
        await chat.append_events(session, turn_id, [(2, "token", {"text": "b"}), (1, "token", {"text": "é'\""})])
        await chat.append_events(session, turn_id, [(3, "done", {"n": [1, None, 2.5]})])
    async with team() as session:
        events = await chat.read_events(session, turn_id)
        assert [(row.seq, row.event, row.data) for row in events] == [
            (1, "token", {"text": "é'\""}),
            (2, "token", {"text": "b"}),
            (3, "done", {"n": [1, None, 2.5]}),
        ]
        assert [row.seq for row in await chat.read_events(session, turn_id, after=1)] == [2, 3]
        assert await chat.read_events(session, turn_id, after=3) == []
        await chat.delete_events(session, turn_id)
        assert await chat.read_events(session, turn_id) == []


async def test_an_event_is_recorded_once(team, session_id):
    turn_id = await start(team, session_id)
    async with team() as session:
        await chat.append_events(session, turn_id, [(1, "token", {})])
    with pytest.raises(DBAPIError, match="duplicate key"):
        async with team() as session:
            await chat.append_events(session, turn_id, [(1, "token", {})])


async def test_a_listener_is_told_of_events_stop_and_end(directory, team, session_id):
    turn_id = await start(team, session_id)
    async with directory.database.listen(chat.turn_channel(turn_id)) as notices:
        async with team() as session:
            await chat.append_events(session, turn_id, [(1, "token", {}), (2, "token", {})])
        assert await notices.wait(10) == ["2"]
        async with team() as session:
            assert await chat.request_stop(session, turn_id) is True
        assert await notices.wait(10) == ["stop"]
        async with team() as session:
            assert await chat.finish_turn(session, turn_id, "stopped") is True
            assert await chat.request_stop(session, turn_id) is False
        assert await notices.wait(10) == ["end"]


async def test_a_beat_says_whether_to_go_on(team, session_id):
    turn_id = await start(team, session_id)
    async with team() as session:
        assert await chat.beat(session, turn_id, owner_process="p1") is True
        assert await chat.beat(session, turn_id, owner_process="p2") is False
        await chat.request_stop(session, turn_id)
        assert await chat.beat(session, turn_id, owner_process="p1") is False
        assert (await chat.get_turn(session, turn_id)).stop_requested is True


async def test_a_silent_owner_is_found_and_its_turn_ended_once(team, session_id):
    turn_id = await start(team, session_id)
    async with team() as session:
        assert await chat.stale_turns(session, silent_for=DEAD) == []
        assert await chat.interrupt_turn(session, turn_id, silent_for=DEAD) is False
        await session.execute(text("UPDATE turns SET heartbeat_at = now() - interval '21 seconds'"))
    async with team() as session:
        assert [row.id for row in await chat.stale_turns(session, silent_for=DEAD)] == [turn_id]

    async def interrupt() -> bool:
        async with team() as session:
            return await chat.interrupt_turn(session, turn_id, silent_for=DEAD)

    assert sum(await asyncio.gather(*(interrupt() for _ in range(5)))) == 1
    async with team() as session:
        assert (await chat.get_turn(session, turn_id)).status == "interrupted"
        assert await chat.beat(session, turn_id, owner_process="p1") is False
    assert await start(team, session_id) != turn_id


async def test_feedback(team, session_id):
    turn_id = await start(team, session_id)
    async with team() as session:
        for value in (1, -1, None):
            await chat.set_feedback(session, turn_id, value)
            assert (await chat.get_turn(session, turn_id)).feedback == value
        with pytest.raises(NotFound):
            await chat.set_feedback(session, uuid4(), 1)
        with pytest.raises(NotFound):
            await chat.get_turn(session, uuid4())
    with pytest.raises(DBAPIError, match="check constraint"):
        async with team() as session:
            await chat.set_feedback(session, turn_id, 5)

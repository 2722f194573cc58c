"""A turn's record: every reader, wherever and whenever it comes, sees each event exactly once and one last event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import orjson
import psycopg
import pytest
import pytest_asyncio

from ai_sdk.messages import Message, Text
from ai_sdk.providers.base import Finished, Request, StreamItem, TextDelta, Usage
from ai_sdk.providers.scripted import call, reply
from dashbridge import wiring
from dashbridge.api.deps import Rooms
from dashbridge.chat import ChatLogs, Recorded, StartedTurn, TurnEvents, close_stale
from dashbridge.directory import ChatSession
from dashbridge.directory import chat as rows
from dashbridge.kit import Conflict, NotFound
from dashbridge.objects.local import LocalObjectStore
from dashbridge.postgres import Database
from dashbridge.settings import Settings
from dashbridge.sharing import Actor

Find = Callable[..., Any]
NOW = timedelta(0)


@pytest_asyncio.fixture
async def elsewhere(
    settings: Settings, rooms: Rooms, voice: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Rooms]:
    """A second process' rooms over the same data."""
    async with wiring.open_rooms(settings, provider=voice.model) as opened:
        yield opened


@pytest_asyncio.fixture
async def outside(settings: Settings) -> AsyncIterator[tuple[Database, ChatLogs, TurnEvents]]:
    """The record as a process sees it that runs no turn: it hears of news through the database only."""
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value())
    logs = ChatLogs(LocalObjectStore(settings.embedded("objects")))
    yield database, logs, TurnEvents(database, logs)
    await database.close()


@pytest.fixture
def silence(directory: Any) -> Callable[[], None]:
    """Make every running turn look as if its process had fallen silent."""

    def silence() -> None:
        with psycopg.connect(directory.admin_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("UPDATE turns SET heartbeat_at = now() - interval '1 hour' WHERE status = 'running'")

    return silence


@pytest.fixture
def kept_rows(directory: Any) -> Callable[[], int]:
    """How many rows of events there are."""

    def count() -> int:
        with psycopg.connect(directory.admin_url.replace("+psycopg", "")) as connection:
            found = connection.execute("SELECT count(*) FROM turn_events").fetchone()
            return found[0] if found else -1

    return count


class Steps:
    """A model that says one word for each `go()`, and ends on `end()`."""

    name = model = "steps"

    def __init__(self) -> None:
        self._words: asyncio.Queue[str | None] = asyncio.Queue()

    def go(self, word: str) -> None:
        self._words.put_nowait(word)

    def end(self) -> None:
        self._words.put_nowait(None)

    async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        while (word := await self._words.get()) is not None:
            yield TextDelta(word)
        yield Finished("end_turn", Usage())


async def collect(batches: AsyncIterator[Sequence[Recorded]]) -> list[Recorded]:
    return [event async for batch in batches for event in batch]


async def until(batches: AsyncIterator[Sequence[Recorded]], seq: int) -> list[Recorded]:
    """Events up to `seq`, then the reader is gone."""
    found: list[Recorded] = []
    async with aclosing(batches) as reading:  # type: ignore[type-var]
        async for batch in reading:
            found += batch
            if found and found[-1].seq >= seq:
                return found[:seq]
    return found


def well_formed(events: list[Recorded]) -> bool:
    return [e.seq for e in events] == list(range(1, len(events) + 1)) and [e.is_last for e in events] == [False] * (
        len(events) - 1
    ) + [True]


async def test_resuming_after_every_event_loses_and_repeats_nothing(
    rooms: Rooms, admin: Actor, session: ChatSession, voice: Any, outside: Any
) -> None:
    steps = voice.provider = Steps()
    started = await rooms.chats.ask(admin, session.id, "Say ten words")
    _, _, events = outside
    whole = asyncio.create_task(collect(rooms.chats.follow(admin, started.turn_id)))
    afar = asyncio.create_task(collect(events.follow(admin.team_id, started.turn_id)))
    live: list[asyncio.Task[list[Recorded]]] = []
    for number in range(10):
        steps.go(f"w{number} ")
        seen = await until(rooms.chats.follow(admin, started.turn_id), number + 2)
        source = rooms.chats.follow(admin, started.turn_id, len(seen)) if number % 2 else None
        source = source or events.follow(admin.team_id, started.turn_id, len(seen))
        live.append(asyncio.create_task(collect(source)))
        assert [event.data for event in seen[1:]] == [{"text": f"w{n} "} for n in range(number + 1)]
    steps.end()

    complete = await whole
    assert well_formed(complete)
    assert await afar == complete
    for number, task in enumerate(live):
        assert await task == complete[number + 2 :], "resumed while it ran"
    for after in range(len(complete) + 2):
        assert await collect(rooms.chats.follow(admin, started.turn_id, after)) == complete[after:], "resumed later"
        assert await collect(events.follow(admin.team_id, started.turn_id, after)) == complete[after:]


async def test_a_turn_that_ended_is_one_object_and_no_rows(
    rooms: Rooms,
    admin: Actor,
    session: ChatSession,
    voice: Any,
    follow_to_end: Find,
    kept_rows: Callable[[], int],
    settings: Settings,
) -> None:
    voice.says(call("list_tables", {"dataset_name": "main"}, text="I look."), reply("Two tables."))
    started = await rooms.chats.ask(admin, session.id, "Which tables are there?")
    events = await follow_to_end(admin, started.turn_id)

    assert kept_rows() == 0
    (record,) = settings.embedded("objects").rglob("*.jsonl")
    lines = [orjson.loads(line) for line in record.read_bytes().splitlines()]
    recorded = [line for line in lines if line["event"] != "message"]
    assert [Recorded(line["seq"], line["event"], line["data"]) for line in recorded] == events
    assert lines[len(recorded)]["data"]["blocks"][0]["text"] == "Which tables are there?"
    turn = await rooms.chats.last_turn(admin, session.id)
    assert turn is not None
    assert turn.status == "complete"
    assert turn.log_key is not None
    assert str(record).endswith(turn.log_key)


async def test_a_reader_between_the_record_and_the_end_sees_it_once(
    rooms: Rooms, admin: Actor, session: ChatSession, pausing: Any, monkeypatch: pytest.MonkeyPatch, outside: Any
) -> None:
    """The record is written, the row still says running: whoever joins now waits for the end and gets it once."""
    written, go_on = asyncio.Event(), asyncio.Event()
    finish = rows.finish_turn

    async def late(*args: Any, **more: Any) -> bool:
        written.set()
        await go_on.wait()
        return await finish(*args, **more)

    monkeypatch.setattr(rows, "finish_turn", late)
    started = await rooms.chats.ask(admin, session.id, "Begin")
    early = asyncio.create_task(collect(rooms.chats.follow(admin, started.turn_id)))
    pausing.go.set()
    await written.wait()
    _, _, events = outside
    here = asyncio.create_task(collect(rooms.chats.follow(admin, started.turn_id)))
    there = asyncio.create_task(collect(events.follow(admin.team_id, started.turn_id)))
    seen = await until(events.follow(admin.team_id, started.turn_id), 1)
    assert seen[0].event == "session"
    go_on.set()

    complete = await early
    assert well_formed(complete)
    assert await here == complete
    assert await there == complete


async def test_two_questions_at_once_are_refused(
    rooms: Rooms, admin: Actor, session: ChatSession, pausing: Any, follow_to_end: Find, elsewhere: Rooms
) -> None:
    started = await rooms.chats.ask(admin, session.id, "Begin")
    await pausing.reached.wait()
    for house in (rooms, elsewhere):
        with pytest.raises(Conflict) as refused:
            await house.chats.ask(admin, session.id, "And this?")
        assert refused.value.code == "turn_running"
    pausing.go.set()
    assert well_formed(await follow_to_end(admin, started.turn_id))


async def test_a_stop_from_another_process_ends_the_turn(
    rooms: Rooms, admin: Actor, session: ChatSession, pausing: Any, elsewhere: Rooms
) -> None:
    started = await rooms.chats.ask(admin, session.id, "Begin")
    await pausing.reached.wait()
    reading = asyncio.create_task(collect(elsewhere.chats.follow(admin, started.turn_id)))

    assert await elsewhere.chats.stop(admin, session.id)

    events = await reading
    assert well_formed(events)
    assert events[-1].data == {"stop_reason": "stopped"}
    assert not await elsewhere.chats.stop(admin, session.id)


async def test_a_turn_whose_process_fell_silent_is_closed_from_its_rows(
    rooms: Rooms,
    admin: Actor,
    session: ChatSession,
    voice: Any,
    outside: Any,
    silence: Callable[[], None],
    kept_rows: Callable[[], int],
    follow_to_end: Find,
) -> None:
    database, logs, events = outside
    async with database.team(admin.team_id) as directory:
        dead = await rows.start_turn(directory, session.id, owner_process="gone:1:0")
        begun = [(0, "message", {"text": "Who flies?"}), (1, "session", {}), (2, "token", {"text": "Well, "})]
        await rows.append_events(directory, dead.id, begun)
    waiting = asyncio.create_task(collect(events.follow(admin.team_id, dead.id, 1)))
    assert (await rooms.chats.view(admin, session.id)).asked == "Who flies?"
    assert await close_stale(database, logs, admin.team_id) == 0, "it may be alive"
    silence()

    closed = await asyncio.gather(*(close_stale(database, logs, admin.team_id) for _ in range(4)))

    assert sum(closed) == 1
    assert [event.event for event in await waiting] == ["token", "error"]
    found = await follow_to_end(admin, dead.id)
    assert well_formed(found)
    assert found[-1].data["code"] == "interrupted"
    assert kept_rows() == 0
    model = voice.says(reply("Everyone."))
    again = await rooms.chats.ask(admin, session.id, "Once more")
    assert (await follow_to_end(admin, again.turn_id))[-1].data == {"stop_reason": "complete"}
    assert model.requests[0].messages == (
        Message("user", (Text("Who flies?"),)),
        Message("assistant", (Text("Well, "),)),
        Message("user", (Text("Once more"),)),
    )


async def test_a_reader_closes_the_turn_it_waits_for(
    rooms: Rooms, admin: Actor, session: ChatSession, outside: Any, silence: Callable[[], None], follow_to_end: Find
) -> None:
    database, *_ = outside
    async with database.team(admin.team_id) as directory:
        dead = await rows.start_turn(directory, session.id, owner_process="gone:1:0")
        await rows.append_events(directory, dead.id, [(0, "message", {"text": "Hello?"}), (1, "session", {})])
    silence()

    turn = await rooms.chats.last_turn(admin, session.id)
    assert turn is not None
    assert turn.status == "interrupted"
    view = await rooms.chats.view(admin, session.id)
    assert view.recorded[str(dead.id)].messages[0].text == "Hello?"
    assert [event.event for event in await follow_to_end(admin, dead.id)] == ["session", "error"]


async def test_a_process_that_comes_back_late_changes_nothing(
    rooms: Rooms, admin: Actor, session: ChatSession, pausing: Any, outside: Any, silence: Callable[[], None]
) -> None:
    """The turn was closed over its head: its own end is not recorded, and readers saw one last event."""
    database, logs, events = outside
    started = await rooms.chats.ask(admin, session.id, "Begin")
    await pausing.reached.wait()
    await until(events.follow(admin.team_id, started.turn_id), 2)
    silence()
    assert await close_stale(database, logs, admin.team_id, silent_for=NOW) == 1
    closed = await collect(events.follow(admin.team_id, started.turn_id))
    here = await collect(rooms.chats.follow(admin, started.turn_id))

    pausing.go.set()
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == f"turn-{started.turn_id}"))

    assert well_formed(closed)
    assert here == closed == await collect(events.follow(admin.team_id, started.turn_id))
    turn = await rooms.chats.last_turn(admin, session.id)
    assert turn is not None
    assert turn.status == "interrupted"


async def test_events_of_another_team_are_not_found(
    rooms: Rooms, admin: Actor, stranger: Actor, session: ChatSession, pausing: Any
) -> None:
    started: StartedTurn = await rooms.chats.ask(admin, session.id, "Begin")
    with pytest.raises(NotFound):
        await collect(rooms.chats.follow(stranger, started.turn_id))
    pausing.go.set()

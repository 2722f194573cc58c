"""Runs turns in the background of this process: a dropped reader does not stop one, a stop does.

Every event is a row before anyone is sent it. The process beats for its turns; a turn whose process fell silent is
closed as interrupted by whoever notices (`close_stale`).
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from ai_sdk.events import DoneEvent, ErrorEvent
from ai_sdk.limits import TurnLimits
from ai_sdk.log import LogLine
from ai_sdk.messages import Message, Text
from ai_sdk.orchestrator import Turn
from ai_sdk.prices import PriceTable
from ai_sdk.providers import Provider
from dashbridge import telemetry
from dashbridge.chat.coalesce import NativeEvent, batches
from dashbridge.chat.context import TurnContext, system_prompt
from dashbridge.chat.history import history_without
from dashbridge.chat.native import Recorded, native, recordable
from dashbridge.chat.record import TurnEvents
from dashbridge.chat.store import ChatLogs
from dashbridge.chat.tools import turn_tools
from dashbridge.chat.watched import TurnWatch
from dashbridge.directory import chat as rows
from dashbridge.kit import Conflict, DashbridgeError, Unavailable
from dashbridge.postgres import Database

_log = logging.getLogger(__name__)
_BEAT_S = 1.0
STALE = timedelta(seconds=20)
_CLOSING_S = 8.0
ASKED = 0  # the row of the question: before the first event, so that no reader of events meets it
INTERRUPTED = {
    "code": "interrupted",
    "message": "The server stopped while it was answering.",
    "hint": "Ask again; nothing that was saved is lost.",
}


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """What every turn of this process runs with."""

    provider: Callable[[], Provider]
    limits: TurnLimits
    prices: PriceTable | None


@dataclass(frozen=True, slots=True)
class StartedTurn:
    """A turn that runs: its own id, and its session's."""

    team_id: UUID
    session_id: UUID
    turn_id: UUID


class Turns:
    """The turns that this process runs."""

    def __init__(self, database: Database, logs: ChatLogs, events: TurnEvents, settings: TurnSettings) -> None:
        self._database = database
        self._logs = logs
        self._events = events
        self._settings = settings
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self._running: dict[UUID, tuple[asyncio.Task[None], asyncio.Event]] = {}
        self._draining = False
        self._cut: set[UUID] = set()

    @property
    def owner_process(self) -> str:
        """The name under which this process owns turns."""
        return self._owner

    @property
    def running(self) -> int:
        """How many run."""
        return len(self._running)

    def require_open(self) -> None:
        """Raises Unavailable once the process is stopping."""
        if self._draining:
            raise Unavailable(
                "The server is stopping", code="stopping", hint="ask again in a moment: another one answers"
            )

    def start(self, started: StartedTurn, context: TurnContext, text: str) -> None:
        """Run a turn whose row exists, in the background."""
        stop = asyncio.Event()
        self._events.opened_here(started.team_id, started.turn_id)
        task = asyncio.create_task(self._run(started, context, text, stop), name=f"turn-{started.turn_id}")
        self._running[started.turn_id] = (task, stop)
        task.add_done_callback(lambda _: self._running.pop(started.turn_id, None))
        if self._draining:
            self._interrupt(started.turn_id)

    def stop_here(self, turn_id: UUID) -> bool:
        """Stop a turn of this process at once; whether it runs here."""
        found = self._running.get(turn_id)
        if found is None:
            return False
        found[1].set()
        return True

    async def drain(self, grace_s: float, limit_s: float) -> None:
        """Take no more turns; let those here end within `grace_s`, then interrupt them: `limit_s` to be recorded."""
        self._draining = True
        await self._ended(grace_s)
        for turn_id in list(self._running):
            self._interrupt(turn_id)
        await self._ended(limit_s)

    async def close(self) -> None:
        """Interrupt every turn and wait until each is recorded."""
        await self.drain(0, _CLOSING_S)

    def _interrupt(self, turn_id: UUID) -> None:
        stop = self._running[turn_id][1]
        if not stop.is_set():  # whoever was stopped by its reader is told that, not this
            self._cut.add(turn_id)
            stop.set()

    async def _ended(self, timeout_s: float) -> None:
        tasks = [task for task, _ in self._running.values()]
        if tasks and timeout_s > 0:
            await asyncio.wait(tasks, timeout=timeout_s)

    async def _run(self, started: StartedTurn, context: TurnContext, text: str, stop: asyncio.Event) -> None:
        with telemetry.span("chat.turn"):
            watch = TurnWatch()
            watch.ended(await self._answer(started, context, text, stop, watch))

    async def _answer(
        self, started: StartedTurn, context: TurnContext, text: str, stop: asyncio.Event, watch: TurnWatch
    ) -> str:
        queue: asyncio.Queue[NativeEvent | None] = asyncio.Queue()
        recorder = _Recorder(self._database, self._events, started)
        writing = asyncio.create_task(recorder.write(queue))
        beating = asyncio.create_task(self._beat(started, stop))
        messages: tuple[Message, ...] = (Message("user", (Text(text),)),)
        last: NativeEvent = ("error", INTERRUPTED)
        try:
            queue.put_nowait(("session", {"session_id": str(started.session_id), **context.begun()}))
            history = await history_without(self._logs.of(started.team_id, started.session_id), context.supersedes)
            tools = turn_tools(context)
            watch.tools = [tool.name for tool in tools.specs]
            turn = Turn(
                self._settings.provider(),
                system=system_prompt(context),
                history=history,
                text=text,
                tools=tools,
                limits=self._settings.limits,
                stop=stop,
                prices=self._settings.prices,
            )
            async with aclosing(turn.run()) as events:
                async for event in events:
                    watch.saw(event)
                    if isinstance(event, DoneEvent | ErrorEvent):
                        last = self._told_last(started.turn_id, event)
                        break
                    queue.put_nowait(native(event))
                    while context.notes:
                        queue.put_nowait(native(context.notes.pop(0)))
            messages = tuple(recordable(message) for message in turn.messages)
        except Exception as error:  # noqa: BLE001  # a fault of ours ends the turn, never the process
            _log.exception("turn %s failed", started.turn_id)
            last = ("error", _told(error))
        finally:
            beating.cancel()
            queue.put_nowait(None)
            await self._finish(started, recorder, writing, last, messages)
        return _status(last)

    async def _finish(
        self,
        started: StartedTurn,
        recorder: _Recorder,
        writing: asyncio.Task[None],
        last: NativeEvent,
        messages: tuple[Message, ...],
    ) -> None:
        try:
            await writing
            lines = recorder.with_last(last)
            log = self._logs.of(started.team_id, started.session_id)
            key = await log.append(str(started.turn_id), lines, messages)
            async with self._database.team(started.team_id) as session:
                ours = await rows.finish_turn(session, started.turn_id, _status(last), log_key=key)
                await rows.delete_events(session, started.turn_id)
            if ours:
                await self._events.told(started.turn_id, [Recorded(lines[-1].seq, *last)])
        except Conflict:
            _log.warning("turn %s was closed by another process while this one was silent", started.turn_id)
        except Exception:  # noqa: BLE001  # the turn stays "running" without a heartbeat and is closed from its rows
            _log.exception("turn %s could not be recorded", started.turn_id)
        finally:
            await self._events.closed_here(started.turn_id)

    def _told_last(self, turn_id: UUID, event: DoneEvent | ErrorEvent) -> NativeEvent:
        """An end that the server's own stop brought about is an interruption."""
        cut = turn_id in self._cut
        self._cut.discard(turn_id)
        stopped = isinstance(event, DoneEvent) and event.stop_reason == "stopped"
        return ("error", INTERRUPTED) if cut and stopped else native(event)

    async def _beat(self, started: StartedTurn, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await asyncio.sleep(_BEAT_S)
            try:
                async with self._database.team(started.team_id) as session:
                    go_on = await rows.beat(session, started.turn_id, owner_process=self._owner)
            except DashbridgeError:
                _log.warning("turn %s could not beat; trying again", started.turn_id)
                continue
            if not go_on:
                stop.set()


class _Recorder:
    """Writes a turn's events as rows and keeps them for its log."""

    def __init__(self, database: Database, events: TurnEvents, started: StartedTurn) -> None:
        self._database = database
        self._events = events
        self._started = started
        self._lines: list[LogLine] = []

    async def write(self, queue: asyncio.Queue[NativeEvent | None]) -> None:
        """Record what is put into the queue until None."""
        async for batch in batches(queue):
            first = len(self._lines) + 1
            numbered = [(first + index, name, data) for index, (name, data) in enumerate(batch)]
            async with self._database.team(self._started.team_id) as session:
                await rows.append_events(session, self._started.turn_id, numbered)
            self._lines += [LogLine(*event) for event in numbered]
            await self._events.told(self._started.turn_id, [Recorded(*event) for event in numbered])

    def with_last(self, last: NativeEvent) -> list[LogLine]:
        """All lines, the last event included."""
        return [*self._lines, LogLine(len(self._lines) + 1, *last)]


async def close_stale(database: Database, logs: ChatLogs, team_id: UUID, *, silent_for: timedelta = STALE) -> int:
    """Close the team's turns whose process fell silent: their rows become their record. Returns how many.

    One transaction holds the turn while its record is written, so that no reader meets an end without a last event.
    """
    async with database.team(team_id) as session:
        stale = await rows.stale_turns(session, silent_for=silent_for)
    closed = 0
    for turn in stale:
        async with database.team(team_id) as session:
            if not await rows.interrupt_turn(session, turn.id, silent_for=silent_for):
                continue
            found = await rows.read_events(session, turn.id, after=ASKED - 1)
            lines = [LogLine(row.seq, row.event, row.data) for row in found if row.seq > ASKED]
            lines.append(LogLine(len(lines) + 1, "error", INTERRUPTED))
            said = _what_was_said(found[0].data["text"], lines) if len(found) >= len(lines) else ()
            key = await logs.of(team_id, turn.session_id).append(str(turn.id), lines, said)
            await rows.note_log(session, turn.id, key)
            await rows.delete_events(session, turn.id)
        closed += 1
    return closed


def _what_was_said(question: str, lines: list[LogLine]) -> tuple[Message, ...]:
    """What the next turn knows of an interrupted one: the question, and the text of the answer so far."""
    text = "".join(line.data["text"] for line in lines if line.event == "token")
    answer = (Message("assistant", (Text(text),)),) if text.strip() else ()
    return Message("user", (Text(question),)), *answer


def _status(last: NativeEvent) -> str:
    if last[1] is INTERRUPTED:
        return "interrupted"
    return str(last[1]["stop_reason"]) if last[0] == "done" else "error"


def _told(error: Exception) -> dict[str, str | None]:
    if isinstance(error, DashbridgeError) and error.status != 500:
        return {"code": error.code, "message": error.message, "hint": error.hint}
    return {"code": "internal", "message": "Something went wrong on our side.", "hint": "Ask again."}

"""Chat sessions: start one, ask in it, follow a turn, stop it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from ai_sdk.log import BlobExists, RecordedTurn, SessionManifest
from dashbridge.catalog import CatalogIndex
from dashbridge.chat.context import TurnContext
from dashbridge.chat.native import Recorded
from dashbridge.chat.record import TurnEvents
from dashbridge.chat.store import ChatLogs
from dashbridge.chat.turns import ASKED, StartedTurn, Turns, close_stale
from dashbridge.chat.values import ColumnValues
from dashbridge.connections import Connections
from dashbridge.costs import Costs
from dashbridge.directory import ChatSession, Turn
from dashbridge.directory import chat as rows
from dashbridge.directory import connections as connection_rows
from dashbridge.kit import Invalid, NotFound, new_id
from dashbridge.library import Library
from dashbridge.postgres import Database
from dashbridge.serving import Answers
from dashbridge.sharing import Action, Actor, require

MAX_MESSAGE_CHARS = 20_000
_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class ChatView:
    """A session as its page shows it: the row, its turns, the record of those that ended, what the running one asks."""

    row: ChatSession
    turns: Sequence[Turn]
    recorded: dict[str, RecordedTurn]
    asked: str | None


class Chats:
    """The chats of every team; each call names its actor. `model` is (provider, model) as the manifest keeps them."""

    def __init__(
        self,
        database: Database,
        logs: ChatLogs,
        events: TurnEvents,
        turns: Turns,
        connections: Connections,
        library: Library,
        answers: Answers,
        costs: Costs,
        index: CatalogIndex,
        *,
        model: tuple[str, str],
        public_url: Callable[[], str],
        today: Callable[[], date],
    ) -> None:
        self._database = database
        self._logs = logs
        self._events = events
        self._turns = turns
        self._connections = connections
        self._library = library
        self._answers = answers
        self._costs = costs
        self._index = index
        self._values = ColumnValues()
        self._model = model
        self._public_url = public_url
        self._today = today

    async def create(
        self,
        actor: Actor,
        *,
        connection: str | None = None,
        dashboard: str | None = None,
        client_id: str | None = None,
    ) -> ChatSession:
        """A new session, on a connection (by default that of the dashboard, or the team's only one).

        Raises NotFound, Invalid (several connections and none named), Conflict (`client_id` is taken), Forbidden.
        """
        require(actor, Action.CHAT)
        if dashboard is not None:
            connection = connection or (await self._library.pointer(actor, dashboard)).connection_name
        session_id = rows.session_key(actor.team_id, client_id) if client_id else new_id()
        connection_id = await self._connection_id(actor, connection)
        async with self._database.team(actor.team_id) as session:
            row = await rows.create_session(
                session,
                principal_id=actor.principal_id,
                id=session_id,
                connection_id=connection_id,
                dashboard_slug=dashboard,
            )
        manifest = SessionManifest(str(row.id), datetime.now(UTC), *self._model, details={"actor": actor.name})
        with suppress(BlobExists):
            await self._logs.of(actor.team_id, row.id).start(manifest)
        return row

    async def open_or_create(self, actor: Actor, client_id: str, **how: Any) -> ChatSession:
        """The session a client names by its own id, made on its first message. Raises what `create` raises."""
        require(actor, Action.CHAT)
        try:
            return await self.row(actor, rows.session_key(actor.team_id, client_id))
        except NotFound:
            return await self.create(actor, client_id=client_id, **how)

    async def ask(
        self,
        actor: Actor,
        session_id: UUID,
        text: str,
        *,
        view: str | None = None,
        dashboard: str | None = None,
        supersedes: UUID | None = None,
    ) -> StartedTurn:
        """Start the turn that answers `text`; the model is not told of the turn it supersedes.

        Raises NotFound, Conflict (one is running), Invalid, Forbidden, Unavailable (the server is stopping).
        """
        require(actor, Action.CHAT)
        self._turns.require_open()
        _check_message(text)
        row = await self.row(actor, session_id)
        if supersedes is not None:
            await self._own_turn(actor, session_id, supersedes)
        connection_id = row.connection_id or await self._connection_id(actor, None)
        info = await self._connections.by_id(actor, connection_id)
        warehouse = await self._connections.open_by_id(actor, connection_id)
        opened = await self._open_dashboard(actor, dashboard or row.dashboard_slug)
        await self._close_stale(actor)
        async with self._database.team(actor.team_id) as session:
            turn = await rows.start_turn(session, session_id, owner_process=self._turns.owner_process)
            await rows.append_events(session, turn.id, [(ASKED, "message", {"text": text})])
            changes = {} if row.title else {"title": text.strip()[:80]}
            await rows.change_session(session, session_id, connection_id=connection_id, **changes)
        context = TurnContext(
            actor=actor,
            turn_id=turn.id,
            connection_name=info.name,
            ai_access=info.ai_access,
            warehouse=warehouse,
            library=self._library,
            today=self._today(),
            public_url=self._public_url(),
            spending=self._costs.turn(actor, turn.id, dashboard=opened[0] if opened else None),
            costs=self._costs,
            answers=self._answers,
            index=self._index,
            values=self._values,
            open_dashboard=opened,
            open_view=view,
            supersedes=supersedes,
            read_revisions=dict([opened] if opened else []),
        )
        started = StartedTurn(actor.team_id, session_id, turn.id)
        self._turns.start(started, context, text)
        return started

    async def follow(self, actor: Actor, turn_id: UUID, after: int = 0) -> AsyncIterator[Sequence[Recorded]]:
        """A turn's events past `after`, live, in batches; an empty batch when it is quiet. Raises NotFound."""
        require(actor, Action.CHAT)
        async for batch in self._events.follow(actor.team_id, turn_id, after, patience_s=_PATIENCE_S):
            if not batch:
                await self._close_stale(actor)
            yield batch

    async def rest(self, actor: Actor, turn_id: UUID, after: int) -> Sequence[Recorded]:
        """The events past `after` of a turn that ended. Raises NotFound."""
        return [event async for batch in self.follow(actor, turn_id, after) for event in batch]

    async def running(self, actor: Actor, session_id: UUID) -> Turn | None:
        """The turn of a session that is running now. Raises NotFound."""
        await self.row(actor, session_id)
        await self._close_stale(actor)
        async with self._database.team(actor.team_id) as session:
            return await rows.running_turn(session, session_id)

    async def last_turn(self, actor: Actor, session_id: UUID) -> Turn | None:
        """The newest turn of a session, running or not. Raises NotFound."""
        await self.row(actor, session_id)
        await self._close_stale(actor)
        async with self._database.team(actor.team_id) as session:
            found = await rows.turns(session, session_id)
        return found[-1] if found else None

    async def stop(self, actor: Actor, session_id: UUID) -> bool:
        """Stop the running turn of a session, wherever it runs; whether there was one. Raises NotFound."""
        turn = await self.running(actor, session_id)
        if turn is None:
            return False
        async with self._database.team(actor.team_id) as session:
            asked = await rows.request_stop(session, turn.id)
        self._turns.stop_here(turn.id)
        return asked

    @property
    def running_here(self) -> int:
        """How many turns this process runs."""
        return self._turns.running

    async def drain(self, grace_s: float, limit_s: float) -> None:
        """Refuse new turns; give those that run `grace_s` to end, then `limit_s` to be recorded as interrupted."""
        await self._turns.drain(grace_s, limit_s)

    async def list(self, actor: Actor) -> Sequence[ChatSession]:
        """The actor's own sessions, the last used first."""
        require(actor, Action.CHAT)
        async with self._database.team(actor.team_id) as session:
            return await rows.list_sessions(session, actor.principal_id)

    async def row(self, actor: Actor, session_id: UUID) -> ChatSession:
        """One of the actor's sessions. Raises NotFound."""
        async with self._database.team(actor.team_id) as session:
            row = await rows.get_session(session, session_id)
        require(actor, Action.CHAT, row)
        return row

    async def view(self, actor: Actor, session_id: UUID) -> ChatView:
        """A session with everything recorded of it. Raises NotFound."""
        row = await self.row(actor, session_id)
        await self._close_stale(actor)
        async with self._database.team(actor.team_id) as session:
            turns = await rows.turns(session, session_id)
            running = next((turn for turn in turns if turn.status == "running"), None)
            question = await rows.read_events(session, running.id, after=ASKED - 1) if running else ()
        recorded = await self._logs.of(actor.team_id, session_id).turns()
        asked = str(question[0].data["text"]) if question else None
        return ChatView(row, turns, {turn.turn_id: turn for turn in recorded}, asked)

    async def rename(self, actor: Actor, session_id: UUID, title: str) -> ChatSession:
        """Give a session another title. Raises NotFound."""
        await self.row(actor, session_id)
        async with self._database.team(actor.team_id) as session:
            return await rows.change_session(session, session_id, title=title)

    async def delete(self, actor: Actor, session_id: UUID) -> None:
        """Take a session off the list; a running turn is stopped. Raises NotFound."""
        await self.stop(actor, session_id)
        async with self._database.team(actor.team_id) as session:
            await rows.delete_session(session, session_id)

    async def undelete(self, actor: Actor, session_id: UUID) -> ChatSession:
        """Put a deleted session of the actor's back on the list. Raises NotFound."""
        require(actor, Action.CHAT)
        async with self._database.team(actor.team_id) as session:
            return await rows.undelete_session(session, session_id, actor.principal_id)

    async def rate(self, actor: Actor, session_id: UUID, turn_id: UUID, feedback: int | None) -> None:
        """Note thumbs up (1), down (-1) or neither for a turn. Raises NotFound."""
        await self.row(actor, session_id)
        await self._own_turn(actor, session_id, turn_id)
        async with self._database.team(actor.team_id) as session:
            await rows.set_feedback(session, turn_id, feedback)

    async def _own_turn(self, actor: Actor, session_id: UUID, turn_id: UUID) -> None:
        async with self._database.team(actor.team_id) as session:
            if (await rows.get_turn(session, turn_id)).session_id != session_id:
                raise NotFound("There is no such turn in this session", code="turn_not_found")

    async def _close_stale(self, actor: Actor) -> None:
        await close_stale(self._database, self._logs, actor.team_id)

    async def _connection_id(self, actor: Actor, name: str | None) -> UUID:
        async with self._database.team(actor.team_id) as session:
            if name is not None:
                return (await connection_rows.by_name(session, name)).id
            found = await connection_rows.everything(session)
        if len(found) == 1:
            return found[0].id
        if not found:
            raise Invalid(
                "There is no connection to ask about",
                code="no_connection",
                hint="add one: dashbridge connect duckdb --name NAME --path FILE",
            )
        names = ", ".join(row.name for row in found)
        raise Invalid("Which connection?", code="connection_required", hint=f"name one of: {names}")

    async def _open_dashboard(self, actor: Actor, slug: str | None) -> tuple[str, int] | None:
        if slug is None:
            return None
        try:
            return slug, (await self._library.pointer(actor, slug)).revision
        except NotFound:
            return None


def _check_message(text: str) -> None:
    if not text.strip() or "\0" in text:
        raise Invalid("A message needs some text", code="empty_message")
    if len(text) > MAX_MESSAGE_CHARS:
        raise Invalid(f"A message is at most {MAX_MESSAGE_CHARS:,} characters", code="message_too_long")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid("The message is not Unicode text", code="bad_message") from error

"""Chat sessions, their turns, and the events of a turn while it runs.

A turn belongs to the process that beats for it. Times are the database's: processes' clocks are never compared.
Every change that a listener waits for is told on the turn's channel: the newest `seq`, or `stop`, or `end`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from dashbridge.directory.tables import ChatSession, Turn, TurnEvent
from dashbridge.kit import Conflict, NotFound, new_id
from dashbridge.postgres import notify, team_of


def session_key(team_id: UUID, client_id: str) -> UUID:
    """The id of the session that a client names: its uuid, or for any other text one made of the team and the text."""
    try:
        return UUID(client_id)
    except ValueError:
        return uuid5(team_id, client_id)


def turn_channel(turn_id: UUID) -> str:
    """The channel that tells of a turn's news."""
    return f"turn_{turn_id.hex}"


async def create_session(
    session: AsyncSession, *, principal_id: UUID, id: UUID | None = None, **columns: Any
) -> ChatSession:
    """Add a session; `columns` may set title, connection_id, dashboard_slug. Raises Conflict: the id is taken."""
    values = {"team_id": team_of(session), "id": id or new_id(), "principal_id": principal_id, **columns}
    statement = insert(ChatSession).values(**values).on_conflict_do_nothing().returning(ChatSession)
    row = (await session.scalars(statement)).first()
    if row is None:
        raise Conflict("There is a chat session with this id already.", code="session_exists")
    return row


async def get_session(session: AsyncSession, session_id: UUID) -> ChatSession:
    """One session. Raises NotFound, also for a deleted one."""
    row = await session.get(ChatSession, (team_of(session), session_id))
    if row is None or row.deleted_at is not None:
        raise _no_session()
    return row


async def list_sessions(session: AsyncSession, principal_id: UUID, *, limit: int = 100) -> Sequence[ChatSession]:
    """A principal's sessions, the last used first."""
    found = select(ChatSession).where(
        ChatSession.team_id == team_of(session),
        ChatSession.principal_id == principal_id,
        col(ChatSession.deleted_at).is_(None),
    )
    return (await session.scalars(found.order_by(col(ChatSession.updated_at).desc()).limit(limit))).all()


async def change_session(session: AsyncSession, session_id: UUID, **columns: Any) -> ChatSession:
    """Set title, connection_id, dashboard_slug or manifest_key. Raises NotFound."""
    condition = (col(ChatSession.id) == session_id) & col(ChatSession.deleted_at).is_(None)
    statement = _update(ChatSession, session, condition, columns).returning(ChatSession)
    row: ChatSession | None = (await session.scalars(statement)).first()
    if row is None:
        raise _no_session()
    return row


async def delete_session(session: AsyncSession, session_id: UUID) -> None:
    """Take a session off the lists. Raises NotFound."""
    await change_session(session, session_id, deleted_at=func.now())


async def undelete_session(session: AsyncSession, session_id: UUID, principal_id: UUID) -> ChatSession:
    """Put a deleted session back on the lists. Raises NotFound, also for one of another principal."""
    condition = (
        (col(ChatSession.id) == session_id)
        & (col(ChatSession.principal_id) == principal_id)
        & col(ChatSession.deleted_at).is_not(None)
    )
    statement = _update(ChatSession, session, condition, {"deleted_at": None}).returning(ChatSession)
    row: ChatSession | None = (await session.scalars(statement)).first()
    if row is None:
        raise _no_session()
    return row


async def start_turn(
    session: AsyncSession, session_id: UUID, *, owner_process: str, turn_id: UUID | None = None
) -> Turn:
    """Add the next turn of a session, running. Raises NotFound, Conflict `turn_running` (with its turn_id)."""
    lock = select(ChatSession.id).where(
        ChatSession.team_id == team_of(session), ChatSession.id == session_id, col(ChatSession.deleted_at).is_(None)
    )
    if (await session.scalars(lock.with_for_update())).first() is None:
        raise _no_session()
    running = await running_turn(session, session_id)
    if running is not None:
        raise Conflict(
            "This chat session is still answering.",
            code="turn_running",
            hint="Wait for the answer to end, or stop it.",
            turn_id=str(running.id),
        )
    last = select(func.coalesce(func.max(Turn.seq), 0)).where(
        Turn.team_id == team_of(session), Turn.session_id == session_id
    )
    seq = (await session.scalars(last)).one() + 1
    turn = Turn(
        team_id=team_of(session), id=turn_id or new_id(), session_id=session_id, seq=seq, owner_process=owner_process
    )
    session.add(turn)
    await session.flush()
    await change_session(session, session_id)
    return turn


async def get_turn(session: AsyncSession, turn_id: UUID) -> Turn:
    """One turn. Raises NotFound."""
    row = await session.get(Turn, (team_of(session), turn_id), populate_existing=True)
    if row is None:
        raise _no_turn()
    return row


async def running_turn(session: AsyncSession, session_id: UUID) -> Turn | None:
    """The turn of a session that runs, or None."""
    found = select(Turn).where(
        Turn.team_id == team_of(session), Turn.session_id == session_id, Turn.status == "running"
    )
    return (await session.scalars(found)).first()


async def turns(session: AsyncSession, session_id: UUID) -> Sequence[Turn]:
    """A session's turns in order."""
    found = select(Turn).where(Turn.team_id == team_of(session), Turn.session_id == session_id)
    return (await session.scalars(found.order_by(col(Turn.seq)))).all()


async def beat(session: AsyncSession, turn_id: UUID, *, owner_process: str) -> bool:
    """Say that a turn is alive. Whether to go on: False if a stop was asked for or the turn is not this process's."""
    condition = (col(Turn.id) == turn_id) & (col(Turn.status) == "running") & (col(Turn.owner_process) == owner_process)
    statement = _update(Turn, session, condition, {"heartbeat_at": func.now()}).returning(col(Turn.stop_requested))
    stop_requested = (await session.scalars(statement)).first()
    return stop_requested is False


async def finish_turn(session: AsyncSession, turn_id: UUID, status: str, *, log_key: str | None = None) -> bool:
    """End a running turn; whether it was running until now. Listeners are told `end`."""
    condition = (col(Turn.id) == turn_id) & (col(Turn.status) == "running")
    return await _end(session, turn_id, condition, status, log_key)


async def interrupt_turn(session: AsyncSession, turn_id: UUID, *, silent_for: timedelta) -> bool:
    """End a running turn whose process has not beaten for `silent_for`; whether this call was the one that did."""
    condition = (col(Turn.id) == turn_id) & _silent(silent_for)
    return await _end(session, turn_id, condition, "interrupted", None)


async def stale_turns(session: AsyncSession, *, silent_for: timedelta) -> Sequence[Turn]:
    """The team's running turns whose process has not beaten for `silent_for`."""
    found = select(Turn).where(Turn.team_id == team_of(session), _silent(silent_for))
    return (await session.scalars(found.order_by(col(Turn.heartbeat_at)))).all()


async def note_log(session: AsyncSession, turn_id: UUID, log_key: str) -> None:
    """Name the record of a turn in the object store."""
    await session.execute(_update(Turn, session, col(Turn.id) == turn_id, {"log_key": log_key}))


async def request_stop(session: AsyncSession, turn_id: UUID) -> bool:
    """Ask the process of a running turn to stop it; whether there was one to ask. Listeners are told `stop`."""
    condition = (col(Turn.id) == turn_id) & (col(Turn.status) == "running")
    statement = _update(Turn, session, condition, {"stop_requested": True}).returning(col(Turn.id))
    asked = (await session.scalars(statement)).first() is not None
    if asked:
        await notify(session, turn_channel(turn_id), "stop")
    return asked


async def set_feedback(session: AsyncSession, turn_id: UUID, feedback: int | None) -> None:
    """Note thumbs up (1), down (-1) or neither (None). Raises NotFound."""
    statement = _update(Turn, session, col(Turn.id) == turn_id, {"feedback": feedback}).returning(col(Turn.id))
    if (await session.scalars(statement)).first() is None:
        raise _no_turn()


async def append_events(
    session: AsyncSession, turn_id: UUID, events: Sequence[tuple[int, str, dict[str, Any]]]
) -> None:
    """Record events (seq, name, data) of a running turn, and tell listeners the last `seq` once they are committed.

    Raises Conflict `turn_over`: the turn ended, or was closed because its process fell silent.
    """
    if not events:
        return
    running = select(Turn.id).where(Turn.team_id == team_of(session), Turn.id == turn_id, Turn.status == "running")
    if (await session.scalars(running.with_for_update(read=True))).first() is None:
        raise Conflict("This turn is over.", code="turn_over")
    key = {"team_id": team_of(session), "turn_id": turn_id}
    rows = [{**key, "seq": seq, "event": event, "data": data} for seq, event, data in events]
    await session.execute(insert(TurnEvent), rows)
    await notify(session, turn_channel(turn_id), str(events[-1][0]))


async def read_events(session: AsyncSession, turn_id: UUID, *, after: int = 0) -> Sequence[TurnEvent]:
    """A turn's events whose `seq` is greater than `after`, in order."""
    found = select(TurnEvent).where(
        TurnEvent.team_id == team_of(session), TurnEvent.turn_id == turn_id, TurnEvent.seq > after
    )
    return (await session.scalars(found.order_by(col(TurnEvent.seq)))).all()


async def delete_events(session: AsyncSession, turn_id: UUID) -> None:
    """Remove a turn's events, once its log is in the object store."""
    of_turn = (col(TurnEvent.team_id) == team_of(session), col(TurnEvent.turn_id) == turn_id)
    await session.execute(delete(TurnEvent).where(*of_turn))


async def _end(
    session: AsyncSession, turn_id: UUID, condition: ColumnElement[bool], status: str, log_key: str | None
) -> bool:
    statement = _update(Turn, session, condition, {"status": status, "log_key": log_key}).returning(col(Turn.id))
    ended = (await session.scalars(statement)).first() is not None
    if ended:
        await notify(session, turn_channel(turn_id), "end")
    return ended


def _update(table: Any, session: AsyncSession, condition: ColumnElement[bool], changes: dict[str, Any]) -> Any:
    return (
        update(table)
        .where(col(table.team_id) == team_of(session), condition)
        .values(**changes, updated_at=func.now())
        .execution_options(populate_existing=True, synchronize_session=False)
    )


def _silent(silent_for: timedelta) -> ColumnElement[bool]:
    return (col(Turn.status) == "running") & (col(Turn.heartbeat_at) < func.now() - silent_for)


def _no_session() -> NotFound:
    return NotFound("There is no such chat session.", code="session_not_found", hint="Start a new one.")


def _no_turn() -> NotFound:
    return NotFound("There is no such turn.", code="turn_not_found")

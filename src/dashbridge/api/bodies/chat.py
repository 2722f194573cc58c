"""Chat sessions and what is recorded of their turns."""

from __future__ import annotations

from typing import Any, Literal

from dashbridge.api.bodies.closed import Closed, Id, Moment, Whole


class SessionMade(Closed):
    """A new session."""

    session_id: Id


class Session(Closed):
    """A conversation; `title` is that of its first question until it is given another."""

    session_id: Id
    title: str | None
    connection_id: Id | None
    dashboard: str | None
    created_at: Moment
    updated_at: Moment


class SessionList(Closed):
    """The actor's own sessions, the last used first."""

    sessions: list[Session]


class TurnEvent(Closed):
    """One event of a turn, as docs/chat-events.md tells; `id` counts from 1 without gaps."""

    id: Whole
    event: str
    data: dict[str, Any]


class TurnRecord(Closed):
    """A turn: its question, and what was recorded of it."""

    turn_id: Id
    seq: Whole
    status: str
    feedback: Literal[1, -1] | None
    created_at: Moment
    message: str | None
    events: list[TurnEvent]


class SessionDetail(Session):
    """A session with its turns."""

    turns: list[TurnRecord]


class Stopped(Closed):
    """Whether there was a turn to stop."""

    stopped: bool

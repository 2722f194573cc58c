"""`/v1/chat`: sessions, messages as server-sent events, resume, stop; and the same turn for AI SDK chat UIs.

A turn's stream is read from its record: a dropped socket stops nothing, `Last-Event-ID` loses and repeats nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import StreamingResponse

from ai_sdk.log import RecordedTurn
from dashbridge.api import ui_stream
from dashbridge.api.bodies.chat import Session, SessionDetail, SessionList, SessionMade, Stopped
from dashbridge.api.bodies.closed import EVENTS_TYPE, says
from dashbridge.api.deps import ActorDep, Rooms, RoomsDep
from dashbridge.chat import ChatView, Recorded, StartedTurn
from dashbridge.directory import ChatSession, Turn
from dashbridge.directory.chat import session_key
from dashbridge.kit import Invalid
from dashbridge.sharing import Actor

router = APIRouter(prefix="/v1/chat", tags=["chat"])

_STREAM_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
_PING_S = 15


class NewSession(BaseModel):
    """Where to ask: a connection, or beside a dashboard."""

    model_config = ConfigDict(extra="forbid")

    connection: str | None = None
    dashboard: str | None = None


class NewMessage(BaseModel):
    """A question, what it is asked about, and the turn whose question it asks anew."""

    model_config = ConfigDict(extra="forbid")

    message: str
    view: str | None = Field(None, max_length=200)
    dashboard: str | None = Field(None, max_length=200)
    supersedes: UUID | None = None


class Title(BaseModel):
    """A session's title."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200)


class Feedback(BaseModel):
    """1 good, -1 bad, null neither."""

    model_config = ConfigDict(extra="forbid")

    feedback: int | None = Field(ge=-1, le=1)


class UIChat(BaseModel):
    """What `useChat` sends, or the short form `{id, message}`; the stored history counts, not the client's."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1, max_length=200)
    messages: list[dict[str, Any]] = Field(default_factory=list)
    message: Any = None
    connection: str | None = None
    dashboard: str | None = None
    view: str | None = None


@router.post("/sessions", status_code=201, responses=says(SessionMade, status=201))
async def create_session(behind: RoomsDep, actor: ActorDep, body: NewSession | None = None) -> dict[str, Any]:
    """Start a session."""
    wanted = body or NewSession()
    row = await behind.chats.create(actor, connection=wanted.connection, dashboard=wanted.dashboard)
    return {"session_id": str(row.id)}


@router.get("/sessions", responses=says(SessionList))
async def list_sessions(behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """The actor's own sessions, the last used first."""
    return {"sessions": [session_body(row) for row in await behind.chats.list(actor)]}


@router.get("/sessions/{session_id}", responses=says(SessionDetail))
async def get_session(session_id: UUID, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """A session with its turns and their recorded events."""
    return view_body(await behind.chats.view(actor, session_id))


@router.patch("/sessions/{session_id}", responses=says(Session))
async def rename_session(session_id: UUID, body: Title, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Give a session another title."""
    return session_body(await behind.chats.rename(actor, session_id, body.title))


@router.delete("/sessions/{session_id}", status_code=204)
async def delete_session(session_id: UUID, behind: RoomsDep, actor: ActorDep) -> Response:
    """Take a session off the list."""
    await behind.chats.delete(actor, session_id)
    return Response(status_code=204)


@router.post("/sessions/{session_id}/undelete", responses=says(Session))
async def undelete_session(session_id: UUID, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Put a deleted session back on the list."""
    return session_body(await behind.chats.undelete(actor, session_id))


@router.post("/sessions/{session_id}/messages", responses=says(None, EVENTS_TYPE))
async def send_message(session_id: UUID, body: NewMessage, behind: RoomsDep, actor: ActorDep) -> Response:
    """Ask; the answer is the native event stream."""
    about = {"view": body.view, "dashboard": body.dashboard}
    started = await behind.chats.ask(actor, session_id, body.message, **about, supersedes=body.supersedes)
    return _native_stream(behind, actor, started, 0)


@router.get("/sessions/{session_id}/stream", responses={**says(None, EVENTS_TYPE), **says(None, status=204)})
async def resume(session_id: UUID, request: Request, behind: RoomsDep, actor: ActorDep) -> Response:
    """Go on after `Last-Event-ID`, also in a turn that just ended; without it, the running turn from its start.

    204 when there is nothing to come.
    """
    held = request.headers.get("last-event-id")
    after = 0 if held is None else _sequence(held)
    turn = await behind.chats.last_turn(actor, session_id)
    if turn is None or (turn.status != "running" and held is None):
        return Response(status_code=204)
    if turn.status != "running" and not await behind.chats.rest(actor, turn.id, after):
        return Response(status_code=204)
    return _native_stream(behind, actor, StartedTurn(actor.team_id, session_id, turn.id), after)


@router.post("/sessions/{session_id}/stop", responses=says(Stopped))
async def stop(session_id: UUID, behind: RoomsDep, actor: ActorDep) -> dict[str, bool]:
    """Stop the running turn."""
    return {"stopped": await behind.chats.stop(actor, session_id)}


@router.post("/sessions/{session_id}/turns/{turn_id}/feedback", status_code=204)
async def rate(session_id: UUID, turn_id: UUID, body: Feedback, behind: RoomsDep, actor: ActorDep) -> Response:
    """Thumbs up or down for a turn."""
    await behind.chats.rate(actor, session_id, turn_id, body.feedback or None)
    return Response(status_code=204)


@router.post("", responses=says(None, EVENTS_TYPE))
async def ui_chat(body: UIChat, behind: RoomsDep, actor: ActorDep) -> Response:
    """The same turn as an AI SDK UI-message stream."""
    text = _ui_text(body)
    row = await behind.chats.open_or_create(actor, body.id, connection=body.connection, dashboard=body.dashboard)
    started = await behind.chats.ask(actor, row.id, text, view=body.view, dashboard=body.dashboard)
    return _ui_stream(behind, actor, started)


@router.get("/{client_id}/stream", responses={**says(None, EVENTS_TYPE), **says(None, status=204)})
async def ui_resume(client_id: str, behind: RoomsDep, actor: ActorDep) -> Response:
    """The running turn of a session from its start, as a UI-message stream; 204 when nothing is active."""
    session_id = session_key(actor.team_id, client_id)
    turn = await behind.chats.running(actor, session_id)
    if turn is None:
        return Response(status_code=204)
    return _ui_stream(behind, actor, StartedTurn(actor.team_id, session_id, turn.id))


@router.post("/{client_id}/stop", responses=says(Stopped))
async def ui_stop(client_id: str, behind: RoomsDep, actor: ActorDep) -> dict[str, bool]:
    """Stop the running turn of a session named by its client."""
    return {"stopped": await behind.chats.stop(actor, session_key(actor.team_id, client_id))}


def session_body(row: ChatSession) -> dict[str, Any]:
    """A session as JSON."""
    return {
        "session_id": str(row.id),
        "title": row.title,
        "connection_id": None if row.connection_id is None else str(row.connection_id),
        "dashboard": row.dashboard_slug,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def view_body(view: ChatView) -> dict[str, Any]:
    """A session with its turns: the question, and each recorded event."""
    turns = [_turn_body(turn, view.recorded.get(str(turn.id)), view.asked) for turn in view.turns]
    return {**session_body(view.row), "turns": turns}


def _turn_body(turn: Turn, recorded: RecordedTurn | None, asked: str | None) -> dict[str, Any]:
    lines = recorded.lines if recorded else ()
    message = recorded.messages[0].text if recorded and recorded.messages else None
    if turn.status == "running":
        message = asked
    return {
        "turn_id": str(turn.id),
        "seq": turn.seq,
        "status": turn.status,
        "feedback": turn.feedback,
        "created_at": turn.created_at,
        "message": message,
        "events": [{"id": line.seq, "event": line.event, "data": line.data} for line in lines],
    }


def _native_stream(behind: Rooms, actor: Actor, started: StartedTurn, after: int) -> EventSourceResponse:
    async def events() -> AsyncIterator[ServerSentEvent]:
        async for batch in behind.chats.follow(actor, started.turn_id, after):
            for event in batch:
                yield ServerSentEvent(
                    orjson.dumps(event.data, default=str).decode(), event=event.event, id=str(event.seq), sep="\n"
                )

    return EventSourceResponse(events(), ping=_PING_S, sep="\n", headers=_STREAM_HEADERS, send_timeout=10)


def _ui_stream(behind: Rooms, actor: Actor, started: StartedTurn) -> StreamingResponse:
    async def parts() -> AsyncIterator[str]:
        encoder = ui_stream.UIMessageEncoder()
        async for batch in behind.chats.follow(actor, started.turn_id):
            yield "".join(_sse(encoder, event) for event in batch) or ": quiet\n\n"
        yield ui_stream.DONE

    return StreamingResponse(parts(), media_type="text/event-stream", headers=ui_stream.HEADERS)


def _sse(encoder: ui_stream.UIMessageEncoder, event: Recorded) -> str:
    return "".join(ui_stream.sse_part(part) for part in encoder.encode(event.event, event.data))


def _ui_text(body: UIChat) -> str:
    message = body.message if body.message is not None else (body.messages[-1] if body.messages else None)
    if isinstance(message, str):
        return message
    if isinstance(message, dict) and message.get("role", "user") == "user":
        parts = message.get("parts")
        if isinstance(parts, list):
            texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
            return "".join(text for text in texts if isinstance(text, str))
        if isinstance(message.get("content"), str):
            return str(message["content"])
    raise Invalid("The last message must be the user's, with a text part", code="bad_message")


def _sequence(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Invalid(f"Last-Event-ID must be a sequence number, not {text[:40]!r}", code="bad_last_event_id")
    return int(text)

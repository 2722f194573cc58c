"""The door a command speaks through: the API in this process over the data dir, or a server's over HTTP.

Both speak the same HTTP; a turn's events are read from the record in this process, from the stream over HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol, TypeVar
from uuid import UUID

import click
import httpx
import orjson

from dashbridge.api.deps import Rooms
from dashbridge.app import create_app
from dashbridge.kit import DashbridgeError, Place, Problem, Unavailable, resource_folder
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from dashbridge.wiring import admin, open_rooms

T = TypeVar("T")


class Refused(DashbridgeError):
    """The API answered with a problem document."""

    status = 422


class Door(Protocol):
    """The API, wherever it is."""

    async def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        """One request. Raises Refused with what the problem document says, Unavailable."""

    def ask(self, session_id: str, body: dict[str, Any]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """The events of one turn."""


class _Http:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        try:
            response = await self._client.request(method, path, headers=headers, **request)
        except httpx.HTTPError as error:
            raise Unavailable(f"The server does not answer: {error}", hint="is `dashbridge serve` running?") from error
        if response.status_code >= 400:
            raise _refused(response.status_code, response.content)
        return response

    async def ask(self, session_id: str, body: dict[str, Any]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        path = f"/v1/chat/sessions/{session_id}/messages"
        async with self._client.stream("POST", path, json=body, timeout=httpx.Timeout(30, read=60)) as response:
            if response.status_code >= 400:
                raise _refused(response.status_code, await response.aread())
            name = ""
            async for line in response.aiter_lines():
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    yield name, orjson.loads(line[5:])


class _Here(_Http):
    def __init__(self, client: httpx.AsyncClient, rooms: Rooms, actor: Actor) -> None:
        super().__init__(client)
        self._rooms = rooms
        self._actor = actor

    async def ask(self, session_id: str, body: dict[str, Any]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        chats = self._rooms.chats
        started = await chats.ask(
            self._actor,
            UUID(session_id),
            body["message"],
            view=body.get("view"),
            dashboard=body.get("dashboard"),
        )
        async for batch in chats.follow(self._actor, started.turn_id):
            for event in batch:
                yield event.event, event.data


@asynccontextmanager
async def open_door(url: str | None, api_key: str | None) -> AsyncIterator[Door]:
    """The door of this invocation."""
    async with AsyncExitStack() as stack:
        if url is not None:
            headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
            client = httpx.AsyncClient(base_url=url.rstrip("/"), headers=headers, timeout=120)
            yield _Http(await stack.enter_async_context(client))
            return
        settings = Settings()
        rooms = await stack.enter_async_context(open_rooms(settings))
        actor, key = await admin(settings, rooms)
        app = create_app(rooms, resource_folder("web") / "dist")
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://dashbridge",
            headers={"Authorization": f"Bearer {key}"},
            timeout=3600,
        )
        yield _Here(await stack.enter_async_context(client), rooms, actor)


def through_door(context: click.Context, work: Callable[[Door], Awaitable[T]]) -> T:
    """Run `work` with the door that the command line asked for."""
    url, api_key = context.obj or (None, None)

    async def run() -> T:
        async with open_door(url, api_key) as door:
            return await work(door)

    return asyncio.run(run())


def _refused(status: int, body: bytes) -> Refused:
    try:
        problem = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Refused(f"The server answered {status}", code="bad_answer")
    problems = tuple(
        Problem(
            found.get("code", "invalid"),
            found.get("message", ""),
            Place(found.get("path"), found.get("line"), found.get("column")),
            found.get("hint"),
        )
        for found in problem.get("errors", [])
    )
    return Refused(
        problem.get("detail", f"The server answered {status}"),
        code=problem.get("code"),
        hint=problem.get("hint"),
        problems=problems,
        answered=problem,
    )

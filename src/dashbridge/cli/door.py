"""The door a command speaks through: the API in this process over the data dir, or a server's over HTTP.

Both speak the same HTTP; a turn's events are read from the record in this process, from the stream over HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol, TypeVar
from urllib.parse import quote
from uuid import UUID

import click
import httpx
import orjson

from dashbridge.api.asking import Asking, raw_inputs
from dashbridge.api.deps import Rooms
from dashbridge.app import create_app
from dashbridge.chat import LAST
from dashbridge.kit import DashbridgeError, Invalid, Place, Problem, Unavailable, resource_folder
from dashbridge.settings import Settings, read_settings
from dashbridge.sharing import Actor
from dashbridge.wiring import admin, open_rooms

T = TypeVar("T")
Pairs = Sequence[tuple[str, str | int | float | bool | None]]
_RESUMES = 5


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

    def build(self, slug: str, inputs: Pairs) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """The events of a dashboard's data being computed, `done` or `error` last. `inputs`: `input.NAME` and VALUE."""

    def warming(self, slug: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """How far the data is that is computed behind a save, `progress` and last `done`."""


class _Http:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        try:
            response = await self._client.request(method, path, headers=headers, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _silent(error) from error
        if response.status_code >= 400:
            raise _refused(response.status_code, response.content)
        return response

    async def ask(self, session_id: str, body: dict[str, Any]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        session = f"/v1/chat/sessions/{session_id}"
        request: dict[str, Any] = {"method": "POST", "url": f"{session}/messages", "json": body}
        seen, number, name = "", "", ""
        for _ in range(_RESUMES):
            try:
                async with self._client.stream(**request, timeout=httpx.Timeout(30, read=60)) as response:
                    if response.status_code >= 400:
                        raise _refused(response.status_code, await response.aread())
                    async for line in response.aiter_lines():
                        field, _, value = line.partition(": ")
                        if field == "id":
                            number = value
                        elif field == "event":
                            name = value
                        elif field == "data":
                            data = orjson.loads(value)
                            seen = number
                            yield name, data
                            if name in LAST:
                                return
            except (httpx.HTTPError, orjson.JSONDecodeError) as error:
                if not seen:
                    raise _silent(error) from error
            request = {"method": "GET", "url": f"{session}/stream", "headers": {"Last-Event-ID": seen or "0"}}
        raise Unavailable("The answer broke off", hint="open the session in the page: the turn goes on without us")

    def build(self, slug: str, inputs: Pairs) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        return self._events("POST", f"{dashboard_path(slug)}/warm", params=list(inputs))

    def warming(self, slug: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        return self._events("GET", f"{dashboard_path(slug)}/warm")

    async def _events(self, method: str, path: str, **request: Any) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """What a stream tells, to its `done` or `error`."""
        headers, name = {"Accept": "text/event-stream"}, ""
        stream = self._client.stream(method, path, headers=headers, timeout=httpx.Timeout(30, read=60), **request)
        try:
            async with stream as response:
                if response.status_code >= 400:
                    raise _refused(response.status_code, await response.aread())
                async for line in response.aiter_lines():
                    field, _, value = line.partition(": ")
                    if field == "event":
                        name = value
                    elif field == "data":
                        yield name, orjson.loads(value)
                        if name in ("done", "error"):
                            return
        except (httpx.HTTPError, orjson.JSONDecodeError) as error:
            raise _silent(error) from error
        raise Unavailable("The answer broke off", hint="run it again: what was computed is kept")


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

    async def build(self, slug: str, inputs: Pairs) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        opened = await self._rooms.library.open(self._actor, slug)
        asking = await Asking.about(self._rooms, self._actor, opened)
        async for name, data in asking.build(raw_inputs((name, str(value)) for name, value in inputs)):
            yield name, data


@asynccontextmanager
async def open_door(url: str | None, api_key: str | None, settings: Settings | None = None) -> AsyncIterator[Door]:
    """The door of this invocation; `settings` replace those of the environment."""
    async with AsyncExitStack() as stack:
        if url is not None:
            headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
            try:
                client = httpx.AsyncClient(base_url=url.rstrip("/"), headers=headers, timeout=120)
            except (httpx.InvalidURL, UnicodeEncodeError) as error:
                raise Invalid("--url or --api-key cannot be sent", hint="write --url http://HOST:PORT") from error
            yield _Http(await stack.enter_async_context(client))
            return
        settings = settings or read_settings()
        if settings.cache_url is None and not settings.keep_results:  # what is computed here would end with us
            settings = settings.model_copy(update={"warm_on_save": "off"})
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


def dashboard_path(slug: str) -> str:
    """Where a dashboard is, whatever its slug holds."""
    return f"/v1/dashboards/{quote(slug, safe='')}"


def _silent(error: Exception) -> Unavailable:
    return Unavailable(f"The server does not answer: {error}", hint="is `dashbridge serve` running?")


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

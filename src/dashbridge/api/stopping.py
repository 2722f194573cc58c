"""The end of a server: no new work, what runs is finished, recorded or answered, and nothing is lost.

A host gives a process ten seconds from SIGTERM. The first half is for turns and reads to end by themselves; then turns
are stopped and recorded as interrupted, reads are answered 503, and writes have the rest.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashbridge.api.deps import Rooms
from dashbridge.api.errors import problem_response

_log = logging.getLogger(__name__)
_SAFE = ("GET", "HEAD", "OPTIONS")
_FREE = ("/healthz", "/readyz")


@dataclass(eq=False, slots=True)
class _Request:
    task: asyncio.Task[object]
    read: bool
    answering: bool = False
    cut: bool = False


@dataclass(slots=True)
class Requests:
    """The requests that are being answered."""

    _open: dict[_Request, None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, request: _Request) -> None:
        """One begins."""
        self._open[request] = None

    def leave(self, request: _Request) -> None:
        """One is over."""
        self._open.pop(request, None)

    async def ended(self, timeout_s: float) -> bool:
        """Wait for those of this moment; whether they ended in time."""
        waited = [request.task for request in self._open]
        if not waited:
            return True
        _, pending = await asyncio.wait(waited, timeout=max(timeout_s, 0))
        return not pending

    def cut(self, *, writes: bool) -> None:
        """End reads, and with `writes` everything: what has no answer yet is answered 503."""
        for request in list(self._open):
            if (request.read or writes) and not request.cut:
                request.cut = True
                request.task.cancel()


class InFlight:
    """Keeps `requests` true, and answers those that were cut."""

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        task = asyncio.current_task()
        if scope["type"] != "http" or scope["path"] in _FREE or task is None:
            await self._app(scope, receive, send)
            return
        request = _Request(task, scope["method"] in _SAFE)

        async def noted(message: Message) -> None:
            request.answering = True
            await send(message)

        self._requests.enter(request)
        try:
            await self._app(scope, receive, noted)
        except asyncio.CancelledError:
            if not request.cut:
                raise
            task.uncancel()
            if not request.answering:
                await _stopping()(scope, receive, send)
        finally:
            self._requests.leave(request)


async def drain(behind: Rooms, requests: Requests, seconds: float) -> None:
    """Stop taking work, and return once nothing runs, at the latest after about `seconds`."""
    behind.readiness.stopping = True
    behind.warming.stop()
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    _log.info("stopping: %d requests and %d turns are under way", len(requests), behind.chats.running_here)
    turns = asyncio.create_task(behind.chats.drain(seconds / 2, seconds * 0.4))
    await requests.ended(seconds / 2)
    requests.cut(writes=False)
    await turns
    if not await requests.ended(end - clock() - seconds * 0.1):
        _log.warning("stopping: %d requests did not end in time", len(requests))
        requests.cut(writes=True)
        await requests.ended(seconds * 0.1)


def _stopping() -> ASGIApp:
    return problem_response(
        503,
        "stopping",
        "The server is stopping",
        headers={"Retry-After": "1"},
        hint="send it again: another one answers",
    )

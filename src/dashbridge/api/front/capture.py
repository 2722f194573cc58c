"""Right around the routes: notes an answer as it is before it is compressed, and says 304 to who holds it."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashbridge.api.front.mark import Pass, passing_of

_IN_304 = (b"etag", b"dashbridge-manifest", b"cache-control", b"vary", b"x-content-type-options")


class Capture:
    """Passes on; what has no pass is not looked at."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        passing = passing_of(scope)
        if passing is None:
            await self._app(scope, receive, send)
            return
        held = False

        async def noted(message: Message) -> None:
            nonlocal held
            passing.note(message)
            if message["type"] == "http.response.start":
                held = _held(passing)
                if held:
                    await send({**message, "status": 304, "headers": not_modified(passing.headers)})
                    await send({"type": "http.response.body", "body": b""})
            if not held:
                await send(message)

        await self._app(scope, receive, noted)


def _held(passing: Pass) -> bool:
    if passing.if_none_match is None or passing.status != 200:
        return False
    tag = next((value for name, value in passing.headers if name == b"etag"), None)
    return tag is not None and holds(passing.if_none_match, tag)


def holds(if_none_match: bytes, tag: bytes) -> bool:
    """Whether `If-None-Match` names this tag, compared weakly."""
    if if_none_match == tag:
        return True
    held = [one.strip().removeprefix(b"W/") for one in if_none_match.split(b",")]
    return b"*" in held or tag.removeprefix(b"W/") in held


def not_modified(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of a 304 for an answer with these."""
    return [(name, value) for name, value in headers if name in _IN_304]

"""Request bodies are bounded before they are read, whether or not they say how long they are."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashbridge.api.errors import problem_response

MAX_BODY_BYTES = 1_048_576
_HINT = "a dashboard file is at most 256 kB"


class BodyLimit:
    """Answers 413 to a request whose body is over `MAX_BODY_BYTES`, or over what its path has in `larger`."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int]) -> None:
        self._app = app
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._larger.get(scope["path"], MAX_BODY_BYTES)
        text = f"The body is over {most:,} bytes"
        if _stated_length(scope) > most:
            hint = _HINT if most == MAX_BODY_BYTES else None
            response = problem_response(413, "too_large", text, hint=hint)
            await response(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)
            return message

        await self._app(scope, counted, send)


def _stated_length(scope: Scope) -> int:
    """The Content-Length; 0 where there is none that is a number."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0

"""Every request gets an id and a place in a trace, is counted, timed, and told in the log.

What is told is the route, never the address: inputs of dashboards and one-time tokens travel in addresses.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashbridge import telemetry
from dashbridge.telemetry.trace import current_request, current_trace, new_trace

_log = logging.getLogger(__name__)
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
REQUEST_ID = "x-request-id"
_QUIET = ("/healthz", "/readyz")


class Observed:
    """Wraps the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _READ}
        request_id = request_id_of(headers.get(b"x-request-id", ""))
        # Not taken back at the end: an error that gets past this layer is answered outside of it, under the same id.
        # A server gives each request a context of its own.
        current_request.set(request_id)
        found = telemetry.read_trace(headers.get(b"traceparent"), headers.get(b"x-cloud-trace-context"))
        current_trace.set(found or new_trace())
        await self._pass_on(scope, receive, send, request_id)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began, status = time.monotonic(), 500

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault(REQUEST_ID, request_id)
            await send(message)

        with telemetry.span("http.request", method=scope["method"]) as span:
            try:
                await self._app(scope, receive, numbered)
            finally:
                seconds, route = time.monotonic() - began, _route(scope)
                if span is not None:
                    span.set(route=route, status=status)
                telemetry.measure(
                    "dashbridge.request.duration", seconds, method=scope["method"], route=route, status=status
                )
                if scope["path"] not in _QUIET:
                    facts = {
                        "method": scope["method"],
                        "route": route,
                        "status": status,
                        "ms": round(seconds * 1000, 1),
                    }
                    _log.info("%s %s %d", scope["method"], route, status, extra={"facts": facts})


def watched() -> bool:
    """Whether anyone sees what `Observed` tells."""
    return telemetry.listened() or _log.isEnabledFor(logging.INFO)


def request_id_of(given: str) -> str:
    """The id that a request brought, if it may be one, else a new one."""
    return given if given and _ID.fullmatch(given) else _new_id()


def _new_id() -> str:
    """A random UUID, of random digits that are drawn many at a time: an id must not cost what an answer does."""
    if not _digits:
        drawn = os.urandom(16 * _DRAWN).hex()
        _digits.extend(drawn[start : start + 32] for start in range(0, len(drawn), 32))
    one = _digits.pop()
    return f"{one[:8]}-{one[8:12]}-4{one[13:16]}-a{one[17:20]}-{one[20:]}"


_DRAWN = 256
_digits: list[str] = []
_READ = (b"x-request-id", b"traceparent", b"x-cloud-trace-context")


def _route(scope: MutableMapping[str, Any]) -> str:
    return str(getattr(scope.get("route"), "path", "none"))

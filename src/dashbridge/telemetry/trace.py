"""Which request and which trace the code of this moment works for."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?", re.DOTALL)
_CLOUD = re.compile(r"([0-9a-f]{32})/([0-9]{1,20})(?:;o=([01]))?")


@dataclass(frozen=True, slots=True)
class Trace:
    """A place in a trace: 32 and 16 lower-case hex digits."""

    trace_id: str
    span_id: str
    sampled: bool = True


current_trace: ContextVar[Trace | None] = ContextVar("dashbridge_trace", default=None)
current_request: ContextVar[str | None] = ContextVar("dashbridge_request", default=None)


def new_trace() -> Trace:
    """The beginning of a trace of our own."""
    return Trace(secrets.token_hex(16), secrets.token_hex(8))


def read_trace(traceparent: str | None, cloud_context: str | None = None) -> Trace | None:
    """The caller's trace, of a W3C `traceparent`, else of Google's `X-Cloud-Trace-Context`; None without one."""
    found = _TRACEPARENT.fullmatch(traceparent or "")
    if found is not None and set(found[1]) != {"0"} and set(found[2]) != {"0"}:
        return Trace(found[1], found[2], bool(int(found[3], 16) & 1))
    found = _CLOUD.fullmatch(cloud_context or "")
    if found is not None and set(found[1]) != {"0"} and 0 < int(found[2]) < 2**64:
        return Trace(found[1], f"{int(found[2]):016x}", found[3] != "0")
    return None

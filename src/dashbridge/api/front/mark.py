"""What a route says of an answer that may be given again, and what is noted of it on its way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import Message, Scope

from dashbridge.sharing import Actor

_PLACE = "dashbridge.passing"


@dataclass(frozen=True, slots=True)
class Keepable:
    """An answer of 200 that everyone of the actor's team and role may be given again, while what it names stands.

    For `fresh_for_s` nothing has to be asked; for `stale_for_s` more it is given while it is renewed; neither beyond
    `good_for_s`. `hits` counts the kept parts it is made of, for the figures.
    """

    actor: Actor
    slug: str
    revision: int
    yaml_sha256: str
    connection_id: str
    etag: str
    fresh_for_s: float
    stale_for_s: float
    good_for_s: float
    hits: int = 0


@dataclass(slots=True)
class Pass:
    """A request on its way through the application; at most `most` bytes of its answer are noted."""

    most: int
    if_none_match: bytes | None = None
    mark: Keepable | None = None
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    ended: bool = False

    def note(self, message: Message) -> None:
        """Note one message of the answer."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")
            self.size += len(body)
            if self.size <= self.most:
                self.chunks.append(bytes(body))
            else:
                self.chunks.clear()
            self.ended = not message.get("more_body", False)

    @property
    def body(self) -> bytes | None:
        """The whole body, None where it is not whole or too large."""
        return b"".join(self.chunks) if self.ended and self.size <= self.most else None


def keep(request: Request, mark: Keepable) -> None:
    """Let the answer to this request be given again. Without a front it means nothing."""
    passing = passing_of(request.scope)
    if passing is not None:
        passing.mark = mark


def passing_of(scope: Scope) -> Pass | None:
    """The pass of a request that came through the front."""
    found: Pass | None = scope.get(_PLACE)
    return found


def with_pass(scope: Mapping[str, object], passing: Pass, headers: list[tuple[bytes, bytes]]) -> Scope:
    """The request as the application gets it."""
    return {**scope, "headers": headers, _PLACE: passing}

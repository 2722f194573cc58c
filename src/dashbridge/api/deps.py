"""What routes are given: the rooms behind the door, and the actor who knocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Protocol
from urllib.parse import urlsplit

from fastapi import Depends, Request

from dashbridge.api.credentials import credential_of
from dashbridge.api.front import Front
from dashbridge.catalog import Catalog
from dashbridge.chat import Chats
from dashbridge.connections import Connections, Uploads
from dashbridge.costs import Costs
from dashbridge.kit import Forbidden, Invalid, PreconditionRequired
from dashbridge.library import Library
from dashbridge.postgres import Database
from dashbridge.serving import Answers, Warming
from dashbridge.sharing import Actor, authenticate
from dashbridge.telemetry import Readiness

MAX_REVISION = 2**31 - 1
_SAFE = {"GET", "HEAD", "OPTIONS"}


class Today(Protocol):
    """The day it is somewhere."""

    def __call__(self, timezone: str = "UTC") -> date:
        """By an IANA name."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms behind every door: the API, the command line and later the worker are given the same."""

    database: Database
    connections: Connections
    catalog: Catalog
    library: Library
    answers: Answers
    warming: Warming
    chats: Chats
    today: Today
    uploads: Uploads
    costs: Costs
    readiness: Readiness
    front: Front


def rooms(request: Request) -> Rooms:
    """The rooms of this process."""
    found: Rooms = request.app.state.rooms
    return found


async def actor(request: Request, behind: Annotated[Rooms, Depends(rooms)]) -> Actor:
    """Who knocks, by API key or by the page's cookie. Raises Unauthenticated, Forbidden."""
    credential, by_browser = credential_of(request)
    if by_browser and request.method not in _SAFE:
        refuse_other_sites(request)
    return await authenticate(behind.database, credential)


def refuse_other_sites(request: Request) -> None:
    """A write by cookie must come from our own page. Raises Forbidden."""
    origin = request.headers.get("origin")
    foreign = origin is not None and _host(origin) != request.headers.get("host")
    if foreign or request.headers.get("x-dashbridge") != "1":
        raise Forbidden(
            "This write did not come from Dashbridge's own page",
            code="cross_site",
            hint="use an API key, or send the header X-Dashbridge: 1 from the same origin",
        )


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


RoomsDep = Annotated[Rooms, Depends(rooms)]
ActorDep = Annotated[Actor, Depends(actor)]


def expected_revision(request: Request) -> int | None:
    """The revision a write replaces: `If-Match: "3"` gives 3, `If-None-Match: *` gives None (create).

    Raises PreconditionRequired without either, Invalid for a header that is neither.
    """
    match = request.headers.get("if-match")
    if match is not None:
        number = match.strip().removeprefix("W/").strip('"')
        if not number.isascii() or not number.isdigit() or len(number) > 10 or int(number) > MAX_REVISION:
            raise Invalid(f"If-Match must be a revision in quotes, not {match[:40]!r}", code="bad_if_match")
        return int(number)
    if request.headers.get("if-none-match", "").strip() == "*":
        return None
    raise PreconditionRequired(
        "A write must say what it replaces",
        hint='send If-Match: "<revision>" to replace, or If-None-Match: * to create',
    )

"""A front before an application that is small, says the same each time, and takes a few turns of the loop for it."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from tests.dashbridge.api.front.clock import Clock
from tests.dashbridge.api.front.lines import Told, asking

from dashbridge.api.credentials import credential_of
from dashbridge.api.front import Capture, Front, Keepable, keep
from dashbridge.api.front.doorstep import doorstep
from dashbridge.kit import Unauthenticated
from dashbridge.sharing import Actor, Role, known

URL = "/v1/dashboards/shop/data"
TAG = 'W/"acme-1"'
TEAMS = ("acme", "bell", "cole")
CODINGS = ("identity", "gzip", "br", "zstd")
VIEWER = {"Authorization": "Bearer of-acme", "Accept": "*/*"}


class _Silent:
    """A directory in which nothing changes."""

    heard_at = math.inf

    @asynccontextmanager
    async def changes(self, _: Any) -> AsyncIterator[asyncio.Future[None]]:
        yield asyncio.get_running_loop().create_future()


class Small:
    """The same application behind the doorstep (`ours`) and behind the server's own protocol (`servers`)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def authenticate(_: Any, credential: str) -> Actor:
            self.looked_up += 1
            found = self.who(credential)
            await asyncio.sleep(0)
            return found

        monkeypatch.setattr(known, "authenticate", authenticate)
        self.people = {
            f"of-{team}": Actor(UUID(int=number), UUID(int=100 + number), team, Role.VIEWER)
            for number, team in enumerate(TEAMS)
        }
        self.versions = dict.fromkeys(TEAMS, 1)
        self.looked_up = 0
        self.rows = 2_000
        self.front = Front(_Silent(), max_bytes=10_000_000)  # type: ignore[arg-type]
        self.clock = Clock(self.front)
        app = self.front.before(Capture(self._app))
        self.ours = Told(app, doorstep(self.front))
        self.servers = Told(app)

    async def both(self, said: list[bytes], pieces: list[bytes] | None = None) -> bytes:
        """The answer to these requests, which is the same from both.

        However they come, the server is asked one after the other: it would refuse what is broken before it answers
        what came in the same piece. Where it forgets the rest of a piece, so do we.
        """
        for _ in range(2):  # what is asked for the first time is kept, and then compressed behind
            await self.servers.say(said, one_by_one=True)
            await self.front.settled()
        ours, servers = await self.ours.say(pieces or said), await self.servers.say(said, one_by_one=True)
        assert ours == servers or ours == await self.servers.say(pieces or said), pieces or said
        return ours[0]

    def who(self, credential: str) -> Actor:
        """Raises Unauthenticated."""
        if credential not in self.people:
            raise Unauthenticated("nobody")
        return self.people[credential]

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        request = Request(scope, receive)
        body = await request.body()
        await asyncio.sleep(0)
        answer = self._answer(request, body)
        for _ in range(3):  # it is as it was found, and news may come before it is told
            await asyncio.sleep(0)
        await answer(scope, receive, send)

    def _answer(self, request: Request, body: bytes) -> Response:
        if request.url.path != URL or request.method not in ("GET", "HEAD"):
            return PlainTextResponse(f"{request.method} {request.scope['raw_path']!r} {body!r}", 404)
        try:
            actor = self.who(credential_of(request)[0])
        except Unauthenticated:
            return PlainTextResponse("nobody", 401)
        said = {
            "to": actor.name,
            "version": self.versions[actor.name],
            "accept": request.headers.get("accept"),
            "query": request.url.query,
            "rows": [7] * self.rows,
        }
        tag = f'W/"{actor.name}-{self.versions[actor.name]}"'
        keep(request, Keepable(actor, "shop", 1, "0", "c", tag, 1.0, 1.0, 100.0))
        headers = {"etag": tag, "vary": "Authorization, Cookie, Accept", "cache-control": "private, no-cache"}
        return Response(json.dumps(said), headers=headers, media_type="application/json")


def question(**more: str) -> bytes:
    """The viewer's request with more headers."""
    return asking(URL, VIEWER | {name.replace("_", "-"): value for name, value in more.items()})


def odd_requests() -> list[bytes]:
    """Requests that look like the question, and are not quite."""
    usual = question()
    line, _, rest = usual.partition(b" HTTP/1.1\r\n")
    with_headers: list[dict[str, str]] = [
        {"Connection": "close"},
        {"Connection": "keep-alive, close"},
        {"Connection": "Upgrade"},
        {"Connection": "Upgrade", "Upgrade": "h2c"},
        {"Connection": "Upgrade", "Upgrade": "websocket"},
        {"Upgrade": "h2c"},
        {"Expect": "100-continue"},
        {"Expect": "else"},
        {"Content-Length": "0"},
        {"Authorization": "Bearer none"},
        {"Authorization": "Bearer of-bell"},
        {"Cookie": "dashbridge_session=of-bell"},
        {"Authorization": "", "Cookie": "dashbridge_session=of-bell"},
        {"Accept": "text/csv"},
    ]
    targets = [
        "http://testserver" + URL, "http://testserver", URL.replace("data", "%64ata"), URL.replace("shop", "%73hop"),
        URL.replace("/shop", "//shop"), URL + "#part", URL + "?a#b", URL + "?a?b=%zz&\xff", URL + "\xe9", URL + "/",
        "/v1/dashboards//data", "/v1/dashboards/data", "/healthz", "//" + URL, "/v1/../v1/dashboards/shop/data",
    ]  # fmt: skip
    return [
        *(asking(URL, VIEWER | headers) for headers in with_headers),
        *(asking(target, VIEWER) for target in targets),
        asking(URL, VIEWER, version="1.0"),
        asking(URL, VIEWER | {"Connection": "keep-alive"}, version="1.0"),
        asking(URL, VIEWER | {"Content-Length": "5"}) + b"hello",
        asking(URL, VIEWER | {"Transfer-Encoding": "chunked"}) + b"5\r\nhello\r\n0\r\n\r\n",
        asking(URL, VIEWER | {"Content-Length": "5"}, "POST") + b"hello",
        asking("*", VIEWER, "OPTIONS"),
        asking("testserver:80", VIEWER, "CONNECT"),
        asking(URL, VIEWER, "OPTIONS"),
        asking(URL, VIEWER, "get"),
        usual.replace(b"\r\n\r\n", b"\r\nAccept: text/csv\r\n\r\n"),
        usual.replace(b"\r\n\r\n", b"\r\nAuthorization: Bearer of-bell\r\n\r\n"),
        usual.replace(b"\r\n\r\n", b"\r\nCookie: a=b\r\nCookie: c=d\r\n\r\n"),
        usual.replace(b"Accept: */*", b"Accept:\r\n */*"),
        usual.replace(b"Accept: */*", b"Accept : */*"),
        usual.replace(b"Accept: */*", b"Accept: */*\x00"),
        usual.replace(b"\r\n", b"\n"),
        b"\r\n\r\n" + usual,
        usual + b"\r\n",
        line + b" HTTP/1.1 \r\n" + rest,
        line + b" HTTP/2.0\r\n" + rest,
        line + b"\r\n" + rest,
        b"\x16\x03\x01\x02\x00",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ]

"""A server's protocol without a socket: what is said comes in exactly these pieces, what it answers is noted."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

DATE = (b"date", b"Thu, 01 Jan 2026 00:00:00 GMT")
HIGH_WATER = 65_536
OWN_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}")


class Line(asyncio.Transport):
    """The server's end of a connection. Nothing of what is written leaves while the client is not `reading`."""

    def __init__(self, *, reading: bool = True) -> None:
        super().__init__({"sockname": ("127.0.0.1", 1), "peername": ("127.0.0.1", 2)})
        self.protocol: Any = None
        self.told = bytearray()
        self.last: object = b""
        self.reading = reading
        self.closing = False
        self.most_waiting = 0
        self.waiting = 0
        self.may_say = asyncio.Event()
        self.may_say.set()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.told += data
        self.last = data
        if not self.reading:
            self.waiting += len(data)
            self.most_waiting = max(self.most_waiting, self.waiting)
            if self.waiting > HIGH_WATER:
                self.protocol.pause_writing()

    def read_on(self) -> None:
        self.reading, self.waiting = True, 0
        self.protocol.resume_writing()

    def close(self) -> None:
        self.closing = True

    def is_closing(self) -> bool:
        return self.closing

    def pause_reading(self) -> None:
        self.may_say.clear()

    def resume_reading(self) -> None:
        self.may_say.set()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self.protocol  # type: ignore[no-any-return]


class Told:
    """A server of that application: `ways` counts the requests that took the server's own way."""

    def __init__(self, app: ASGIApp, http: type[asyncio.Protocol] = HttpToolsProtocol, **options: Any) -> None:
        self.ways = 0

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            self.ways += 1
            await app(scope, receive, send)

        options = {"log_config": None, "access_log": False, "lifespan": "off", "server_header": False} | options
        self.config = uvicorn.Config(counted, http=http, **options)
        self.config.load()
        self.state = ServerState()
        self.state.default_headers = [DATE]
        self.http: Any = http

    def connect(self, *, reading: bool = True, loop: Any = None) -> Line:
        """A new connection."""
        line = Line(reading=reading)
        line.protocol = self.http(self.config, self.state, {}, loop or asyncio.get_running_loop())
        line.protocol.connection_made(line)
        return line

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """A port of this machine on which it listens."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: self.http(self.config, self.state, {}, loop), "127.0.0.1", 0)
        async with server:
            yield int(server.sockets[0].getsockname()[1])
            for protocol in list(self.state.connections):
                protocol.shutdown()
            await self.ended()

    async def ended(self) -> None:
        """Wait until every request that began is over."""
        while self.state.tasks:
            await asyncio.wait(set(self.state.tasks))
            await asyncio.sleep(0)

    async def say(
        self, pieces: Iterable[bytes], line: Line | None = None, *, one_by_one: bool = False
    ) -> tuple[bytes, bool]:
        """What is answered to these pieces, but for ids that were made for it, and whether the server hung up.

        `one_by_one` awaits what a piece asks before the next comes.
        """
        on = line or self.connect()
        before = len(on.told)
        for piece in pieces:
            while not on.may_say.is_set() and self.state.tasks:
                await asyncio.wait(set(self.state.tasks), return_when=asyncio.FIRST_COMPLETED)
            if on.closing:
                break
            on.protocol.data_received(piece)
            if one_by_one:
                await self.ended()
        found = await self.all_told(on, before)
        if line is None:
            hang_up(on)
        return found, on.closing

    async def all_told(self, line: Line, since: int = 0) -> bytes:
        """What was answered on this line once all requests are over."""
        await self.ended()
        return OWN_ID.sub(b"an id", bytes(line.told[since:]))


def hang_up(line: Line) -> None:
    """The client leaves."""
    line.protocol.connection_lost(None)


def asking(target: str, headers: dict[str, str], method: str = "GET", version: str = "1.1") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {target} HTTP/{version}", "Host: testserver", *(f"{name}: {v}" for name, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

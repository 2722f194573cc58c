"""A small HTTP/1.1 server on a real socket that answers from a script: statuses, streams, cuts, pauses.

`StreamServer` is the part that the protocol servers share. Each request takes the next reply of the script; a request
too many is answered with 500. `requests` keeps what was asked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass
class Hold:
    """Inside a stream: tell `reached`, then wait until `go` is set. No clock is involved."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Status:
    """A plain answer with a JSON body."""

    code: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Stream:
    """An event stream. `end`: `whole` closes the body properly; `cut` drops the socket inside the chunked body."""

    parts: Sequence[bytes | Hold]
    end: Literal["whole", "cut"] = "whole"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Hangup:
    """Close the connection without a word."""


Reply = Status | Stream | Hangup


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class StreamServer:
    """The server. `async with StreamServer([reply, …]) as server:` then talk to `server.url`."""

    def __init__(self, script: Iterable[Reply] = ()) -> None:
        self.script = list(script)
        self.requests: list[Asked] = []
        self.connections = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """The server's address without a path."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._tasks.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked = await _read_request(reader)
        if asked is None:
            return False
        self.requests.append(asked)
        reply = self.script.pop(0) if self.script else Status(500, {"error": {"message": "the script is over"}})
        if isinstance(reply, Hangup):
            return False
        if isinstance(reply, Status):
            _write_status(writer, reply)
            await writer.drain()
            return True
        return await _write_stream(writer, reply)


async def _read_request(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, path, headers, json.loads(body) if body else None)


def _write_status(writer: asyncio.StreamWriter, reply: Status) -> None:
    body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
    headers = {"content-type": "application/json", "content-length": str(len(body)), **reply.headers}
    _write_head(writer, reply.code, headers)
    writer.write(body)


async def _write_stream(writer: asyncio.StreamWriter, reply: Stream) -> bool:
    _write_head(writer, 200, {"content-type": "text/event-stream", "transfer-encoding": "chunked", **reply.headers})
    for part in reply.parts:
        if isinstance(part, Hold):
            await writer.drain()
            part.reached.set()
            await part.go.wait()
        elif part:
            writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    if reply.end == "whole":
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    if reply.end == "cut":
        writer.write_eof()
    return reply.end == "whole"


def _write_head(writer: asyncio.StreamWriter, code: int, headers: dict[str, str]) -> None:
    lines = [f"HTTP/1.1 {code} scripted", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

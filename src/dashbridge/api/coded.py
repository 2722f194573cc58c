"""Compresses what is large in a thread, as it comes; small bodies are left to the middleware around this one."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Final, Protocol

import brotli  # type: ignore[import-untyped]
import zstandard
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGE_BYTES: Final = 1 << 16  # about a millisecond to compress: below it a thread costs more than it spares the others
_KINDS = frozenset((b"application/json", b"text/csv"))
_GZIP = zlib.MAX_WBITS | 16


class _Coder(Protocol):
    def feed(self, data: bytes) -> bytes: ...

    def end(self) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._coder = brotli.Compressor(quality=4)

    def feed(self, data: bytes) -> bytes:
        return bytes(self._coder.process(data))

    def end(self) -> bytes:
        return bytes(self._coder.finish())


class _Flushed:
    """What zlib and zstandard have in common."""

    def __init__(self, coder: zlib._Compress | zstandard.ZstdCompressionObj) -> None:
        self._coder = coder

    def feed(self, data: bytes) -> bytes:
        return self._coder.compress(data)

    def end(self) -> bytes:
        return self._coder.flush()


_CODERS: dict[bytes, Callable[[], _Coder]] = {
    b"zstd": lambda: _Flushed(zstandard.ZstdCompressor(level=4).compressobj()),
    b"br": _Brotli,
    b"gzip": lambda: _Flushed(zlib.compressobj(4, zlib.DEFLATED, _GZIP)),
}


class CodesLarge:
    """Right inside the compressing middleware, which passes on what has a coding already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer in the one coding that is left of those it accepts."""
        made = None
        if scope["type"] == "http" and scope["method"] != "HEAD":
            accepted = next((value for name, value in scope["headers"] if name == b"accept-encoding"), b"")
            made = _CODERS.get(accepted)
        if made is None:
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, _Answer(accepted, made, send).send)


class _Answer:
    def __init__(self, coding: bytes, made: Callable[[], _Coder], send: Send) -> None:
        self._coding = coding
        self._made = made
        self._send = send
        self._start: Message | None = None
        self._coder: _Coder | None = None

    async def send(self, message: Message) -> None:
        """The start waits for the first of the body, which tells whether it is worth it."""
        if message["type"] == "http.response.start" and _kind(message) in _KINDS:
            self._start = message
            return
        more, body = message.get("more_body", False), message.get("body", b"")
        if self._start is not None:
            start, self._start = self._start, None
            if message["type"] == "http.response.body" and (more or len(body) >= LARGE_BYTES):
                self._coder, start = self._made(), {**start, "headers": self._headers(start)}
            await self._send(start)
        if self._coder is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        data = await asyncio.to_thread(_coded, self._coder, body, more)
        if data or not more:
            await self._send({**message, "body": data})

    def _headers(self, start: Message) -> list[tuple[bytes, bytes]]:
        rest = [(name, value) for name, value in start["headers"] if name not in (b"content-length", b"vary")]
        varies = [value for name, value in start["headers"] if name == b"vary"]
        return [*rest, (b"vary", b", ".join([*varies, b"Accept-Encoding"])), (b"content-encoding", self._coding)]


def _kind(start: Message) -> bytes:
    """The media type of an answer that may be coded."""
    fields = dict(start["headers"])
    if start["status"] != 200 or b"content-encoding" in fields:
        return b""
    return bytes(fields.get(b"content-type", b"").partition(b";")[0])


def _coded(coder: _Coder, body: bytes, more: bool) -> bytes:
    data = coder.feed(body)
    return data if more else data + coder.end()

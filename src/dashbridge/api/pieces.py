"""Bodies that are made while they are sent: no more of them is held than the reader has room for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping

from fastapi import Request, Response
from starlette.responses import StreamingResponse

_AT_ONCE_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 18

Piece = bytes | memoryview


def pieces_response(
    request: Request, pieces: Iterator[Piece], size: int, media_type: str, headers: Mapping[str, str]
) -> Response:
    """A body at once where its source is of at most a MiB; else in chunks, each made when the last one was sent.

    When the reader leaves, nothing more is made.
    """
    if size <= _AT_ONCE_BYTES:
        return Response(b"".join(pieces), media_type=media_type, headers=dict(headers))
    if request.method == "HEAD":
        return Response(media_type=media_type, headers=dict(headers))
    return StreamingResponse(_made(pieces), media_type=media_type, headers=dict(headers))


async def _made(pieces: Iterator[Piece]) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(_chunk, pieces):
        yield chunk


def _chunk(pieces: Iterator[Piece]) -> bytes:
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _CHUNK_BYTES:
            break
    return b"".join(held)

"""Bodies that are made while they are sent: no more of them is held than the reader has room for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final

from fastapi import Request, Response
from starlette.responses import StreamingResponse

READY_BYTES: Final = 1 << 20
UNWRITTEN_BYTES: Final = 1 << 17  # of a table that is still to be written as CSV or Arrow: about two milliseconds
_CHUNK_BYTES = 1 << 18

Piece = bytes | memoryview


def pieces_response(
    request: Request,
    pieces: Iterator[Piece],
    size: int,
    media_type: str,
    headers: Mapping[str, str],
    *,
    at_once: int = READY_BYTES,
) -> Response:
    """A body at once where its source has at most `at_once` bytes; else in chunks, each made in a thread when the last
    one was sent.

    When the reader leaves, nothing more is made.
    """
    if size <= at_once:
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

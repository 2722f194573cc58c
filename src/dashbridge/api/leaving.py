"""Work for an asker who may leave: a closed page, a cut connection, a proxy that gave up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import ClassVar, TypeVar

from starlette.requests import Request

from dashbridge.kit import DashbridgeError

T = TypeVar("T")


class AskerGone(DashbridgeError):
    """Whoever asked is no longer there; the answer is for nobody."""

    status: ClassVar[int] = 408
    default_code: ClassVar[str] = "asker_gone"


async def unless_gone(request: Request, work: Awaitable[T]) -> T:
    """What `work` gives; it is cancelled when the asker leaves first, and what nobody else waits for ends with it.

    The request's body must have been read, or be empty. Raises AskerGone, and what `work` raises.
    """
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait([working, gone], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise AskerGone("Whoever asked has left")
        return await working
    finally:
        gone.cancel()
        working.cancel()
        await asyncio.wait([working, gone])


async def _gone(request: Request) -> None:
    """Until the asker leaves. A second message of a body tells that there is no connection behind this request."""
    for _ in range(2):
        if (await request.receive())["type"] == "http.disconnect":
            return
    await asyncio.Event().wait()

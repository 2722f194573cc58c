"""Batches of events: tokens joined to about twenty a second, everything else at once, order kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

NativeEvent = tuple[str, dict[str, Any]]

TOKEN_PERIOD_S = 0.05


async def batches(
    queue: asyncio.Queue[NativeEvent | None], *, period_s: float = TOKEN_PERIOD_S
) -> AsyncIterator[list[NativeEvent]]:
    """Batches of what is put into `queue`, until None. A lone token waits up to `period_s` for company."""
    loop = asyncio.get_running_loop()
    ended = False
    while not ended:
        first = await queue.get()
        if first is None:
            return
        batch = [first]
        deadline = loop.time() + period_s
        while not ended:
            patience = deadline - loop.time() if batch[-1][0] == "token" else 0.0
            item = await _next(queue, patience)
            if item is _NOTHING:
                break
            if item is None:
                ended = True
            elif item[0] == "token" and batch[-1][0] == "token":
                batch[-1] = ("token", {"text": batch[-1][1]["text"] + item[1]["text"]})
            else:
                batch.append(item)
        yield batch


_NOTHING: NativeEvent = ("", {})


async def _next(queue: asyncio.Queue[NativeEvent | None], patience: float) -> NativeEvent | None:
    try:
        return queue.get_nowait()
    except asyncio.QueueEmpty:
        if patience <= 0:
            return _NOTHING
    try:
        async with asyncio.timeout(patience):
            return await queue.get()
    except TimeoutError:
        return _NOTHING

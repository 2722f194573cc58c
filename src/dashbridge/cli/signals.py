"""Being told to stop while a process is still opening: what is open is closed, and nothing is an error."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any


async def until_signalled(work: Coroutine[Any, Any, None]) -> None:
    """Run `work`; SIGINT and SIGTERM cancel it, unless it takes them over. Returns either way."""
    loop = asyncio.get_running_loop()
    running = loop.create_task(work)
    told = False

    def stop() -> None:
        nonlocal told
        told = True
        running.cancel()

    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        await running
    except asyncio.CancelledError:
        if not told:
            raise
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)

"""The planner as a provider: it reads the request, and answers with tool calls or a closing text, as a model would."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

from ai_sdk.messages import ToolUse
from ai_sdk.providers.base import Finished, Request, TextDelta, Usage
from dashbridge.catalog import load, loaded
from dashbridge.planner.route import choose_script
from dashbridge.planner.script import Move, Running
from dashbridge.planner.transcript import follows, read_more, read_request


class OfflinePlanner:
    """A Provider without a model: deterministic, no network; the same request gives the same answer.

    It keeps the turn that it answered last, so that a request that only adds tools' answers goes on where it stood;
    any other is read from its start.
    """

    name = "offline"
    model = "offline"

    def __init__(self) -> None:
        self._going: _Going | None = None

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | ToolUse | Finished]:
        """The next tool calls of the turn, or its closing text."""
        if self._going is None or not self._going.takes(request):
            self._going = _Going(request)
        going = self._going
        if not loaded():
            await _read_meanings(wait=going.looked_around)
        move = going.move()
        if not move.calls:
            yield TextDelta(move.text)
            yield Finished("end_turn", Usage())
            return
        for offset, call in enumerate(move.calls):
            yield ToolUse(f"offline_{going.turn_number}_{move.first + offset}", call.name, call.arguments)
        yield Finished("tool_use", Usage())


async def _read_meanings(*, wait: bool) -> None:
    """Read the embeddings beside the first tool of the process's first turn, never on the event loop."""
    if wait:
        await asyncio.to_thread(load)
    else:
        threading.Thread(target=load, name="meanings", daemon=True).start()


class _Going:
    """A turn under way."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._transcript = read_request(request)
        self._script = Running(choose_script(self._transcript))

    @property
    def looked_around(self) -> bool:
        """Whether the next step may compare words with the names that tools gave."""
        return bool(self._transcript.present.calls)

    @property
    def turn_number(self) -> int:
        return len(self._transcript.turns)

    def takes(self, request: Request) -> bool:
        """Whether the request is this turn still; what it adds is read."""
        if not follows(self._request, request):
            return False
        read_more(self._transcript, request.messages[len(self._request.messages) :])
        self._request = request
        return True

    def move(self) -> Move:
        return self._script.move(self._transcript.present)

"""The planner as a provider: it reads the request, and answers with tool calls or a closing text, as a model would."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ai_sdk.messages import ToolUse
from ai_sdk.providers.base import Finished, Request, TextDelta, Usage
from dashbridge.planner.route import choose_script
from dashbridge.planner.script import next_move
from dashbridge.planner.transcript import read_request


class OfflinePlanner:
    """A Provider without a model: deterministic, no network, no memory; the same request gives the same answer."""

    name = "offline"
    model = "offline"

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | ToolUse | Finished]:
        """The next tool calls of the turn, or its closing text."""
        transcript = read_request(request)
        move = next_move(choose_script(transcript), transcript.present)
        turn_number = len(transcript.turns)
        if not move.calls:
            yield TextDelta(move.text)
            yield Finished("end_turn", Usage())
            return
        for offset, call in enumerate(move.calls):
            yield ToolUse(f"offline_{turn_number}_{move.first + offset}", call.name, call.arguments)
        yield Finished("tool_use", Usage())

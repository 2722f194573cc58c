"""What a turn is told of the turns before it: all but those whose question was asked anew."""

from __future__ import annotations

from uuid import UUID

from ai_sdk.log import SessionLog
from ai_sdk.messages import Message, with_all_results


async def history_without(log: SessionLog, superseded: UUID | None) -> tuple[Message, ...]:
    """The conversation so far, fit for a provider; without `superseded` and what earlier turns superseded."""
    turns = await log.turns()
    gone = {line.data.get("supersedes") for turn in turns for line in turn.lines if line.event == "session"}
    gone.add(str(superseded))
    return with_all_results(message for turn in turns if turn.turn_id not in gone for message in turn.messages)

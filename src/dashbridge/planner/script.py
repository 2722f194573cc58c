"""Running a plan as a script of tool calls, with no memory but the messages.

A script is a generator: it yields the calls of one step, is sent their answers, and returns the closing text. For every
request it starts from the top and is fed what the turn's messages already hold; where they end, its next calls are the
answer.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from dashbridge.planner.transcript import Answer, Call, Turn

Script = Generator[Sequence[Call], list[Answer], str]

MISSING = Answer({"message": "the tool gave no answer"}, failed=True)


@dataclass(frozen=True)
class Move:
    """What to do next: calls to make, or (with none) the closing text."""

    calls: tuple[Call, ...] = ()
    text: str = ""
    first: int = 0


def next_move(script: Script, turn: Turn) -> Move:
    """Feed the script the turn's answers; its first step that is not answered yet, or its closing text."""
    used = 0
    try:
        calls = tuple(next(script))
        while True:
            made = turn.calls[used : used + len(calls)]
            if len(made) < len(calls) or any(call.name != use.name for call, use in zip(calls, made, strict=True)):
                return Move(calls, first=used)
            used += len(calls)
            calls = tuple(script.send([turn.answer(use) or MISSING for use in made]))
    except StopIteration as end:
        return Move(text=str(end.value))

"""Running a plan as a script of tool calls.

A script is a generator: it yields the calls of one step, is sent their answers, and returns the closing text. It is fed
what the turn's messages hold; where they end, its next calls are the answer. It knows nothing else, so that whoever has
the messages can run it again from the top to the same place.
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


class Running:
    """A script and how far it has come."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._used = 0
        self._calls: tuple[Call, ...] = ()
        self._said: str | None = None
        self._step(None)

    def move(self, turn: Turn) -> Move:
        """Feed it the answers that the turn holds by now; its first step without them, or its closing text."""
        while self._said is None:
            made = turn.calls[self._used : self._used + len(self._calls)]
            if [use.name for use in made] != [call.name for call in self._calls]:
                return Move(self._calls, first=self._used)
            self._used += len(self._calls)
            self._step([turn.answer(use) or MISSING for use in made])
        return Move(text=self._said)

    def _step(self, answers: list[Answer] | None) -> None:
        try:
            self._calls = tuple(next(self._script) if answers is None else self._script.send(answers))
        except StopIteration as end:
            self._said = str(end.value)

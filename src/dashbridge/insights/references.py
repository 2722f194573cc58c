"""`${ref(name).accessor}`: where an expression asks for an input's value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashbridge.insights.spec import InputSpec
from dashbridge.kit import Problem

_REFERENCE = re.compile(
    r"\$\{[ ]*ref\([ ]*(?P<name>[A-Za-z0-9_\-]{1,63})[ ]*\)[ ]*(?:\.[ ]*(?P<accessor>\w{1,20}))?[ ]*\}"
)
_OPENING = re.compile(r"\$\{|\?\{|\{\{")

ACCESSORS: dict[str, tuple[str, ...]] = {
    "select": ("value",),
    "multi_select": ("values", "min", "max", "first", "last"),
    "date_range": ("from", "to", "until"),
    "number_range": ("min", "max"),
    "text": ("value",),
    "toggle": ("value",),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: `start` and `end` are 0-based offsets into the expression."""

    name: str
    accessor: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"${{ref({self.name}).{self.accessor}}}"


def near(word: str, known: Mapping[str, object] | tuple[str, ...] | list[str]) -> str:
    """A "did you mean" sentence, or the list of what is known."""
    names = list(known)
    guess = difflib.get_close_matches(word, names, n=1, cutoff=0.55)
    if guess:
        return f"did you mean {guess[0]}?"
    return f"known: {', '.join(sorted(names)[:12])}" if names else "none is defined"


def find_references(text: str, inputs: Mapping[str, InputSpec]) -> tuple[list[Reference], list[Problem]]:
    """Every reference of an expression in order, and what is wrong with those that are wrong."""
    found: list[Reference] = []
    problems: list[Problem] = []
    for match in _REFERENCE.finditer(text):
        name, accessor = match["name"], match["accessor"]
        at = f"at character {match.start() + 1}"
        if name not in inputs:
            message = f"{match[0]} {at} names the input {name!r}, which is not defined"
            problems.append(Problem("ref.unknown_input", message, hint=near(name, inputs)))
            continue
        kind = inputs[name].type
        allowed = ACCESSORS[kind]
        if accessor is None or accessor not in allowed:
            said = f"has no accessor .{accessor}" if accessor else "needs an accessor"
            message = f"{match[0]} {at}: a {kind} input {said}"
            shown = " or ".join(f"${{ref({name}).{one}}}" for one in allowed)
            problems.append(Problem("ref.accessor", message, hint=f"write {shown}"))
            continue
        found.append(Reference(name, accessor, match.start(), match.end()))
    rest = _REFERENCE.sub(lambda match: " " * len(match[0]), text)
    if stray := _OPENING.search(rest):
        message = f"{text[stray.start() : stray.start() + 30]!r} at character {stray.start() + 1} is not a reference"
        problems.append(Problem("ref.syntax", message, hint="write ${ref(input_name).accessor}"))
    return found, problems

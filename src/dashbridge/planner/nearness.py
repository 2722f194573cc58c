"""How near what was said is to a value that a column holds."""

from __future__ import annotations

import re
from functools import lru_cache

from dashbridge.planner.spans import Span
from dashbridge.planner.words import stem

EXACT, SAME_LETTERS, SAME_WORDS, STEMS, BEGINS, SHORTENED, MISSPELT = 7, 6, 5, 4, 3, 2, 1
_PARTS = re.compile(r"[^\W_]+")
_PIECES = re.compile(r"[A-Z][a-z]+|[a-z]+|[A-Z]+(?![a-z])|\d+")
_LONG = 9
_MIDDLE = 5
_PLAIN_MIDDLE = 7


def nearness(span: Span, value: str) -> int:
    """0 for nothing in common; else how sure it is that the value is meant, surest 7."""
    said = span.text
    if said == value:
        return EXACT
    if len(value) < 2 or len(said) < 2:
        return 0
    if said.casefold() == value.casefold():
        return SAME_LETTERS
    ours, theirs = _words(said), _words(value)
    if not ours or not theirs or ours[0][0] != theirs[0][0]:
        return 0
    if "".join(ours) == "".join(theirs):
        return SAME_WORDS
    if [stem(word) for word in ours] == [stem(word) for word in theirs]:
        return STEMS
    if theirs[: len(ours)] == ours and len("".join(ours)) > 3:
        return BEGINS
    if _shortened(ours, value):
        return SHORTENED
    return MISSPELT if _misspelt(span, "".join(ours), "".join(theirs)) else 0


@lru_cache(maxsize=4_096)
def _words(text: str) -> list[str]:
    return _PARTS.findall(text.casefold())


def _shortened(ours: list[str], value: str) -> bool:
    """`AsstProf` for "assistant professor": a piece for each of two words or more, each a shorter form of its word."""
    pieces = [piece.lower() for piece in _PIECES.findall(value)]
    return (
        len(ours) > 1
        and len(pieces) == len(ours)
        and all(_short_of(piece, word) for piece, word in zip(pieces, ours, strict=True))
    )


def _short_of(piece: str, word: str) -> bool:
    """The first letter and others in their order: `asst` of assistant."""
    letters = iter(word)
    return len(piece) > 2 and piece[0] == word[0] and all(letter in letters for letter in piece)


def _misspelt(span: Span, ours: str, theirs: str) -> bool:
    if ours[0] != theirs[0] or any(map(str.isdigit, ours)):
        return False
    most = 2 if len(ours) >= _LONG else 1 if len(ours) >= (_MIDDLE if span.named else _PLAIN_MIDDLE) else 0
    return most > 0 and abs(len(ours) - len(theirs)) <= most and _edits(ours, theirs) <= most


def _edits(one: str, other: str) -> int:
    """How many letters to change, add, drop or swap with the next."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        following = [i]
        for j, right in enumerate(other, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]

"""Step 2a: which words are like which words of a column's name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dashbridge.planner.asked.spelling import alike
from dashbridge.planner.lexicon import SMALL
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.words import Token, name_words


def hits_of(column: Column, table: Table, tokens: Sequence[Token], free: set[int]) -> list[tuple[int, str, float]]:
    """Which tokens are like which words of a column's name."""
    words = column_words(column, table)
    joined = "".join(words)
    hits: list[tuple[int, str, float]] = []
    for token in tokens:
        if token.index not in free:
            continue
        if len(words) > 1 and token.stem in (joined, column.name.lower()):
            hits += [(token.index, word, 1.0) for word in words]
            continue
        if token.word in SMALL:
            continue
        counting = token.stem == "count" and column.role == "id"
        hits += [
            (token.index, word, likeness)
            for word in words
            if (likeness := alike(token.stem, word)) >= 0.65 and not (counting and likeness < 1.0)
        ]
    return hits + _numbered(words, hits, tokens, free) + _in_two(words, tokens, free)


def _in_two(words: tuple[str, ...], tokens: Sequence[Token], free: set[int]) -> list[tuple[int, str, float]]:
    """ "job code" is said of a `jobcode`."""
    return [
        (one.index, word, 1.0)
        for one, other in pairwise(tokens)
        for word in words
        if one.index in free and len(word) > 5 and word.startswith(one.stem) and word == one.stem + other.stem
    ]


def _numbered(
    words: tuple[str, ...], hits: list[tuple[int, str, float]], tokens: Sequence[Token], free: set[int]
) -> list[tuple[int, str, float]]:
    """ "department number" is a department's id, where the words are side by side."""
    if len(words) < 2 or words[-1] != "id":
        return []
    return [
        (index + 1, "id", 0.9)
        for index, word, likeness in hits
        if word == words[-2]
        and likeness >= 0.9
        and index + 1 in free
        and tokens[index + 1].word in ("number", "numbers", "no")
    ]


def column_words(column: Column, table: Table) -> tuple[str, ...]:
    """The words of a column's name that mean something."""
    return tuple(word for word in dict.fromkeys(name_words(column.name)) if word not in SMALL) or column.words

"""Words of a question that name nothing the catalog holds: values, perhaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashbridge.planner.asked import grammar
from dashbridge.planner.asked.request import names_chart, read_wanted
from dashbridge.planner.asked.spelling import alike
from dashbridge.planner.asked.values import NEGATIONS
from dashbridge.planner.lexicon import (
    AGGREGATES,
    CHARTS,
    CONDITIONS,
    FILLER,
    GRAINS,
    NUMBER_WORDS,
    SMALL,
    STOP,
    UNITS,
    UNSUPPORTED_AGGREGATES,
)
from dashbridge.planner.periods import read_periods
from dashbridge.planner.schema import Table
from dashbridge.planner.words import Token, name_words

_MOST_WORDS = 5
_MOST_RUNS = 6
_LIKE = 0.65
_FRAME = frozenset().union(
    *(STOP, FILLER, SMALL, NEGATIONS, UNSUPPORTED_AGGREGATES, CHARTS, CONDITIONS, NUMBER_WORDS, UNITS, GRAINS),
    *(grammar.AGGREGATES, grammar.COUNTS, grammar.GROUPING, grammar.SERIES, grammar.GRAINS, grammar.QUALITIES),
    *AGGREGATES.values(),
)


@dataclass(frozen=True)
class Span:
    """Words that may be a value; `named` where they are quoted or capitalised, as names are."""

    tokens: tuple[Token, ...]
    named: bool

    @property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens)

    @property
    def words(self) -> tuple[str, ...]:
        """How readers of the question find it again."""
        return tuple(token.word for token in self.tokens)

    @property
    def places(self) -> set[int]:
        return {token.index for token in self.tokens}


def without_chart(text: str) -> str:
    """A question without the words that say how it is drawn."""
    return read_wanted(text).core if names_chart(text) else text


def runs(said: Sequence[Token], tables: Sequence[Table], today: str) -> list[list[Token]]:
    """Words in a row that are no name, number, date or frame of the sentence, quoted texts alone; at most six."""
    taken: set[int] = set()
    read_periods(tuple(said), today, taken)
    names = {word for table in tables for word in name_words(table.name.replace(".", "_"))}
    names |= {word for table in tables for column in table.columns for word in column.words}

    def unknown(token: Token) -> bool:
        framed = token.word in _FRAME or token.stem in _FRAME or token.index in taken or len(token.word) < 2
        return not framed and all(alike(token.stem, name) < _LIKE for name in names)

    found: list[list[Token]] = [[]]
    for token in said:
        if token.kind == "quoted":
            found += [[token], []]
        elif token.kind != "word" or not (unknown(token) or _capital(token)):
            found.append([])
        else:
            found[-1].append(token)
    return [run for run in found if any(token.kind == "quoted" or unknown(token) for token in run)][:_MOST_RUNS]


def spans(run: Sequence[Token]) -> list[Span]:
    """Every part of a run, the longest first."""
    return [
        Span(tuple(run[at : at + size]), _named(run[at : at + size]))
        for size in range(min(len(run), _MOST_WORDS), 0, -1)
        for at in range(len(run) - size + 1)
    ]


def _named(some: Sequence[Token]) -> bool:
    return all(token.kind == "quoted" or _capital(token) or any(map(str.isdigit, token.text)) for token in some)


def _capital(token: Token) -> bool:
    return token.index > 0 and token.text[:1].isupper() and token.word not in _FRAME

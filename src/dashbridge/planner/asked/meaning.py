"""Step 2b: words that share no letters with any column, linked by what they mean: "residents" to `population`."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dashbridge.catalog import Vectors, embed
from dashbridge.planner.asked.grammar import AGGREGATES, COUNTS, GRAINS, GROUPING, SERIES
from dashbridge.planner.asked.hits import column_words
from dashbridge.planner.asked.links import Link, Links
from dashbridge.planner.lexicon import FILLER, NUMBER_WORDS
from dashbridge.planner.schema import Column
from dashbridge.planner.words import label_words

_LEAST = 0.4
_FRAME = FILLER | GROUPING | SERIES | COUNTS | AGGREGATES.keys() | GRAINS.keys() | NUMBER_WORDS.keys()


def link_meanings(links: Links, blocked: set[int]) -> None:
    """Adds links for words that name nothing else, to columns of the tables in play that are not linked yet."""
    open_words = [
        token
        for token in links.tokens
        if token.kind == "word"
        and token.text.islower()
        and token.text.isalpha()
        and len(token.text) > 3
        and token.index not in blocked
        and token.index not in links.named
        and token.word not in _FRAME
        and links.at(token.index) is None
    ]
    if not open_words:
        return
    near = {link.column.table for link in links.found} | {table.name for table in links.named.values()}
    linked = {link.column for link in links.found}
    columns = [
        (column, " ".join(column_words(column, table)))
        for table in links.tables
        if table.name in near
        for column in table.columns
        if column.role not in ("id", "other")
    ]
    if not columns:
        return
    said = np.stack([_vector(token.word) for token in open_words])
    likeness = np.stack([_likeness(said, column) for column, _ in columns], axis=1)
    for row, token in enumerate(open_words):
        for place, (column, _) in enumerate(columns):
            if column in linked and not _measured(links, token.index):
                likeness[row, place] = 0.0
        best = int(np.argmax(likeness[row]))
        if likeness[row, best] >= _LEAST:
            score = float(likeness[row, best])
            links.found.append(Link(frozenset([token.index]), (columns[best][0],), (score,)))
    links.found.sort(key=lambda link: (link.first, link.last))


def _measured(links: Links, at: int) -> bool:
    """Whether a number stands right before: "2,000 residents" may compare a column that is shown too."""
    return at > 0 and links.tokens[at - 1].kind == "number"


def _likeness(said: Vectors, column: Column) -> Vectors:
    """How near each word is to the column's name as a whole, or to its last word."""
    whole: Vectors = said @ _vector(label_words(column.name))
    words = label_words(column.name).split()
    head: Vectors = said @ _vector(words[-1]) if len(words) > 1 else whole
    found: Vectors = np.maximum(whole, 0.95 * head).astype(np.float32)
    return found


def nearness(word: str, name: str) -> float:
    """How near a word is to a name in meaning, 1 for the same."""
    return float(np.dot(_vector(word), _vector(name)))


@lru_cache(maxsize=20_000)
def _vector(text: str) -> Vectors:
    found: Vectors = embed([text])[0]
    return found

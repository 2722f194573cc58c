"""What a question names and no table has, and what comes nearest to it in meaning."""

from __future__ import annotations

from collections.abc import Sequence

from dashbridge.planner.asked.grammar import COUNTS, GRAINS, GROUPING, SERIES
from dashbridge.planner.asked.meaning import nearness
from dashbridge.planner.asked.spelling import alike
from dashbridge.planner.lexicon import AGGREGATES, CHARTS, FILLER, STOP
from dashbridge.planner.schema import Table
from dashbridge.planner.words import label_words, sentence, tokens

_FRAME = (
    STOP | FILLER | GROUPING | SERIES | COUNTS | GRAINS.keys() | CHARTS.keys() | frozenset(["charts", "graph", "plot"])
)
_LIKELY = 0.3
_MOST = 4


def missing(text: str, tables: Sequence[Table]) -> str:
    """ "Nothing here is called quarks; the nearest is …", or "" where each word is known or none is left."""
    known = {word for table in tables for word in table.words}
    known |= {word for table in tables for column in table.columns for word in column.words}
    aggregates = {word for words in AGGREGATES.values() for word in words}
    said = [
        token
        for token in tokens(text)
        if token.kind == "word" and len(token.text) > 2 and token.text.isalpha() and token.word not in _FRAME
    ]
    lost = [one for one in said if one.word not in aggregates and not any(alike(one.stem, word) for word in known)]
    words = list(dict.fromkeys(token.text for token in lost))[:_MOST]
    if not words:
        return ""
    places = {f"{label_words(column.name)} of {table.label}" for table in tables for column in table.columns}
    names = sorted({*(table.label for table in tables), *places})
    best = max(
        ((nearness(word.lower(), name.partition(" of ")[0]), name) for word in words for name in names), default=None
    )
    quoted = [f'"{word}"' for word in words]
    near = f" The nearest is the {best[1]}." if best is not None and best[0] >= _LIKELY else ""
    return f"Nothing here is called {sentence(quoted, 'or')}.{near}"

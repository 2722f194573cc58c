"""Step 4: from the sentence to the chart that will be built, each part in its role."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from dashbridge.planner.asked.amounts import read_amounts
from dashbridge.planner.asked.axes import read_axes, read_grain
from dashbridge.planner.asked.doubt import close_columns, settled
from dashbridge.planner.asked.filters import read_filters
from dashbridge.planner.asked.grammar import AGGREGATES, GROUPING
from dashbridge.planner.asked.groups import read_groups
from dashbridge.planner.asked.links import Links, link_words
from dashbridge.planner.asked.meaning import link_meanings
from dashbridge.planner.asked.request import Wanted
from dashbridge.planner.asked.route import edges
from dashbridge.planner.asked.sentence import NUMBERS, Amount, Reading, Sentence
from dashbridge.planner.asked.spelling import alike
from dashbridge.planner.asked.values import name_column, value_positions
from dashbridge.planner.periods import Period, read_periods
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.words import Token, tokens

_DAY_OF_WEEK = re.compile(r"\bdays?\s+of\s+(?:the\s+|a\s+)?week\b", re.IGNORECASE)
_Y_WORDS = frozenset(["y", "y-axis", "total", "number", "count", "counts", "value", "amount"])
_BARS = frozenset(["bar", "bars"])
_FRAME = frozenset(["by", "the", "from", "in", "it", "them", "and", "result", "results"])
_X_WORDS = frozenset(["x", "x-axis", "alphabetical", "name", "names"])


def read_chart(wanted: Wanted, tables: Sequence[Table], today: str, choices: Collection[str] = ()) -> Reading | None:
    """The reading of a sentence that names its chart; None when the tables do not hold what it shows.

    `choices` are the options chosen where we asked back.
    """
    said = tokens(_DAY_OF_WEEK.sub("weekday", wanted.core))
    links = link_words(said, tables, set())
    said, clock, periods = _take_periods(links, today)
    links = link_words(said, tables, set()) if periods else links
    values = value_positions(said, links)
    blocked = {at for first, last in values.items() for at in range(first, last + 1)}
    if blocked:
        links = link_words(said, tables, blocked)
    link_meanings(links, blocked)
    settled(links, choices)
    sentence = Sentence(wanted, links, Reading(wanted.kind or "bar", order=wanted.order, limit=wanted.limit))
    reading = sentence.reading
    reading.clock, reading.periods = clock, periods
    reading.filters, reading.missed = read_filters(links, values)
    read_axes(sentence)
    reading.grain = read_grain(sentence)
    reading.binned = any(word in ("bin", "bins", "binned", "binning") for word in sentence.words)
    read_amounts(sentence)
    read_groups(sentence)
    if not _complete(sentence):
        return None
    reading.doubt = close_columns(links, reading, choices)
    _name_keys(sentence, tables)
    _needed_tables(sentence)
    _read_sort(sentence)
    return reading


def _take_periods(links: Links, today: str) -> tuple[tuple[Token, ...], Column | None, tuple[Period, ...]]:
    """Dates and spans taken out of the words, with the column they are about; years may be a column of their own."""
    taken: set[int] = set()
    periods = read_periods(links.tokens, today, taken)
    near = {link.column.table for link in links.found} | {table.name for table in links.named.values()}
    tables = [table for table in links.tables if table.name in near]
    named = [column for link in links.found for column in link.columns[:1] if column.role == "time"]
    clock = next(iter(named), None) or next((table.clock for table in tables if table.clock is not None), None)
    years = any("year" in column.words for table in tables for column in table.columns if column.kind in NUMBERS)
    if not periods or clock is None or years:
        return links.tokens, None, ()
    kept = [token for token in links.tokens if token.index not in taken]
    return tuple(replace(token, index=at) for at, token in enumerate(kept)), clock, periods


def _complete(sentence: Sentence) -> bool:
    reading = sentence.reading
    if reading.kind == "scatter":
        if any(one.kind for one in reading.amounts):
            counted = sentence.counted.name if sentence.counted is not None else None
            reading.amounts = [_aggregated(one, counted) for one in reading.amounts]
        return len(reading.amounts) == 2
    if reading.x is None:
        own = sentence.counted or next(iter(sentence.links.named.values()), None)
        reading.x = name_column(own) if own is not None else None
    if reading.color == reading.x:
        reading.color = None
    shown = [one for one in reading.amounts if one.column is None or one.column != reading.x or one.kind]
    reading.amounts = shown[:1] or [Amount("count", None, 0)]
    if reading.x is not None and reading.x.role == "time" and reading.grain not in (None, "day", "hour"):
        reading.amounts = [_aggregated(one, None) for one in reading.amounts]
    return reading.x is not None


def _aggregated(amount: Amount, counted: str | None) -> Amount:
    """A number beside an aggregate is one too: a level its average, an amount its sum.

    Beside the count of another table's rows it is repeated for each of them, and so averaged.
    """
    if amount.kind is not None or amount.column is None:
        return amount
    repeated = counted is not None and counted != amount.column.table
    return Amount("avg" if amount.column.averaged or repeated else "sum", amount.column, amount.at)


def _name_keys(sentence: Sentence, tables: Sequence[Table]) -> None:
    """A group given by the number of a row elsewhere is shown by that row's name, but where its id is asked."""
    reading = sentence.reading
    stems = {link.column: {sentence.links.tokens[at].stem for at in link.positions} for link in sentence.links.found}
    known = edges(tables)
    both = [*known, *(edge.turned() for edge in known)]
    by_name = {table.name: table for table in tables}

    def named(column: Column | None) -> Column | None:
        if column is None or column.kind not in NUMBERS or "id" in stems.get(column, ()):
            return column
        target = next((edge.right for edge in both if edge.left == column and edge.right.unique), None)
        if target is None or column.unique:
            return column
        return name_column(by_name[target.table]) or column

    reading.x, reading.color, reading.hidden = named(reading.x), named(reading.color), named(reading.hidden)


def _needed_tables(sentence: Sentence) -> None:
    """The tables that must be joined: those of every column, and those whose rows are counted or must exist."""
    reading = sentence.reading
    columns = [reading.x, reading.color, reading.hidden]
    columns += [one.column for one in reading.amounts] + [one.column for one in reading.filters] + [reading.clock]
    names = [column.table for column in columns if column is not None]
    if any(one.kind == "count" for one in reading.amounts):
        named = sentence.links.named
        plain = [
            table for at, table in sorted(named.items()) if not GROUPING & set(sentence.words[max(0, at - 2) : at])
        ]
        counted = sentence.counted or next(iter(plain), None)
        names = ([counted.name] if counted is not None else []) + names + [table.name for table in named.values()]
    reading.tables = list(dict.fromkeys(names))


def _read_sort(sentence: Sentence) -> None:
    """By x or by y: the words say the axis, or name what is on it."""
    reading = sentence.reading
    if reading.order is None or reading.sort is not None:
        return
    said = tokens(sentence.wanted.sort_words)
    words = {token.word for token in said}
    sized = sentence.wanted.by_size and not (words & _BARS and "by" in words)
    if words & _Y_WORDS or (sized and words <= _FRAME | _BARS):
        reading.sort = "y"
    elif words & _X_WORDS or not words:
        reading.sort = "y" if reading.limit else "x"
    else:
        stems = [token.stem for token in said]
        own, other = _likeness(stems, reading.x), _likeness(stems, reading.amounts[0].column)
        aggregate = any(word in AGGREGATES for word in words)
        reading.sort = "y" if other > own or (aggregate and other >= own) else "x"


def _likeness(stems: Sequence[str], column: Column | None) -> float:
    if column is None:
        return 0.0
    return sum(max((alike(stem, word) for stem in stems), default=0.0) for word in column.words) / len(column.words)

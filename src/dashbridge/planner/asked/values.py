"""Step 3, the other half: values — quoted texts and capitalised words — and the columns that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashbridge.planner.asked.links import Link, Links
from dashbridge.planner.asked.spelling import alike
from dashbridge.planner.lexicon import SMALL
from dashbridge.planner.plan import Literal_
from dashbridge.planner.resolve import number_of
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.words import Token

NEGATIONS = frozenset(["not", "no", "except", "excluding", "exclude", "without", "isn't", "never", "besides", "non"])
_NUMBERS = ("integer", "decimal", "float")
_Known = tuple[int, Column, str]


@dataclass(frozen=True)
class Filter:
    """`column op values`; `above_average` compares with the column's own average; `either` is an OR with the last.

    Without a column it is on the number of rows of a group. An op of `absent` keeps rows whose column is not
    among those of `beyond`, of whose rows only those `within` count. `said` is the condition in words, where
    they are not plain from the rest.
    """

    column: Column | None
    op: str
    values: tuple[Literal_, ...]
    first: int
    last: int
    either: bool = False
    above_average: bool = False
    beyond: Column | None = None
    within: tuple[Filter, ...] = ()
    said: str = ""


def value_positions(tokens: tuple[Token, ...], links: Links | None) -> dict[int, int]:
    """Where values stand, as first and last position: quoted texts, and capitalised words that name nothing else."""
    found = {token.index: token.index for token in tokens if token.kind == "quoted"}
    if links is None:
        return found
    known = known_spans([token.word for token in tokens], links.tables)
    at = 0
    while at < len(tokens):
        if at in known:
            found[at] = known[at][0]
            at = found[at] + 1
            continue
        if not at or not _proper(tokens[at], tokens[at - 1], links):
            at += 1
            continue
        end = at
        while end + 1 < len(tokens) and tokens[end + 1].kind == "word" and tokens[end + 1].text[:1].isupper():
            end += 1
        found[at] = end
        at = end + 1
    return found


def known_spans(words: Sequence[str], tables: Sequence[Table]) -> dict[int, _Known]:
    """Where words mean a value that a column knows: first position to last, the column and the value."""
    known = [(one.words, column, one.value) for table in tables for column in table.columns for one in column.known]
    known.sort(key=lambda one: (-len(one[0]), one[1].table, one[1].name))
    found: dict[int, _Known] = {}
    used: set[int] = set()
    for said, column, value in known:
        for at in range(len(words) - len(said) + 1):
            places = set(range(at, at + len(said)))
            if tuple(words[at : at + len(said)]) == said and not places & used:
                found[at] = (at + len(said) - 1, column, value)
                used |= places
    return found


def _proper(token: Token, before: Token, links: Links) -> bool:
    capital = token.kind == "word" and (token.text[:1].isupper() or any(mark.isdigit() for mark in token.text))
    known = token.index in links.named or links.at(token.index) is not None
    begins = before.kind == "mark" or before.word in (",", "?")
    return (
        capital
        and not known
        and not begins
        and (len(token.text) > 1 or before.word == "is")
        and (token.word not in SMALL or len(token.text) == 1)
    )


def drop_link(links: Links, link: Link) -> None:
    """A compared column is no part of what is shown, unless the sentence says it elsewhere too."""
    if link in links.found:
        links.found.remove(link)


def read_values(links: Links, values: dict[int, int], found: list[Filter], missed: list[str]) -> None:
    taken = {at for one in found for at in range(one.first, one.last + 1)}
    places = sorted(place for place in values.items() if place[0] not in taken)
    known = known_spans(links.words, links.tables)
    at = 0
    while at < len(places):
        group = [places[at]]
        while at + 1 < len(places) and _listed(links, known, places[at], places[at + 1]):
            at += 1
            group.append(places[at])
        at += 1
        texts = tuple(" ".join(token.text for token in links.tokens[first : last + 1]) for first, last in group)
        first, last = group[0][0], group[-1][1]
        column, link = _known_column(links, known, group[0]) if first in known else _column_of(links, first, last)
        if first in known:
            texts = tuple(dict.fromkeys(known[place][2] for place, _ in group))
        if column is None:
            missed.append(" or ".join(texts))
            continue
        negative = any(word in NEGATIONS for word in links.words[max(0, first - 7) : first])
        op = ("<>" if negative else "=") if len(texts) == 1 else ("not in" if negative else "in")
        if link is not None:
            drop_link(links, link)
            first, last = min(first, link.first), max(last, link.last)
        found.append(Filter(column, op, tuple(_typed(column, text) for text in texts), first, last))


def _listed(links: Links, known: Mapping[int, _Known], one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two values stand in one list: of one column, where their columns are known."""
    joined = set(links.words[one[1] + 1 : other[0]]) <= {"and", "or", ","}
    left, right = known.get(one[0]), known.get(other[0])
    return joined and (left and left[1]) == (right and right[1])


def _known_column(
    links: Links, known: Mapping[int, _Known], place: tuple[int, int]
) -> tuple[Column | None, Link | None]:
    """The column that knows the value, and the words beside it that only name that column."""
    column = known[place[0]][1]
    beside = (
        link
        for link in links.found
        if link.column == column and (1 <= place[0] - link.last <= 2 or 1 <= link.first - place[1] <= 2)
    )
    return column, next(beside, None)


def _typed(column: Column, text: str) -> Literal_:
    number = number_of(text) if column.kind in _NUMBERS else None
    return text if number is None else number


def _column_of(links: Links, first: int, last: int) -> tuple[Column | None, Link | None]:
    """A column named beside the value; else the name column of a table named beside it; else the likeliest text."""
    scored: list[tuple[float, Column, Link | None]] = []
    for link in links.found:
        column = next((one for one in link.columns if one.kind == "text"), None)
        if column is None:
            continue
        gap = first - link.last if link.last < first else link.first - last
        barred = "," in links.words[min(link.last, last) : max(link.first, first)]
        if 1 <= gap <= 4 and not barred:
            scored.append((2.0 - 0.3 * gap, column, link))
    for at, table in links.named.items():
        gap = first - at if at < first else at - last
        named = name_column(table)
        if named is not None and 1 <= gap <= 4:
            scored.append((1.9 - 0.3 * gap, named, None))
    inside = {token.stem for token in links.tokens[first : last + 1]}
    for table in links.tables:
        for column in table.columns:
            shared = [word for word in column.words if word in inside]
            if column.kind == "text" and shared:
                scored.append((1.5 + (0.3 if column.words[-1:] in (("name",), ("title",)) else 0.0), column, None))
    if not scored:
        loose = _loose(links, first)
        return loose, None
    best = max(scored, key=lambda one: (one[0], -(one[1].distinct or 0), one[1].name))
    return best[1], best[2]


def _loose(links: Links, first: int) -> Column | None:
    """A category of the tables in play whose name shares a word with the sentence, a code or a type first."""
    near = {link.column.table for link in links.found} | {table.name for table in links.named.values()}
    scored: list[tuple[float, str, Column]] = []
    for table in links.tables:
        if table.name not in near:
            continue
        for column in table.columns:
            if column.kind != "text" or column.role == "id":
                continue
            said = sum(
                max((alike(token.stem, word) for token in links.tokens if abs(token.index - first) <= 6), default=0.0)
                for word in column.words
            )
            few = 0.5 if not column.unique else 0.0
            kind = 0.3 if set(column.words) & {"code", "type", "method", "status", "name"} else 0.0
            scored.append((said + few + kind, column.name, column))
    return max(scored, key=lambda one: (one[0], one[1]))[2] if scored else None


def name_column(table: Table) -> Column | None:
    """The text column that names the table's rows."""
    texts = [column for column in table.columns if column.kind == "text"]
    for wanted in ((*table.words, "name"), ("name",), ("title",), (*table.words[-1:], "name")):
        for column in texts:
            if column.words == wanted:
                return column
    for column in texts:
        if column.words[-1:] in (("name",), ("title",)):
            return column
    return next((column for column in texts if set(column.words) & set(table.words)), None)

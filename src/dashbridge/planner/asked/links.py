"""Step 2: which words mean which columns and tables, over all tables at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from dashbridge.planner.asked.grammar import GENERIC
from dashbridge.planner.asked.hits import column_words, hits_of
from dashbridge.planner.asked.spelling import alike
from dashbridge.planner.lexicon import FILLER
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.words import Token

_NEAR = 3
_LEAST = 0.5
_MOST = 8
_RIVALS = 4
_BEFORE_VERB = frozenset([",", "?", ";", "and", "please", "then", "to", "you"])
_OWN = frozenset(["id", "key", "code", "number"])  # two names never share such a word


@dataclass(frozen=True)
class Link:
    """The words at `positions` mean one of `columns`, the likeliest first."""

    positions: frozenset[int]
    columns: tuple[Column, ...]
    scores: tuple[float, ...]

    @property
    def column(self) -> Column:
        return self.columns[0]

    @property
    def score(self) -> float:
        return self.scores[0]

    @property
    def first(self) -> int:
        return min(self.positions)

    @property
    def last(self) -> int:
        return max(self.positions)


@dataclass
class Links:
    """The tokens of the sentence with what they mean; `named` are tables by the position of a word that names them."""

    tokens: tuple[Token, ...]
    tables: tuple[Table, ...]
    found: list[Link] = field(default_factory=list)
    named: dict[int, Table] = field(default_factory=dict)
    _hits: dict[Column, list[tuple[int, str, float]]] = field(default_factory=dict)

    def table(self, column: Column) -> Table:
        return next(table for table in self.tables if table.name == column.table)

    def hits(self, column: Column, table: Table, free: set[int]) -> list[tuple[int, str, float]]:
        """Which tokens are like which words of a column's name; worked out once."""
        if column not in self._hits:
            self._hits[column] = hits_of(column, table, self.tokens, free)
        return self._hits[column]

    def at(self, position: int) -> Link | None:
        """The link that uses a position."""
        return next((link for link in self.found if position in link.positions), None)

    @property
    def words(self) -> list[str]:
        return [token.word for token in self.tokens]


def drop_positions(links: Links, positions: set[int]) -> None:
    """Forget what words mean: they are understood otherwise."""
    links.found = [link for link in links.found if not link.positions & positions]


def link_words(tokens: tuple[Token, ...], tables: Sequence[Table], blocked: set[int]) -> Links:
    """Columns and tables the words mean; `blocked` positions are values and the like."""
    links = Links(tokens, tuple(tables))
    free = {token.index for token in tokens if token.kind in ("word",) and token.index not in blocked}
    for token in tokens:
        verb = token.index == 0 or tokens[token.index - 1].word in _BEFORE_VERB
        whole = not verb and any(table.words == (token.stem,) for table in tables)
        if token.index in free and (token.word not in FILLER or whole):
            table = _named_table(token, tokens, tables)
            if table is not None:
                links.named[token.index] = table
    used: set[int] = set()
    for _ in range(_MOST):
        best = _best(links, free, used)
        if best is None:
            break
        links.found.append(best)
        used |= best.positions
    links.found.sort(key=lambda link: (link.first, link.last))
    _settle(links)
    _name_of_table(links)
    return links


def _named_table(token: Token, tokens: tuple[Token, ...], tables: Sequence[Table]) -> Table | None:
    found: list[tuple[float, Table]] = []
    for table in tables:
        words = table.words
        likeness = [alike(token.stem, word) for word in words]
        if not likeness or max(likeness) < 0.65:
            if token.stem.replace(" ", "") == "".join(words):
                found.append((1.0, table))
            continue
        near = {tokens[at].stem for at in range(max(0, token.index - 2), min(len(tokens), token.index + 3))}
        covered = sum(max((alike(stem, word) for stem in near), default=0.0) for word in words) / len(words)
        head = max(likeness) if likeness[-1] >= 0.65 else 0.5 * max(likeness)
        found.append((head * covered, table))
    best = max(found, key=lambda one: (one[0], -len(one[1].words)), default=None)
    return best[1] if best and best[0] >= 0.5 else None


def _best(links: Links, free: set[int], used: set[int]) -> Link | None:
    scored: list[tuple[float, frozenset[int], Column]] = []
    for table in links.tables:
        for column in table.columns:
            scored += _mentions(column, table, links, free, used)
    if not scored:
        return None
    scored.sort(key=lambda one: (-one[0], min(one[1]), one[2].table, one[2].name))
    score, positions, _ = scored[0]
    rivals: dict[Column, float] = {}
    whole = scored[0][2].words == tuple(links.tokens[at].stem for at in sorted(positions))
    for other, where, column in scored:
        part = whole and len(column.words) > len(where)
        if where & positions - used and other >= score - 0.35 and len(rivals) < _RIVALS and not part:
            rivals.setdefault(column, other)
    return Link(positions, tuple(rivals), tuple(rivals.values()))


def _mentions(
    column: Column, table: Table, links: Links, free: set[int], used: set[int]
) -> list[tuple[float, frozenset[int], Column]]:
    words = column_words(column, table)
    hits = links.hits(column, table, free)
    found: list[tuple[float, frozenset[int], Column]] = []
    if not hits:
        return found
    total = sum(GENERIC.get(word, 1.0) for word in words)
    fillers = {token.index for token in links.tokens if token.word in FILLER}
    for anchor in sorted({index for index, _, _ in hits} - used):
        near: dict[str, tuple[int, float]] = {}
        for index, word, likeness in hits:
            if index in used and word in _OWN:
                continue
            worth = likeness * (0.5 if index in used else 1.0) - 0.01 * abs(index - anchor)
            if abs(index - anchor) <= _NEAR and worth > near.get(word, (0, 0.0))[1]:
                near[word] = (index, worth)
        positions = frozenset(index for index, _ in near.values())
        coverage = sum(GENERIC.get(word, 1.0) * min(1.0, worth) for word, (_, worth) in near.items()) / total
        exact = len(words) > 1 or all(links.tokens[at].stem == words[0] for at in positions)
        if positions - used <= fillers and (coverage < 0.7 or not exact):
            continue
        score = sum(worth for _, worth in near.values()) * (0.35 + 0.65 * coverage)
        score = _adjusted(score, coverage, column, table, links, positions, anchor)
        if score >= _LEAST:
            found.append((score, positions, column))
    return found


def _adjusted(
    score: float, coverage: float, column: Column, table: Table, links: Links, positions: frozenset[int], anchor: int
) -> float:
    own = [at for at in positions if at in links.named and links.named[at].name == table.name]
    if len(own) == len(positions) and (coverage < 0.95 or column.role == "time"):
        score *= 0.4
    elif any(at in links.named for at in positions) and len(positions) == 1 and coverage < 0.75:
        score *= 0.6
    if column.words[-1:] in (("id",), ("key",)) and all(at in links.named for at in positions):
        return 0.0
    if len(positions) == 1 and not own and any(_names(links, at, column) for at in positions):
        score *= 0.45
    if column.role == "id" and not {"id", "number", "code", "phone"} & {links.tokens[at].stem for at in positions}:
        score *= 0.35
    beside = [
        at
        for at, named in links.named.items()
        if named.name == table.name and 1 <= min(abs(at - p) for p in positions) <= 3
    ]
    return score + (0.3 if beside else 0.0)


def _names(links: Links, at: int, column: Column) -> bool:
    """Whether the word at a position is the whole name of another table, which this column only points to."""
    table = links.named.get(at)
    return table is not None and table.name != column.table and column.words == table.words[-len(column.words) :]


def _name_of_table(links: Links) -> None:
    """ "the airline name": a name right behind a table is that table's."""
    for at, table in links.named.items():
        link = links.at(at + 1)
        if link is None or links.tokens[at + 1].stem != "name" or link.positions != {at + 1}:
            continue
        own = next((one for one in table.columns if one.kind == "text" and one.words == table.words), None)
        if own is not None and link.column.table != table.name:
            links.found[links.found.index(link)] = Link(link.positions | {at}, (own,), (1.0,))


def _settle(links: Links) -> None:
    """Among rivals, the choice that fits best and needs the fewest tables, those that the sentence names first."""
    open_ones = [link for link in links.found if len(link.columns) > 1]
    if not open_ones:
        return
    named = {table.name for table in links.named.values()}
    fixed = {link.column.table for link in links.found if len(link.columns) == 1}
    best: tuple[float, tuple[int, ...]] | None = None
    for choice in product(*(range(len(link.columns)) for link in open_ones[:5])):
        tables = fixed | {link.columns[at].table for link, at in zip(open_ones, choice, strict=False)}
        worth = sum(link.scores[at] for link, at in zip(open_ones, choice, strict=False))
        worth -= 0.3 * len(tables) + 0.15 * len(tables - named)
        if best is None or worth > best[0] + 1e-9:
            best = (worth, choice)
    for link, at in zip(open_ones, best[1] if best else (), strict=False):
        order = [at, *(other for other in range(len(link.columns)) if other != at)]
        place = links.found.index(link)
        links.found[place] = Link(
            link.positions, tuple(link.columns[one] for one in order), tuple(link.scores[one] for one in order)
        )

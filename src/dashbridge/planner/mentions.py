"""Step 2: link words of the question to columns and tables, as if one table were the base."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from dashbridge.planner.joins import Join, reachable
from dashbridge.planner.lexicon import ID_PIECES, NAME_PIECES, STOP, UNITS
from dashbridge.planner.question import Question
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.words import Token, same, stem

_SUPPORTING = STOP - frozenset(["rate", "value", "result", "results", "share"])
_CLOSE = 0.05
UNIT_WORDS = frozenset(stem(word) for word in UNITS)


@dataclass(frozen=True)
class Mention:
    """Words at `positions` mean `column`; `rivals` are columns that fit just as well."""

    positions: frozenset[int]
    column: Column
    score: float
    rivals: tuple[Column, ...] = ()
    said: str = ""

    @property
    def first(self) -> int:
        return min(self.positions)

    @property
    def last(self) -> int:
        return max(self.positions)


@dataclass
class Linked:
    """The question read against one base table and what can be joined to it."""

    base: Table
    tables: dict[str, Table]
    paths: dict[str, tuple[Join, ...]]
    mentions: list[Mention] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    unknown: list[Token] = field(default_factory=list)
    score: float = 0.0


def link(question: Question, base: Table, tables: Sequence[Table]) -> Linked:
    """Every column and table the words mean; a word belongs to one column unless two share a head word."""
    paths = reachable(base, tables)
    linked = Linked(base, {table.name: table for table in tables if table.name in paths}, paths)
    content = [
        token for token in question.tokens if token.kind in ("word", "quoted") and token.index not in question.taken
    ]
    for table in sorted(linked.tables.values(), key=lambda one: one.name != base.name):
        _name_table(table, content, linked)
    candidates = _candidates(linked, content)
    _choose(candidates, linked, question)
    used = {position for mention in linked.mentions for position in mention.positions} | set(linked.named.values())
    linked.unknown = [
        token
        for token in content
        if token.index not in used and token.word not in STOP and token.stem not in STOP and token.kind == "word"
    ]
    linked.score = _score(question, linked)
    return linked


def _name_table(table: Table, content: Sequence[Token], linked: Linked) -> None:
    for token in content:
        heads = table.words[-1:] if len(table.words) > 1 else table.words
        likeness = max((same(token.stem, word) for word in heads), default=0.0)
        if (
            likeness >= 0.8
            and (token.word not in STOP or likeness == 1.0)
            and not (likeness < 1 and table.name != linked.base.name)
        ):
            linked.named.setdefault(table.name, token.index)
            if likeness == 1.0:
                linked.named[table.name] = token.index
                return


def _candidates(linked: Linked, content: Sequence[Token]) -> list[Mention]:
    found: list[Mention] = []
    for table in linked.tables.values():
        for column in table.columns:
            if column.role == "other" or _far_key(column, linked):
                continue
            found += _column_mentions(column, table, linked, content)
    return found


def _far_key(column: Column, linked: Linked) -> bool:
    path = linked.paths[column.table]
    return bool(path) and path[-1].right == column


def _column_mentions(column: Column, table: Table, linked: Linked, content: Sequence[Token]) -> list[Mention]:
    hits = [(token, word, same(token.stem, word)) for token in content for word in column.words]
    hits = [hit for hit in hits if hit[2] > 0]
    found: list[Mention] = []
    for anchor, word, _ in hits:
        if anchor.word in _SUPPORTING and not (
            len(column.words) == 1 and anchor.stem == word and anchor.word not in ("time", "order")
        ):
            continue
        near: dict[str, tuple[int, float]] = {}
        for token, other, likeness in hits:
            if abs(token.index - anchor.index) <= 3 and likeness > near.get(other, (0, 0.0))[1]:
                near[other] = (token.index, likeness)
        found.append(_mention(column, table, linked, content, near))
    return [mention for mention in found if mention.score > 0]


def _mention(
    column: Column, table: Table, linked: Linked, content: Sequence[Token], near: dict[str, tuple[int, float]]
) -> Mention:
    positions = frozenset(index for index, _ in near.values())
    total = sum(likeness for _, likeness in near.values())
    coverage = len(near) / len(set(column.words))
    score = total * (0.5 + 0.5 * coverage)
    if _head(column) not in near:
        score = 0.0 if len(near) < len(column.words) else score
    far = column.table != linked.base.name
    beside = [
        token.index
        for token in content
        if min(abs(token.index - at) for at in positions) == 1
        and token.index not in positions
        and any(same(token.stem, word) for word in table.words)
    ]
    if far and beside and score:
        score, positions = score + 0.9, positions | {beside[0]}
    if (
        column.words in (("name",), ("title",), ("label",), ("year",), ("id",), ("type",), ("code",))
        and far
        and not beside
    ):
        score *= 0.5
    named_itself = linked.named.get(linked.base.name)
    if column.role == "id" and positions == {named_itself}:
        score = 0.0
    return Mention(positions, column, score * (0.9 if far else 1.0))


def _head(column: Column) -> str:
    """The word a name turns on: `dep_delay` -> delay, `customer_id` -> customer."""
    skipped = ID_PIECES | NAME_PIECES | UNIT_WORDS
    plain = [word for word in column.words if word not in skipped and not word.isdigit()]
    return plain[-1] if plain else column.words[-1]


def _choose(candidates: list[Mention], linked: Linked, question: Question) -> None:
    candidates.sort(
        key=lambda one: (
            -one.score,
            len(one.column.words),
            one.column.table != linked.base.name,
            one.first,
            one.column.name,
        )
    )
    taken: dict[int, Column] = {}
    for mention in candidates:
        free = mention.positions - taken.keys()
        shared = mention.positions & taken.keys()
        whole = len(mention.positions) >= len(set(mention.column.words)) > 1
        if not free or (shared and not whole) or any(mention.column == one.column for one in linked.mentions):
            continue
        rivals = tuple(
            dict.fromkeys(
                one.column
                for one in candidates
                if one.positions == mention.positions
                and one.column != mention.column
                and abs(one.score - mention.score) < _CLOSE
                and one.column.role == mention.column.role
                and one.column.name != mention.column.name
                and (one.column.table == linked.base.name) == (mention.column.table == linked.base.name)
            )
        )
        said = " ".join(question.tokens[at].word for at in sorted(mention.positions))
        linked.mentions.append(Mention(mention.positions, mention.column, mention.score, rivals, said))
        taken.update(dict.fromkeys(mention.positions, mention.column))
    linked.mentions.sort(key=lambda one: (one.first, one.last))
    columns_at = set(taken)
    linked.named = {name: at for name, at in linked.named.items() if at not in columns_at or name == linked.base.name}


def _score(question: Question, linked: Linked) -> float:
    score = sum(mention.score for mention in linked.mentions)
    for name, _ in linked.named.items():
        score += 1.0 if name == linked.base.name else 0.4
    score -= 0.4 * len(linked.unknown) if score else 0.0
    if score and (question.grain or question.over_time or question.periods):
        score += 0.5 if linked.base.has_time else -0.5
    if score and not linked.base.with_role("measure"):
        score -= 0.6 if question.aggregates else 0.3
    if (
        any(linked.named.get(linked.base.name, -9) - at in (1, 2) for at in question.counted)
        and "distinct" not in question.aggregates.values()
    ):
        score += 0.8
    return score + (0.01 * math.log10((linked.base.rows or 1) + 1) if score else 0.0)

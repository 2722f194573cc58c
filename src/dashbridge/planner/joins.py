"""Which tables can be joined to which: by names of keys, and by what descriptions say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dashbridge.planner.schema import Column, Table
from dashbridge.planner.words import name_words

_GENERIC_KEYS = (("id",), ("key",), ("code",), ("uuid",))


@dataclass(frozen=True)
class Join:
    """`left.column = right.column`, where the right side has at most one row for a key (so no row is counted twice)."""

    left: Column
    right: Column

    @property
    def table(self) -> str:
        return self.right.table


def find_joins(base: Table, tables: Sequence[Table]) -> list[Join]:
    """Joins out of `base` to tables whose key is unique, the surest first; one for a left column and a table."""
    found: list[tuple[int, Join]] = []
    for table in tables:
        if table.name != base.name:
            found += _between(base, table)
    found.sort(key=lambda item: (-item[0], item[1].left.name, item[1].right.table, item[1].right.name))
    kept: dict[tuple[str, str], Join] = {}
    for _, join in found:
        kept.setdefault((join.left.name, join.table), join)
    return list(kept.values())


@lru_cache(maxsize=2_048)  # each base of a question asks the same again, and so does the next question
def _between(base: Table, table: Table) -> tuple[tuple[int, Join], ...]:
    """The joins from one table to another, with how sure each is."""
    lefts = [left for left in base.columns if left.role not in ("time", "part", "clock")]
    return tuple(
        (strength, Join(left, right))
        for right in table.columns
        if _is_key(right, table)
        for left in lefts
        if (strength := _strength(left, right, table))
    )


def _is_key(right: Column, table: Table) -> bool:
    if right.role in ("time", "part", "clock", "other"):
        return False
    return right.unique if right.distinct is not None and right.rows else _looks_key(right, table)


def _strength(left: Column, right: Column, table: Table) -> int:
    if left.kind != right.kind:
        return 0
    named = f"{table.short}.{right.name}".lower()
    if named in left.description.lower() and re.search(rf"\b{re.escape(named)}\b", left.description, re.IGNORECASE):
        return 4
    if (
        left.words == right.words
        and right.words not in _GENERIC_KEYS
        and left.role != "measure"
        and not _name_like(right)
    ):
        return 3
    if right.words in _GENERIC_KEYS and left.words == (*_singular(table), *right.words):
        return 2
    if (
        right.words in _GENERIC_KEYS
        and len(left.words) > 1
        and left.words[-1:] == right.words
        and left.words[-2:-1] == _singular(table)[-1:]
    ):
        return 1
    return 0


def _looks_key(column: Column, table: Table) -> bool:
    return (
        column.words in _GENERIC_KEYS
        or column.words == (*_singular(table), "id")
        or column.words[:-1] == _singular(table)
    )


def _name_like(column: Column) -> bool:
    return column.words[-1:] == ("name",) or column.words in (("name",), ("title",), ("description",))


def _singular(table: Table) -> tuple[str, ...]:
    return name_words(table.short)


def reachable(base: Table, tables: Sequence[Table]) -> dict[str, tuple[Join, ...]]:
    """Tables reached from `base` in at most two joins, with the path to each (the base has the empty path)."""
    by_name = {table.name: table for table in tables}
    paths: dict[str, tuple[Join, ...]] = {base.name: ()}
    frontier = [base.name]
    for _ in range(2):
        following: list[str] = []
        for name in frontier:
            for join in find_joins(by_name[name], tables):
                if join.table not in paths:
                    paths[join.table] = (*paths[name], join)
                    following.append(join.table)
        frontier = following
    return paths

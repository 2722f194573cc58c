"""Search a catalog by names and descriptions: which tables and columns do these words mean?"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from dashbridge.catalog.synonyms import SYNONYMS
from dashbridge.connections import GatedWarehouse
from dashbridge.warehouse.base import Table, TableSchema

_WORD = re.compile(r"[a-z]+|[0-9]+")
_MAX_TABLES = 300
_AT_ONCE = 8
_ALIKE = 2 / 3
_NOTED = 1 / 3


@dataclass(frozen=True, slots=True)
class Match:
    """A table (`column` None) or one of its columns; `score` is the share of the words found, names before notes."""

    table: str
    column: str | None
    score: float


async def search_catalog(warehouse: GatedWarehouse, text: str, *, limit: int = 20) -> list[Match]:
    """The best matches, best first, over at most 300 tables. Reads names and comments, never rows."""
    words = split_words(text)
    if not words:
        return []
    tables: list[Table] = []
    for dataset in await warehouse.list_datasets():
        tables += await warehouse.list_tables(dataset.name)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def read(table: Table) -> TableSchema:
        async with turns:
            return await warehouse.table_schema(table.name)

    schemas = await asyncio.gather(*(read(table) for table in tables[:_MAX_TABLES]))
    matches = [match for schema in schemas for match in _matches(schema, words)]
    return sorted(matches, key=lambda m: (-m.score, m.column is not None, m.table, m.column or ""))[:limit]


def split_words(text: str) -> set[str]:
    """The words of a name or sentence: lower case, snake and camel case parted, plain plurals cut."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower()
    return {_singular(word) for word in _WORD.findall(parted)}


def _matches(schema: TableSchema, words: set[str]) -> list[Match]:
    name = f"{schema.table.name.dataset}.{schema.table.name.name}"
    found = [Match(name, None, _score(words, schema.table.name.name, schema.table.description))]
    found += [Match(name, c.name, _score(words, c.name, c.description)) for c in schema.columns]
    return [match for match in found if match.score > 0]


def _score(words: set[str], name: str, description: str | None) -> float:
    return share_of_words(words, split_words(name), split_words(description or ""))


def share_of_words(words: set[str], own: set[str], notes: set[str]) -> float:
    """How many of the words a name has; others that stand for them count two thirds, words of its description one."""
    worth = (1.0 if word in own else _ALIKE if own & others_for(word) else _NOTED * (word in notes) for word in words)
    return round(sum(worth) / len(words), 4)


def others_for(word: str) -> frozenset[str]:
    """Words that stand for a word as `split_words` gives it, without itself."""
    return _OTHERS.get(word, frozenset())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _others() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in SYNONYMS:
        words = frozenset(_singular(word) for word in group)
        for word in words:
            found[word] = found.get(word, frozenset()) | words - {word}
    return found


_OTHERS = _others()

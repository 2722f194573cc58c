"""The index of a connection's names: words and meanings of its tables and columns, kept in the directory.

It holds what the last searches read. Tables that are new are read when somebody searches; so are all after a scan, and
those that were seen to differ, of which only what changed is written anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from dashbridge.catalog.meaning import Vectors, embed
from dashbridge.catalog.search import Match, others_for, share_of_words, split_words
from dashbridge.connections import GatedWarehouse
from dashbridge.directory import words as rows
from dashbridge.directory.words import Named, Near
from dashbridge.postgres import Database
from dashbridge.sharing import Action, Actor, require
from dashbridge.warehouse.base import Table, TableSchema

_log = logging.getLogger(__name__)
_MOST_TABLES = 2_000
_AT_ONCE = 8
_MOST_WORDS = 12
_NEAR_EACH = 12
_LEAST_LIKENESS = 0.4


class CatalogIndex:
    """Finds tables and columns by words, theirs or others that mean the same."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._compares: bool | None = None

    async def search(self, actor: Actor, warehouse: GatedWarehouse, text: str, *, limit: int = 20) -> list[Match]:
        """The best matches, best first. Reads names and comments, never rows. Raises Forbidden, Unavailable."""
        require(actor, Action.CHAT)
        words = split_words(text)
        if not words:
            return []
        await self.refresh(actor, warehouse)
        listed = sorted(set(text.lower().split()), key=lambda word: (-len(word), word))[:_MOST_WORDS]
        vectors = await asyncio.to_thread(embed, [text, *listed])
        async with self._database.team(actor.team_id) as session:
            meant = words.union(*(others_for(word) for word in words))
            shared = await rows.with_words(session, warehouse.connection_id, meant)
            if await self._server_compares(session):
                near = await rows.nearest(session, warehouse.connection_id, vectors.tolist(), most=_NEAR_EACH)
            else:
                near = await _nearest_here(session, warehouse.connection_id, vectors)
        scores = {(table, column): share_of_words(words, own, notes) for table, column, own, notes in shared}
        for one in near:
            if one.likeness >= _LEAST_LIKENESS:
                worth = round(0.5 * one.likeness / (1 if one.at == 0 else len(listed)), 4)
                scores[one.table, one.column] = max(scores.get((one.table, one.column), 0.0), worth)
        found = [Match(table, column or None, score) for (table, column), score in scores.items() if score > 0]
        return sorted(found, key=lambda m: (-m.score, m.column is not None, m.table, m.column or ""))[:limit]

    async def _server_compares(self, session: AsyncSession) -> bool:
        """Whether the server compares vectors; where it does not, the log says so once."""
        if self._compares is None:
            self._compares = await rows.compares_vectors(session)
            if not self._compares:
                _log.warning(
                    "The directory has no pgvector: searches of the catalog compare meanings in this process, which is"
                    " slower. Run CREATE EXTENSION vector before the first migration to have the server do it"
                )
        return self._compares

    async def refresh(self, actor: Actor, warehouse: GatedWarehouse) -> int:
        """Read the tables that are new or may have changed, forget those that are gone; how many were read.

        Only what changed is compared by meaning and written anew.
        """
        listed: dict[str, Table] = {}
        for dataset in await warehouse.list_datasets():
            for table in await warehouse.list_tables(dataset.name):
                listed[f"{table.name.dataset}.{table.name.name}"] = table
        connection_id = warehouse.connection_id
        async with self._database.team(actor.team_id) as session:
            known = await rows.known_tables(session, connection_id)
        wanted = [name for name in sorted(listed) if known.get(name, True)][:_MOST_TABLES]
        gone = known.keys() - listed.keys()
        if not wanted and not gone:
            return 0
        turns = asyncio.Semaphore(_AT_ONCE)

        async def read(table: Table) -> TableSchema:
            async with turns:
                return await warehouse.table_schema(table.name)

        entries = _parted(await asyncio.gather(*(read(listed[name]) for name in wanted)))
        async with self._database.team(actor.team_id) as session:
            held = await rows.names_of(session, connection_id, [name for name in wanted if name in known])
        changed = _changed(entries, held)
        named = await asyncio.to_thread(_named, [one for one in entries if one.table in changed])
        async with self._database.team(actor.team_id) as session:
            await rows.drop_tables(session, connection_id, gone | changed)
            await rows.add(session, connection_id, named)
            await rows.trust_tables(session, connection_id, set(wanted) - changed)
        return len(wanted)

    async def noticed(self, actor: Actor, connection_id: UUID, schema: TableSchema) -> None:
        """A table was read for another reason: where it is not as the index holds it, the next search reads it."""
        entries = _parted([schema])
        async with self._database.team(actor.team_id) as session:
            held = await rows.names_of(session, connection_id, [entries[0].table])
            if held and _changed(entries, held):
                await rows.doubt_tables(session, connection_id, [entries[0].table])


@dataclass(frozen=True, slots=True)
class _Entry:
    """A table (`column` "") or a column of it, with the words of its name and its description."""

    table: str
    column: str
    words: frozenset[str]
    notes: frozenset[str]


def _parted(schemas: Sequence[TableSchema]) -> list[_Entry]:
    """Every table and column with its words, each table before its columns."""
    found: list[_Entry] = []
    for schema in schemas:
        table = f"{schema.table.name.dataset}.{schema.table.name.name}"
        given = [("", schema.table.name.name, schema.table.description or "")]
        given += [(column.name, column.name, column.description or "") for column in schema.columns]
        for column, name, note in given:
            own = frozenset(split_words(name))
            found.append(_Entry(table, column, own, frozenset(split_words(note)) - own))
    return found


def _changed(
    entries: Sequence[_Entry], held: Mapping[tuple[str, str], tuple[frozenset[str], frozenset[str]]]
) -> set[str]:
    """The tables that are not as they are held."""
    mended = {one.table for one in entries if held.get((one.table, one.column)) != (one.words, one.notes)}
    return mended | {table for table, _ in held.keys() - {(one.table, one.column) for one in entries}}


def _named(entries: Sequence[_Entry]) -> list[Named]:
    """The entries with their meanings."""
    vectors = embed([" ".join(sorted(one.words)) for one in entries]).tolist()
    return [
        Named(one.table, one.column, tuple(sorted(one.words)), tuple(sorted(one.notes)), vector)
        for one, vector in zip(entries, vectors, strict=True)
    ]


async def _nearest_here(session: AsyncSession, connection_id: UUID, vectors: Vectors) -> list[Near]:
    """What the server would find, found here, some names at a time: for a PostgreSQL without pgvector."""
    best: list[list[Near]] = [[] for _ in vectors]
    after = ("", "")
    while held := await rows.some_vectors(session, connection_id, after):
        after = held[-1][:2]
        likeness = np.asarray([vector for _, _, vector in held], dtype=np.float32) @ vectors.T
        for at, found in enumerate(best):
            nearest = np.argsort(-likeness[:, at], kind="stable")[:_NEAR_EACH]
            found += [Near(at, held[one][0], held[one][1], float(likeness[one, at])) for one in nearest]
            found.sort(key=lambda near: (-near.likeness, near.table, near.column))
            del found[_NEAR_EACH:]
    return [near for found in best for near in found]

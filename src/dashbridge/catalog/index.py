"""The index of a connection's names: words and meanings of its tables and columns, kept in the directory.

It holds what the last searches and scans read; tables that are new are read when somebody searches, a scan forgets all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from dashbridge.catalog.meaning import embed
from dashbridge.catalog.search import Match, share_of_words, split_words
from dashbridge.connections import GatedWarehouse
from dashbridge.directory import words as rows
from dashbridge.directory.words import Named, Near
from dashbridge.postgres import Database
from dashbridge.sharing import Action, Actor, require
from dashbridge.warehouse.base import Table, TableSchema

_MOST_TABLES = 2_000
_AT_ONCE = 8
_MOST_WORDS = 12
_NEAR_EACH = 12
_LEAST_LIKENESS = 0.4


class CatalogIndex:
    """Finds tables and columns by words, theirs or others that mean the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
            shared = await rows.with_words(session, warehouse.connection_id, words)
            if await rows.compares_vectors(session):
                near = await rows.nearest(session, warehouse.connection_id, vectors.tolist(), most=_NEAR_EACH)
            else:
                near = _nearest_here(await rows.all_vectors(session, warehouse.connection_id), vectors.tolist())
        scores = {(table, column): share_of_words(words, own, notes) for table, column, own, notes in shared}
        for one in near:
            if one.likeness >= _LEAST_LIKENESS:
                worth = round(0.5 * one.likeness / (1 if one.at == 0 else len(listed)), 4)
                scores[one.table, one.column] = max(scores.get((one.table, one.column), 0.0), worth)
        found = [Match(table, column or None, score) for (table, column), score in scores.items() if score > 0]
        return sorted(found, key=lambda m: (-m.score, m.column is not None, m.table, m.column or ""))[:limit]

    async def refresh(self, actor: Actor, warehouse: GatedWarehouse) -> int:
        """Read the tables that the index does not hold, forget those that are gone; how many were read."""
        listed: dict[str, Table] = {}
        for dataset in await warehouse.list_datasets():
            for table in await warehouse.list_tables(dataset.name):
                listed[f"{table.name.dataset}.{table.name.name}"] = table
        async with self._database.team(actor.team_id) as session:
            known = await rows.known_tables(session, warehouse.connection_id)
        fresh = [listed[name] for name in sorted(listed.keys() - known)][:_MOST_TABLES]
        gone = known - listed.keys()
        if not fresh and not gone:
            return 0
        turns = asyncio.Semaphore(_AT_ONCE)

        async def read(table: Table) -> TableSchema:
            async with turns:
                return await warehouse.table_schema(table.name)

        schemas = await asyncio.gather(*(read(table) for table in fresh))
        named = await asyncio.to_thread(_named, schemas)
        async with self._database.team(actor.team_id) as session:
            await rows.drop_tables(session, warehouse.connection_id, gone)
            await rows.add(session, warehouse.connection_id, named)
        return len(fresh)


def _named(schemas: Sequence[TableSchema]) -> list[Named]:
    """Every table and column with its words and its meaning."""
    entries: list[tuple[str, str, str, str]] = []
    for schema in schemas:
        table = f"{schema.table.name.dataset}.{schema.table.name.name}"
        entries.append((table, "", schema.table.name.name, schema.table.description or ""))
        entries += [(table, column.name, column.name, column.description or "") for column in schema.columns]
    parted = [(table, column, split_words(name), split_words(note)) for table, column, name, note in entries]
    vectors = embed([" ".join(sorted(own)) for _, _, own, _ in parted]).tolist()
    return [
        Named(table, column, tuple(sorted(own)), tuple(sorted(notes - own)), vector)
        for (table, column, own, notes), vector in zip(parted, vectors, strict=True)
    ]


def _nearest_here(held: Sequence[tuple[str, str, list[float]]], vectors: Sequence[Sequence[float]]) -> list[Near]:
    """What the server would find, found here: for a PostgreSQL without pgvector."""
    if not held:
        return []
    likeness = np.asarray([vector for _, _, vector in held]) @ np.asarray(vectors).T
    found: list[Near] = []
    for at in range(likeness.shape[1]):
        best = np.argsort(-likeness[:, at], kind="stable")[:_NEAR_EACH]
        found += [Near(at, held[one][0], held[one][1], float(likeness[one, at])) for one in best]
    return found

"""The names of tables and columns by meaning: what the index of a connection holds, and what is nearest to a vector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from dashbridge.postgres import team_of

Numbers = Sequence[float]
_BATCH = 2_000
_STALE = "?"  # among the notes of a table; no word is written so
_OURS = "team_id = :team AND connection_id = :id"


@dataclass(frozen=True, slots=True)
class Named:
    """A table (`column` "") or a column of it: the words of its name and of its description, and what they mean."""

    table: str
    column: str
    words: tuple[str, ...]
    notes: tuple[str, ...]
    vector: Numbers


@dataclass(frozen=True, slots=True)
class Near:
    """A name near to the vector number `at` of those asked; `likeness` is their cosine."""

    at: int
    table: str
    column: str
    likeness: float


async def compares_vectors(session: AsyncSession) -> bool:
    """Whether the server compares vectors (pgvector); else they are plain arrays there."""
    kind = await session.scalar(
        text(
            "SELECT udt_name FROM information_schema.columns"
            " WHERE table_name || '.' || column_name = 'catalog_words.vector'"
        )
    )
    return bool(kind == "vector")


async def known_tables(session: AsyncSession, connection_id: UUID) -> dict[str, bool]:
    """The tables of a connection that the index holds; True for those whose columns may have changed since."""
    found = text(f"SELECT table_name, :stale = ANY(notes) FROM catalog_words WHERE {_OURS} AND column_name = ''")
    rows = await session.execute(found, _mine(session, connection_id) | {"stale": _STALE})
    return {row[0]: row[1] for row in rows}


async def doubt_tables(session: AsyncSession, connection_id: UUID, names: Iterable[str] | None = None) -> None:
    """Note of tables, or (None) of all of a connection, that their columns may have changed."""
    one = text(
        f"UPDATE catalog_words SET notes = notes || CAST(:stale AS text) WHERE {_OURS} AND column_name = '' "
        "AND NOT :stale = ANY(notes) AND (CAST(:names AS text[]) IS NULL OR table_name = ANY(CAST(:names AS text[])))"
    )
    given = {"stale": _STALE, "names": None if names is None else list(names)}
    await session.execute(one, _mine(session, connection_id) | given)


async def trust_tables(session: AsyncSession, connection_id: UUID, names: Iterable[str]) -> None:
    """Take a doubt back: these tables are as the index holds them."""
    one = text(
        f"UPDATE catalog_words SET notes = array_remove(notes, CAST(:stale AS text)) WHERE {_OURS} "
        "AND column_name = '' AND table_name = ANY(CAST(:names AS text[]))"
    )
    await session.execute(one, _mine(session, connection_id) | {"stale": _STALE, "names": list(names)})


async def names_of(
    session: AsyncSession, connection_id: UUID, tables: Iterable[str]
) -> dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]]:
    """What the index holds of some tables: by table and column, the words of the name and of the description."""
    found = text(
        f"SELECT table_name, column_name, words, notes FROM catalog_words WHERE {_OURS} "
        "AND table_name = ANY(CAST(:names AS text[]))"
    )
    rows = await session.execute(found, _mine(session, connection_id) | {"names": list(tables)})
    return {(row[0], row[1]): (frozenset(row[2]), frozenset(row[3]) - {_STALE}) for row in rows}


async def drop_tables(session: AsyncSession, connection_id: UUID, names: Iterable[str]) -> None:
    """Forget tables."""
    one = text(f"DELETE FROM catalog_words WHERE {_OURS} AND table_name = ANY(CAST(:names AS text[]))")
    await session.execute(one, _mine(session, connection_id) | {"names": list(names)})


async def add(session: AsyncSession, connection_id: UUID, named: Sequence[Named]) -> None:
    """Put names into the index; those that it holds are replaced."""
    vectors = await compares_vectors(session)
    cast = "CAST(v AS vector)" if vectors else "CAST(translate(v, '[]', '{}') AS real[])"
    statement = text(f"""
        INSERT INTO catalog_words (team_id, connection_id, table_name, column_name, words, notes, vector)
        SELECT :team, :id, t, c, string_to_array(w, ' '), string_to_array(n, ' '), {cast}
        FROM unnest(CAST(:t AS text[]), CAST(:c AS text[]), CAST(:w AS text[]), CAST(:n AS text[]), CAST(:v AS text[]))
            AS given (t, c, w, n, v)
        ON CONFLICT (team_id, connection_id, table_name, column_name)
        DO UPDATE SET words = excluded.words, notes = excluded.notes, vector = excluded.vector
    """)
    for at in range(0, len(named), _BATCH):
        some = named[at : at + _BATCH]
        columns: dict[str, Any] = {
            "t": [one.table for one in some],
            "c": [one.column for one in some],
            "w": [" ".join(one.words) for one in some],
            "n": [" ".join(one.notes) for one in some],
            "v": [vector_text(one.vector) for one in some],
        }
        await session.execute(statement, _mine(session, connection_id) | columns)


async def with_words(
    session: AsyncSession, connection_id: UUID, words: Iterable[str]
) -> list[tuple[str, str, set[str], set[str]]]:
    """Names that share a word with these: table, column ("" for the table), words of the name, words of the notes."""
    found = text(
        f"SELECT table_name, column_name, words, notes FROM catalog_words WHERE {_OURS} "
        "AND (words && CAST(:words AS text[]) OR notes && CAST(:words AS text[]))"
    )
    rows = await session.execute(found, _mine(session, connection_id) | {"words": list(words)})
    return [(row[0], row[1], set(row[2]), set(row[3])) for row in rows]


async def nearest(session: AsyncSession, connection_id: UUID, vectors: Sequence[Numbers], *, most: int) -> list[Near]:
    """The `most` nearest names to each vector, compared by the server. Only where `compares_vectors`."""
    found = text("""
        SELECT asked.at, near.table_name, near.column_name, near.likeness
        FROM unnest(CAST(:vectors AS text[])) WITH ORDINALITY AS asked (v, at)
        CROSS JOIN LATERAL (
            SELECT table_name, column_name, 1 - (vector <=> CAST(asked.v AS vector)) AS likeness
            FROM catalog_words WHERE team_id = :team AND connection_id = :id
            ORDER BY vector <=> CAST(asked.v AS vector), table_name, column_name LIMIT :most
        ) AS near
    """)
    asked = {"vectors": [vector_text(one) for one in vectors], "most": most}
    rows = await session.execute(found, _mine(session, connection_id) | asked)
    return [Near(int(row[0]) - 1, row[1], row[2], float(row[3])) for row in rows]


async def some_vectors(
    session: AsyncSession, connection_id: UUID, after: tuple[str, str]
) -> list[tuple[str, str, list[float]]]:
    """The next names past `after` with their vectors, for a server that does not compare them; none at the end."""
    found = text(
        f"SELECT table_name, column_name, CAST(vector AS real[]) FROM catalog_words WHERE {_OURS} "
        "AND (table_name, column_name) > (:table, :column) ORDER BY table_name, column_name LIMIT :most"
    )
    place = {"table": after[0], "column": after[1], "most": _BATCH}
    rows = await session.execute(found, _mine(session, connection_id) | place)
    return [(row[0], row[1], list(row[2])) for row in rows]


def vector_text(vector: Numbers) -> str:
    """A vector as pgvector writes it."""
    return "[" + ",".join(f"{number:.5g}" for number in vector) + "]"


def _mine(session: AsyncSession, connection_id: UUID) -> dict[str, Any]:
    return {"team": team_of(session), "id": connection_id}

"""What scans found: datasets and their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from dashbridge.directory.tables import CatalogTable, Dataset
from dashbridge.kit import NotFound, new_id
from dashbridge.postgres import team_of


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table that a scan found; `rows` and `bytes` None where the warehouse does not say."""

    name: str
    kind: str
    rows: int | None = None
    bytes: int | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class FoundDataset:
    """A dataset that a scan found, with all its tables."""

    name: str
    tables: tuple[FoundTable, ...] = ()
    description: str | None = None


async def replace(session: AsyncSession, connection_id: UUID, found: Sequence[FoundDataset]) -> None:
    """Make a connection's datasets and tables what a scan found; ids of what stays stay, what is gone goes."""
    team_id = team_of(session)
    names = [dataset.name for dataset in found]
    gone = delete(Dataset).where(
        col(Dataset.team_id) == team_id, col(Dataset.connection_id) == connection_id, col(Dataset.name).not_in(names)
    )
    await session.execute(gone)
    for dataset in found:
        values = {"team_id": team_id, "id": new_id(), "connection_id": connection_id, "scanned_at": func.now()}
        fresh = insert(Dataset).values(**values, name=dataset.name, description=dataset.description)
        upsert = fresh.on_conflict_do_update(
            index_elements=["team_id", "connection_id", "name"],
            set_={"description": fresh.excluded.description, "scanned_at": fresh.excluded.scanned_at},
        )
        dataset_id = (await session.scalars(upsert.returning(col(Dataset.id)))).one()
        await _replace_tables(session, dataset_id, dataset.tables)


async def _replace_tables(session: AsyncSession, dataset_id: UUID, tables: Sequence[FoundTable]) -> None:
    team_id = team_of(session)
    names = [table.name for table in tables]
    of_dataset = (col(CatalogTable.team_id) == team_id, col(CatalogTable.dataset_id) == dataset_id)
    await session.execute(delete(CatalogTable).where(*of_dataset, col(CatalogTable.name) != func.all(names)))
    if not tables:
        return
    fresh = insert(CatalogTable)
    upsert = fresh.on_conflict_do_update(
        index_elements=["team_id", "dataset_id", "name"],
        set_={name: fresh.excluded[name] for name in ("kind", "rows", "bytes", "description")},
    )
    values = [
        {
            "team_id": team_id,
            "id": new_id(),
            "dataset_id": dataset_id,
            "name": table.name,
            "kind": table.kind,
            "rows": table.rows,
            "bytes": table.bytes,
            "description": table.description,
        }
        for table in tables
    ]
    await session.execute(upsert, values)


async def of_connection(session: AsyncSession, connection_id: UUID) -> Sequence[Dataset]:
    """A connection's datasets by name."""
    found = select(Dataset).where(Dataset.team_id == team_of(session), Dataset.connection_id == connection_id)
    return (await session.scalars(found.order_by(Dataset.name))).all()


async def get(session: AsyncSession, dataset_id: UUID) -> Dataset:
    """One dataset. Raises NotFound."""
    found = select(Dataset).where(Dataset.team_id == team_of(session), Dataset.id == dataset_id)
    row = (await session.scalars(found)).first()
    if row is None:
        raise NotFound("There is no dataset with this id.", code="dataset_not_found", hint="Scan the connection.")
    return row


async def tables_of(session: AsyncSession, dataset_id: UUID) -> Sequence[CatalogTable]:
    """A dataset's tables by name."""
    found = select(CatalogTable).where(CatalogTable.team_id == team_of(session), CatalogTable.dataset_id == dataset_id)
    return (await session.scalars(found.order_by(CatalogTable.name))).all()


async def get_table(session: AsyncSession, table_id: UUID) -> tuple[Dataset, CatalogTable]:
    """One table with its dataset. Raises NotFound."""
    found = _with_dataset().where(col(CatalogTable.team_id) == team_of(session), col(CatalogTable.id) == table_id)
    row = (await session.execute(found)).first()
    if row is None:
        raise NotFound("There is no table with this id.", code="table_not_found", hint="Scan the connection.")
    return row[0], row[1]


async def all_tables(session: AsyncSession, connection_id: UUID) -> list[tuple[Dataset, CatalogTable]]:
    """Every table of a connection with its dataset, by name."""
    found = _with_dataset().where(col(Dataset.team_id) == team_of(session), col(Dataset.connection_id) == connection_id)
    rows = await session.execute(found.order_by(Dataset.name, CatalogTable.name))
    return [(row[0], row[1]) for row in rows]


def _with_dataset() -> Select[Dataset, CatalogTable]:
    same = and_(col(Dataset.team_id) == col(CatalogTable.team_id), col(Dataset.id) == col(CatalogTable.dataset_id))
    return select(Dataset, CatalogTable).join(CatalogTable, same)

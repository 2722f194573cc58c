"""The catalog of a connection: a light scan of datasets and tables; columns are read when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dashbridge.catalog.index import CatalogIndex
from dashbridge.connections import Connections
from dashbridge.directory import connections as connection_rows
from dashbridge.directory import datasets as rows
from dashbridge.directory import words as word_rows
from dashbridge.directory.datasets import FoundDataset, FoundTable
from dashbridge.kit import TableName
from dashbridge.postgres import Database
from dashbridge.sharing import Action, Actor, require


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found."""

    datasets: int
    tables: int


class Catalog:
    """What the warehouses of every team hold; each call names its actor."""

    def __init__(self, database: Database, connections: Connections) -> None:
        self._database = database
        self._connections = connections
        self.index = CatalogIndex(database)

    async def scan(self, actor: Actor, connection_id: UUID) -> Scan:
        """Read the names and sizes of datasets and tables and keep them as pointers. Raises NotFound, Unavailable."""
        require(actor, Action.CONNECT)
        warehouse = await self._connections.open_by_id(actor, connection_id)
        found = []
        for dataset in await warehouse.list_datasets():
            tables = tuple(
                FoundTable(table.name.name, table.kind, table.rows, table.bytes, table.description)
                for table in await warehouse.list_tables(dataset.name)
            )
            found.append(FoundDataset(dataset.name, tables, dataset.description))
        async with self._database.team(actor.team_id) as session:
            await rows.replace(session, connection_id, found)
            await connection_rows.mark_scanned(session, connection_id)
            await word_rows.doubt_tables(session, connection_id)
        return Scan(len(found), sum(len(dataset.tables) for dataset in found))

    async def datasets(self, actor: Actor, connection_id: UUID) -> list[dict[str, Any]]:
        """The datasets of the last scan. Raises NotFound."""
        require(actor, Action.BROWSE)
        async with self._database.team(actor.team_id) as session:
            await connection_rows.get(session, connection_id)
            found = await rows.of_connection(session, connection_id)
        return [
            {"id": str(row.id), "name": row.name, "description": row.description, "scanned_at": row.scanned_at}
            for row in found
        ]

    async def tables(self, actor: Actor, dataset_id: UUID) -> list[dict[str, Any]]:
        """The tables of a dataset, as of the last scan. Raises NotFound."""
        require(actor, Action.BROWSE)
        async with self._database.team(actor.team_id) as session:
            await rows.get(session, dataset_id)
            found = await rows.tables_of(session, dataset_id)
        return [
            {
                "id": str(row.id),
                "name": row.name,
                "kind": row.kind,
                "rows": row.rows,
                "bytes": row.bytes,
                "description": row.description,
            }
            for row in found
        ]

    async def table(self, actor: Actor, table_id: UUID) -> dict[str, Any]:
        """One table with its columns, read from the warehouse now. Raises NotFound."""
        require(actor, Action.BROWSE)
        async with self._database.team(actor.team_id) as session:
            dataset, row = await rows.get_table(session, table_id)
        warehouse = await self._connections.open_by_id(actor, dataset.connection_id)
        schema = await warehouse.table_schema(TableName(dataset.name, row.name))
        return {
            "id": str(table_id),
            "dataset": dataset.name,
            "name": row.name,
            "kind": schema.table.kind,
            "rows": schema.table.rows,
            "bytes": schema.table.bytes,
            "description": schema.table.description,
            "partitioned_by": schema.partitioned_by,
            "clustered_by": list(schema.clustered_by),
            "columns": [column.as_dict() for column in schema.columns],
        }

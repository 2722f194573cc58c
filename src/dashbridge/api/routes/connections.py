"""`/v1/connections`, and the catalog under them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from dashbridge.api.bodies.closed import says
from dashbridge.api.bodies.connections import (
    Connection,
    ConnectionList,
    DatasetList,
    ScanResult,
    TableDetail,
    TableList,
)
from dashbridge.api.deps import ActorDep, RoomsDep
from dashbridge.connections import BigQuerySettings, ConnectionInfo, DuckDBSettings

router = APIRouter(prefix="/v1", tags=["connections"])

DatasetName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class _New(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=63)
    ai_access: str = Field("schema", pattern="^(schema|aggregates|samples)$")
    max_bytes_per_query: int = Field(100_000_000, ge=1, le=2**62)


class NewDuckDBConnection(_New):
    """A DuckDB file to connect."""

    kind: Literal["duckdb"]
    settings: DuckDBSettings
    allowed_datasets: list[DatasetName] | None = Field(None, max_length=1_000)


class NewBigQueryConnection(_New):
    """A BigQuery project to connect. The first of the datasets is what a table name alone means."""

    kind: Literal["bigquery"]
    settings: BigQuerySettings
    allowed_datasets: list[DatasetName] = Field(min_length=1, max_length=1_000)


NewConnection = Annotated[NewDuckDBConnection | NewBigQueryConnection, Field(discriminator="kind")]


@router.get("/connections", responses=says(ConnectionList))
async def list_connections(behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """The team's connections, by name."""
    return {"connections": [connection_body(info) for info in await behind.connections.list(actor)]}


@router.post("/connections", status_code=201, responses=says(Connection, status=201))
async def create_connection(body: NewConnection, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Make a connection; its warehouse is opened and asked `SELECT 1` first."""
    info = await behind.connections.create(
        actor,
        body.name,
        body.settings,
        ai_access=body.ai_access,
        max_bytes_per_query=body.max_bytes_per_query,
        allowed_datasets=body.allowed_datasets,
    )
    return connection_body(info)


@router.get("/connections/{connection_id}", responses=says(Connection))
async def get_connection(connection_id: UUID, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """One connection, without its settings."""
    return connection_body(await behind.connections.by_id(actor, connection_id))


@router.post("/connections/{connection_id}/validate", responses=says(Connection))
async def validate_connection(connection_id: UUID, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Open the warehouse and dry-run `SELECT 1`."""
    return connection_body(await behind.connections.validate(actor, connection_id))


@router.post("/connections/{connection_id}/scan", responses=says(ScanResult))
async def scan_connection(connection_id: UUID, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Read which datasets and tables there are; columns are read when asked for."""
    scan = await behind.catalog.scan(actor, connection_id)
    return {"datasets": scan.datasets, "tables": scan.tables}


@router.get("/connections/{connection_id}/datasets", responses=says(DatasetList))
async def list_datasets(connection_id: UUID, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """The datasets of the last scan."""
    return {"datasets": await behind.catalog.datasets(actor, connection_id)}


@router.get("/datasets/{dataset_id}/tables", responses=says(TableList))
async def list_tables(dataset_id: UUID, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """The tables of a dataset, as of the last scan."""
    return {"tables": await behind.catalog.tables(actor, dataset_id)}


@router.get("/tables/{table_id}", responses=says(TableDetail))
async def get_table(table_id: UUID, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """One table with its columns, partitioning and sizes, read from the warehouse now."""
    return await behind.catalog.table(actor, table_id)


@router.delete("/connections/{connection_id}", status_code=204)
async def delete_connection(connection_id: UUID, behind: RoomsDep, actor: ActorDep) -> Response:
    """Forget a connection and its scan; the warehouse is not touched."""
    await behind.connections.delete(actor, connection_id)
    return Response(status_code=204)


def connection_body(info: ConnectionInfo) -> dict[str, Any]:
    """A connection as JSON; its settings stay sealed."""
    return {
        "id": str(info.id),
        "name": info.name,
        "kind": info.kind,
        "ai_access": info.ai_access,
        "max_bytes_per_query": info.max_bytes_per_query,
        "default_dataset": info.default_dataset,
        "allowed_datasets": info.allowed_datasets,
        "status": info.status,
        "validated_at": info.validated_at,
        "scanned_at": info.scanned_at,
    }

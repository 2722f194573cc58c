"""`POST /v1/uploads`: a CSV or Parquet file becomes a table to ask about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from dashbridge.api.bodies.closed import says
from dashbridge.api.bodies.connections import UploadedTable
from dashbridge.api.deps import ActorDep, Rooms, RoomsDep
from dashbridge.api.routes.connections import connection_body
from dashbridge.connections import Uploaded
from dashbridge.connections.uploads import DATASET
from dashbridge.kit import Invalid
from dashbridge.sharing import Actor

PATH = "/v1/uploads"
_FILES = ("text/csv", "application/vnd.apache.parquet")
_FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _FILES},
    }
}

router = APIRouter(tags=["connections"])


@router.post(PATH, status_code=201, openapi_extra=_FILE_BODY, responses=says(UploadedTable, status=201))
async def upload(
    request: Request,
    behind: RoomsDep,
    actor: ActorDep,
    name: str = Query(min_length=1, max_length=200),
    replace: bool = False,
) -> dict[str, Any]:
    """Make a table, called by `name` as nearly as SQL allows, of a CSV or Parquet file: the body itself.

    It is found under the connection `uploads`. A table of the same name is replaced only with `replace=true`.
    """
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise Invalid("Send the file itself as the body", code="bad_upload", hint="curl --data-binary @FILE")
    uploaded = await behind.uploads.add(actor, name, request.stream(), replace=replace)
    table_id = await _table_id(behind, actor, uploaded)
    info = await behind.connections.by_id(actor, uploaded.connection.id)
    return {
        "connection": connection_body(info),
        "dataset": DATASET,
        "table": uploaded.table,
        "table_id": table_id,
        "rows": uploaded.taken.rows,
        "columns": [{"name": column, "type": kind} for column, kind in uploaded.taken.columns],
        "replaced": uploaded.taken.replaced,
    }


async def _table_id(behind: Rooms, actor: Actor, uploaded: Uploaded) -> str | None:
    """The table's id in the catalog, which has it from now on."""
    await behind.catalog.scan(actor, uploaded.connection.id)
    for dataset in await behind.catalog.datasets(actor, uploaded.connection.id):
        if dataset["name"] == DATASET:
            found = await behind.catalog.tables(actor, UUID(dataset["id"]))
            return next((str(table["id"]) for table in found if table["name"] == uploaded.table), None)
    return None

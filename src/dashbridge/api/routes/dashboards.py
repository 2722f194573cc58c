"""`/v1/dashboards`: pointers, files, revisions, pages and data."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashbridge.api.deps import MAX_REVISION, ActorDep, RoomsDep, expected_revision
from dashbridge.directory import Dashboard
from dashbridge.kit import DashbridgeError, Invalid
from dashbridge.library import Opened, Saved
from dashbridge.serving import Asked, DataAnswer, arrow_bytes, csv_bytes, single_insight
from dashbridge.sharing import Actor

router = APIRouter(prefix="/v1/dashboards", tags=["dashboards"])

ARROW_TYPE = "application/vnd.apache.arrow.stream"
_PRIVATE = {
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization, Cookie, Accept",
    "X-Content-Type-Options": "nosniff",
}


class RestoreBody(BaseModel):
    """Which revision to bring back."""

    model_config = ConfigDict(extra="forbid")

    revision: int = Field(ge=1, le=MAX_REVISION)


class RenameBody(BaseModel):
    """The new slug."""

    model_config = ConfigDict(extra="forbid")

    slug: str


@router.get("")
async def list_dashboards(behind: RoomsDep, actor: ActorDep, drafts: bool | None = None) -> dict[str, Any]:
    """The team's dashboards, newest first."""
    return {"dashboards": [pointer_body(row) for row in await behind.library.list(actor, drafts=drafts)]}


@router.get("/{slug}")
@router.head("/{slug}", include_in_schema=False)
async def get_dashboard(slug: str, behind: RoomsDep, actor: ActorDep) -> Response:
    """A dashboard's pointer."""
    row = await behind.library.pointer(actor, slug)
    return _json(pointer_body(row), {"ETag": f'"{row.revision}"', **_PRIVATE})


@router.put("/{slug}")
async def put_dashboard(slug: str, request: Request, behind: RoomsDep, actor: ActorDep) -> Response:
    """Save a file (the body, YAML). Needs `If-Match: "<revision>"` or `If-None-Match: *`."""
    expected = expected_revision(request)
    saved = await behind.library.save(actor, await request.body(), slug, expected=expected)
    return _saved(saved, 200 if expected is not None else 201)


@router.delete("/{slug}", status_code=204)
async def delete_dashboard(slug: str, request: Request, behind: RoomsDep, actor: ActorDep) -> Response:
    """Take a dashboard out of the list; needs `If-Match`."""
    expected = expected_revision(request)
    if expected is None:
        raise Invalid("A deletion replaces nothing", code="bad_if_match", hint='send If-Match: "<revision>"')
    await behind.library.delete(actor, slug, expected=expected)
    return Response(status_code=204)


@router.post("/{slug}/undelete")
async def undelete_dashboard(slug: str, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Bring a deleted dashboard back."""
    return pointer_body(await behind.library.undelete(actor, slug))


@router.post("/{slug}/keep")
async def keep_dashboard(slug: str, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Make a draft a kept dashboard."""
    return pointer_body(await behind.library.keep(actor, slug))


@router.get("/{slug}/yaml")
@router.head("/{slug}/yaml", include_in_schema=False)
async def get_yaml(
    slug: str, behind: RoomsDep, actor: ActorDep, revision: int | None = Query(None, ge=1, le=MAX_REVISION)
) -> Response:
    """The file as it was saved."""
    opened = await behind.library.open(actor, slug, revision)
    headers = {"ETag": f'"{revision or opened.pointer.revision}"', **_PRIVATE}
    return Response(opened.yaml, media_type="application/yaml; charset=utf-8", headers=headers)


@router.get("/{slug}/revisions")
async def get_revisions(slug: str, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Every revision, newest first."""
    rows = await behind.library.revisions(actor, slug)
    return {
        "revisions": [
            {
                "revision": row.revision,
                "title": row.title,
                "author": row.author,
                "yaml_uri": row.yaml_uri,
                "yaml_sha256": row.yaml_sha256,
                "turn_id": row.turn_id,
                "created_at": row.created_at,
            }
            for row in rows
        ]
    }


@router.post("/{slug}/restore")
async def restore(slug: str, body: RestoreBody, request: Request, behind: RoomsDep, actor: ActorDep) -> Response:
    """Save an earlier revision as the newest; needs `If-Match`."""
    expected = expected_revision(request)
    if expected is None:
        raise Invalid("A restore replaces a revision", code="bad_if_match", hint='send If-Match: "<revision>"')
    return _saved(await behind.library.restore(actor, slug, body.revision, expected=expected), 200)


@router.post("/{slug}/rename")
async def rename(slug: str, body: RenameBody, request: Request, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Change the slug; the revisions stay. Needs `If-Match`."""
    expected = expected_revision(request)
    if expected is None:
        raise Invalid("A rename is of a revision", code="bad_if_match", hint='send If-Match: "<revision>"')
    return pointer_body(await behind.library.rename(actor, slug, body.slug, expected=expected))


@router.get("/{slug}/page")
@router.head("/{slug}/page", include_in_schema=False)
async def get_page(slug: str, behind: RoomsDep, actor: ActorDep) -> Response:
    """What a page needs to lay the dashboard out and draw it, without its data; its queries are dry-run meanwhile."""
    opened = await behind.library.open(actor, slug)
    with suppress(DashbridgeError):  # a connection that fails is for the data to tell
        behind.answers.foresee(opened.compiled, await behind.connections.open(actor, opened.compiled.connection))
    headers = {"ETag": f'"{opened.pointer.yaml_sha256[:32]}-{opened.pointer.revision}"', **_PRIVATE}
    return _json(page_body(opened), headers)


@router.get("/{slug}/data")
@router.head("/{slug}/data", include_in_schema=False)
async def get_data(
    slug: str, request: Request, behind: RoomsDep, actor: ActorDep, insight: str | None = Query(None)
) -> Response:
    """The data: JSON of all insights; Arrow IPC or CSV of one (`Accept`, `?insight=`). Inputs as `input.NAME=VALUE`."""
    form = _representation(request)
    opened = await behind.library.open(actor, slug)
    only = insight if form == "json" else single_insight(opened.compiled, insight)
    answer = await _answer(behind, actor, opened, request, only)
    tag = answer.etag(form, str(actor.team_id))
    headers = {"ETag": tag, **_PRIVATE}
    if _holds(request, tag):
        return Response(status_code=304, headers=headers)
    if form == "json":
        return Response(answer.json(), media_type="application/json", headers=headers)
    table = answer.only().table
    if form == "arrow":
        return Response(arrow_bytes(table), media_type=ARROW_TYPE, headers=headers)
    return Response(csv_bytes(table), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/{slug}/warm")
async def warm(slug: str, request: Request, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Compute the data now so that the next reader finds it ready."""
    opened = await behind.library.open(actor, slug)
    answer = await _answer(behind, actor, opened, request, None)
    states = {name: getattr(found, "cache", "error") for name, found in answer.insights.items()}
    return {"dashboard": slug, "revision": answer.revision, "insights": states}


def pointer_body(row: Dashboard) -> dict[str, Any]:
    """A pointer as JSON."""
    return {
        "slug": row.slug,
        "title": row.title,
        "description": row.description,
        "revision": row.revision,
        "draft": row.draft,
        "view_types": row.view_type,
        "connection": row.connection_name,
        "owner": row.owner,
        "yaml_uri": row.yaml_uri,
        "yaml_sha256": row.yaml_sha256,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def page_body(opened: Opened) -> dict[str, Any]:
    """The compiled page as JSON."""
    pointer, compiled = opened.pointer, opened.compiled
    return {
        "slug": pointer.slug,
        "revision": pointer.revision,
        "draft": pointer.draft,
        "title": compiled.title,
        "description": compiled.description,
        "theme": compiled.theme,
        "connection": compiled.connection,
        "inputs": {
            name: spec.model_dump(mode="json", by_alias=True, exclude_none=True)
            for name, spec in compiled.inputs.items()
        },
        "views": {name: view.as_json() for name, view in compiled.views.items()},
        "layout": compiled.layout,
        "warnings": [warning.as_dict() for warning in opened.loaded.warnings],
    }


def raw_inputs(request: Request) -> dict[str, list[str]]:
    """The `input.NAME=VALUE` pairs of the query string, in order."""
    found: dict[str, list[str]] = {}
    for key, value in request.query_params.multi_items():
        if key.startswith("input."):
            found.setdefault(key.removeprefix("input."), []).append(value)
    return found


async def _answer(behind: RoomsDep, actor: Actor, opened: Opened, request: Request, only: str | None) -> DataAnswer:
    warehouse = await behind.connections.open(actor, opened.compiled.connection)
    pointer = opened.pointer
    asked = Asked(str(actor.team_id), str(warehouse.connection_id), pointer.slug, pointer.revision, pointer.yaml_sha256)
    return await behind.answers.answer(
        asked, opened.compiled, warehouse, raw_inputs(request), today=behind.today(), only=only
    )


def _holds(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` names this tag: compared weakly, since the bytes also say when they were made."""
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return "*" in held or tag.removeprefix("W/") in held


def _representation(request: Request) -> str:
    accepted = request.headers.get("accept", "")
    if ARROW_TYPE in accepted:
        return "arrow"
    return "csv" if "text/csv" in accepted else "json"


def _saved(saved: Saved, status: int) -> Response:
    body = {
        "slug": saved.slug,
        "revision": saved.revision,
        "yaml_uri": saved.yaml_uri,
        "yaml_sha256": saved.yaml_sha256,
        "warnings": [warning.as_dict() for warning in saved.checked.warnings],
        "bytes_scanned": {name: record.plan.bytes_scanned for name, record in saved.checked.records.items()},
    }
    return _json(body, {"ETag": f'"{saved.revision}"'}, status)


def _json(body: dict[str, Any], headers: dict[str, str], status: int = 200) -> Response:
    return Response(orjson.dumps(body, default=str), status_code=status, media_type="application/json", headers=headers)

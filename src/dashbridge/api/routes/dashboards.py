"""`/v1/dashboards`: pointers, files and revisions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashbridge.api.asking import PRIVATE, json_response
from dashbridge.api.bodies.closed import YAML_BODY, YAML_TYPE, says
from dashbridge.api.bodies.dashboards import DashboardEntry, DashboardList, RevisionList, SavedDashboard
from dashbridge.api.deps import MAX_REVISION, ActorDep, RoomsDep, expected_revision
from dashbridge.directory import Dashboard
from dashbridge.kit import Invalid
from dashbridge.library import Saved

router = APIRouter(prefix="/v1/dashboards", tags=["dashboards"])


class RestoreBody(BaseModel):
    """Which revision to bring back."""

    model_config = ConfigDict(extra="forbid")

    revision: int = Field(ge=1, le=MAX_REVISION)


class RenameBody(BaseModel):
    """The new slug."""

    model_config = ConfigDict(extra="forbid")

    slug: str


@router.get("", responses=says(DashboardList))
async def list_dashboards(behind: RoomsDep, actor: ActorDep, drafts: bool | None = None) -> dict[str, Any]:
    """The team's dashboards, newest first."""
    return {"dashboards": [pointer_body(row) for row in await behind.library.list(actor, drafts=drafts)]}


@router.get("/{slug}", responses=says(DashboardEntry))
@router.head("/{slug}", include_in_schema=False)
async def get_dashboard(slug: str, behind: RoomsDep, actor: ActorDep) -> Response:
    """A dashboard's pointer."""
    row = await behind.library.pointer(actor, slug)
    return json_response(pointer_body(row), {"ETag": f'"{row.revision}"', **PRIVATE})


@router.put(
    "/{slug}",
    openapi_extra=YAML_BODY,
    responses={**says(SavedDashboard), **says(SavedDashboard, status=201)},
)
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


@router.post("/{slug}/undelete", responses=says(DashboardEntry))
async def undelete_dashboard(slug: str, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Bring a deleted dashboard back."""
    return pointer_body(await behind.library.undelete(actor, slug))


@router.post("/{slug}/keep", responses=says(DashboardEntry))
async def keep_dashboard(slug: str, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Make a draft a kept dashboard."""
    return pointer_body(await behind.library.keep(actor, slug))


@router.get("/{slug}/yaml", responses=says(None, YAML_TYPE))
@router.head("/{slug}/yaml", include_in_schema=False)
async def get_yaml(
    slug: str, behind: RoomsDep, actor: ActorDep, revision: int | None = Query(None, ge=1, le=MAX_REVISION)
) -> Response:
    """The file as it was saved."""
    opened = await behind.library.open(actor, slug, revision)
    headers = {"ETag": f'"{revision or opened.pointer.revision}"', **PRIVATE}
    return Response(opened.yaml, media_type="application/yaml; charset=utf-8", headers=headers)


@router.get("/{slug}/revisions", responses=says(RevisionList))
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


@router.post("/{slug}/restore", responses=says(SavedDashboard))
async def restore(slug: str, body: RestoreBody, request: Request, behind: RoomsDep, actor: ActorDep) -> Response:
    """Save an earlier revision as the newest; needs `If-Match`."""
    expected = expected_revision(request)
    if expected is None:
        raise Invalid("A restore replaces a revision", code="bad_if_match", hint='send If-Match: "<revision>"')
    return _saved(await behind.library.restore(actor, slug, body.revision, expected=expected), 200)


@router.post("/{slug}/rename", responses=says(DashboardEntry))
async def rename(slug: str, body: RenameBody, request: Request, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Change the slug; the revisions stay. Needs `If-Match`."""
    expected = expected_revision(request)
    if expected is None:
        raise Invalid("A rename is of a revision", code="bad_if_match", hint='send If-Match: "<revision>"')
    return pointer_body(await behind.library.rename(actor, slug, body.slug, expected=expected))


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


def _saved(saved: Saved, status: int) -> Response:
    body = {
        "slug": saved.slug,
        "revision": saved.revision,
        "yaml_uri": saved.yaml_uri,
        "yaml_sha256": saved.yaml_sha256,
        "warnings": [warning.as_dict() for warning in saved.checked.warnings],
        "bytes_scanned": {name: record.plan.bytes_scanned for name, record in saved.checked.records.items()},
        "insight_bytes_scanned": {
            name: record.plan.bytes_scanned for name, record in saved.checked.pre_records.items()
        },
    }
    return json_response(body, {"ETag": f'"{saved.revision}"'}, status)

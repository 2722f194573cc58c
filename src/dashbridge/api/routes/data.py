"""`/v1/dashboards/{slug}`: the page and its data, read or computed ahead."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from dashbridge.api.asking import (
    ARROW_TYPE,
    PRIVATE,
    Asking,
    data_response,
    json_response,
    manifest_response,
    raw_inputs,
    representation,
)
from dashbridge.api.bodies.closed import EVENTS_TYPE, says
from dashbridge.api.bodies.dashboards import Warmed, WarmProgress
from dashbridge.api.bodies.data import DataOrManifest
from dashbridge.api.bodies.pages import DashboardPage
from dashbridge.api.deps import ActorDep, Rooms, RoomsDep
from dashbridge.api.keeping import let_keep
from dashbridge.api.leaving import unless_gone
from dashbridge.costs import PurposeKind
from dashbridge.insights import default_value
from dashbridge.kit import DashbridgeError
from dashbridge.library import Opened
from dashbridge.serving import single_insight

router = APIRouter(prefix="/v1/dashboards", tags=["dashboards"])

_STREAM_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
_PING_S = 15


@router.get("/{slug}/page", responses=says(DashboardPage))
@router.head("/{slug}/page", include_in_schema=False)
async def get_page(slug: str, behind: RoomsDep, actor: ActorDep) -> Response:
    """What a page needs to lay the dashboard out and draw it, without its data; its queries are dry-run meanwhile."""
    opened = await behind.library.open(actor, slug)
    with suppress(DashbridgeError):  # a connection that fails is for the data to tell
        behind.answers.foresee(opened.compiled, await behind.connections.open(actor, opened.compiled.connection))
    pointer, today = opened.pointer, behind.today(opened.compiled.timezone)
    tag = f'"{pointer.yaml_sha256[:32]}-{pointer.revision}-{today.isoformat()}"'
    return json_response(page_body(opened, today), {"ETag": tag, **PRIVATE})


@router.get("/{slug}/data", responses=says(DataOrManifest, ARROW_TYPE, "text/csv"))
@router.head("/{slug}/data", include_in_schema=False)
async def get_data(
    slug: str,
    request: Request,
    behind: RoomsDep,
    actor: ActorDep,
    insight: str | None = Query(None),
    manifest: Annotated[bool, Query(description="The manifest alone: what the answer was computed from.")] = False,
) -> Response:
    """The data: JSON of all insights; Arrow IPC or CSV of one (`Accept`, `?insight=`). Inputs as `input.NAME=VALUE`."""
    form = "json" if manifest else representation(request)
    opened = await behind.library.lately(actor, slug)
    only = insight if form == "json" else single_insight(opened.compiled, insight)
    asking = await Asking.about(behind, actor, opened)
    inputs, purpose = raw_inputs(request.query_params.multi_items()), _purpose(form)
    answer = await unless_gone(request, asking.answer(inputs, only, purpose=purpose))
    proof = answer.manifest()
    tag = answer.etag("manifest" if manifest else form, str(actor.team_id), proof.id)
    let_keep(request, asking, answer, tag)
    if manifest:
        return manifest_response(request, proof, tag)
    return data_response(request, answer, form, tag, proof)


@router.get("/{slug}/warm", responses=says(WarmProgress, EVENTS_TYPE))
@router.head("/{slug}/warm", include_in_schema=False)
async def get_warm(slug: str, request: Request, behind: RoomsDep, actor: ActorDep) -> Response:
    """How far the data of the newest revision is computed, by this process, after a save or at someone's word.

    With `Accept: text/event-stream` it is followed: `progress` events, and `done` with how it ended.
    """
    at = (actor.team_id, slug, (await behind.library.pointer(actor, slug)).revision)
    if EVENTS_TYPE in request.headers.get("accept", ""):
        return await _progress(_states(behind, at))
    return json_response(behind.warming.state(*at).as_dict(), PRIVATE)


async def _states(behind: Rooms, at: tuple[UUID, str, int]) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
    async for state, last in behind.warming.follow(*at):
        yield "done" if last else "progress", state.as_dict()


@router.post("/{slug}/warm", responses=says(Warmed, EVENTS_TYPE))
async def warm(slug: str, request: Request, behind: RoomsDep, actor: ActorDep) -> Response:
    """Compute the data now so that the next reader finds it ready; what is being computed already is joined.

    With `Accept: text/event-stream`, each step is told as it goes: `step` events, and a last `done` or `error`.
    """
    asking = await Asking.about(behind, actor, await behind.library.open(actor, slug))
    inputs = raw_inputs(request.query_params.multi_items())
    if EVENTS_TYPE in request.headers.get("accept", ""):
        return await _progress(asking.build(inputs))
    if not inputs:
        await behind.warming.joined(asking.asked, asking.warehouse)
    answer = await asking.answer(inputs, purpose="warm")
    found = {**answer.insights, **{f"traces.{name}": one for name, one in answer.traces.items()}}
    states = {name: getattr(one, "cache", "error") for name, one in found.items()}
    return json_response({"dashboard": slug, "revision": answer.revision, "insights": states}, {})


def _purpose(form: str) -> PurposeKind:
    return "data" if form == "json" else "export"


async def _progress(told: AsyncGenerator[tuple[str, dict[str, Any]], None]) -> EventSourceResponse:
    """The events as they come. What goes wrong before the first is an answer of its own."""
    first = await anext(told)

    async def events() -> AsyncIterator[ServerSentEvent]:
        async with aclosing(told):
            yield _event(*first)
            async for name, data in told:
                yield _event(name, data)

    return EventSourceResponse(events(), ping=_PING_S, sep="\n", headers=_STREAM_HEADERS, send_timeout=10)


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(orjson.dumps(data, default=str).decode(), event=name, sep="\n")


def page_body(opened: Opened, today: date) -> dict[str, Any]:
    """The compiled page as JSON; `today` is the day in the dashboard's time zone."""
    pointer, compiled = opened.pointer, opened.compiled
    return {
        "slug": pointer.slug,
        "revision": pointer.revision,
        "draft": pointer.draft,
        "title": compiled.title,
        "description": compiled.description,
        "theme": compiled.theme,
        "connection": compiled.connection,
        "timezone": compiled.timezone,
        "today": today.isoformat(),
        "inputs": {
            name: {
                **spec.model_dump(mode="json", by_alias=True, exclude_none=True),
                "resolved": default_value(spec, today).as_json(),
            }
            for name, spec in compiled.inputs.items()
        },
        "views": {name: view.as_json() for name, view in compiled.views.items()},
        "layout": compiled.layout,
        "warnings": [warning.as_dict() for warning in opened.loaded.warnings],
    }

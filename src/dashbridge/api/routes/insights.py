"""`/v1/dashboards/{slug}/insights`: how each insight is computed, its data alone, and the rows for a browser."""

from __future__ import annotations

from typing import Literal

import orjson
from fastapi import APIRouter, Query, Request, Response

from dashbridge.api.asking import (
    ARROW_TYPE,
    JSON_TYPE,
    PRIVATE,
    Asking,
    data_response,
    json_response,
    one_response,
    raw_inputs,
    representation,
    unless_held,
)
from dashbridge.api.bodies.closed import says
from dashbridge.api.bodies.data import DescribedInsights, OneAnswer
from dashbridge.api.deps import ActorDep, RoomsDep
from dashbridge.api.described import describe
from dashbridge.api.leaving import unless_gone
from dashbridge.costs import PurposeKind
from dashbridge.serving import PreAnswer, find_part, parts_of

router = APIRouter(prefix="/v1/dashboards", tags=["dashboards"])


@router.get("/{slug}/insights", responses=says(DescribedInsights))
@router.head("/{slug}/insights", include_in_schema=False)
async def list_insights(slug: str, behind: RoomsDep, actor: ActorDep) -> Response:
    """How each insight, each trace (`traces.NAME`) and each input's options (`options.INPUT`) are computed: no data."""
    opened = await behind.library.lately(actor, slug)
    pointer = opened.pointer
    found = {part.label: describe(part, opened.compiled) for part in parts_of(opened.compiled)}
    body = {"dashboard": slug, "revision": pointer.revision, "insights": found}
    return json_response(body, {"ETag": f'"{pointer.yaml_sha256[:32]}-{pointer.revision}"', **PRIVATE})


@router.get("/{slug}/insights/{name}", responses=says(OneAnswer, ARROW_TYPE, "text/csv"))
@router.head("/{slug}/insights/{name}", include_in_schema=False)
async def get_insight(
    slug: str,
    name: str,
    request: Request,
    behind: RoomsDep,
    actor: ActorDep,
    stage: Literal["pre"] | None = Query(None),
) -> Response:
    """One insight's data for the inputs (`input.NAME=VALUE`), as JSON, Arrow IPC or CSV by `Accept`.

    With `stage=pre`, the rows under it before any input acts, as Arrow IPC; the schema's metadata `dashbridge` says
    what statement makes the answer of them. `Accept: application/json` gives that alone.
    """
    opened = await behind.library.lately(actor, slug)
    label = find_part(opened.compiled, name).label
    asking = await Asking.about(behind, actor, opened)
    if stage == "pre":
        return _pre_response(request, await unless_gone(request, asking.pre(label)))
    form = representation(request)
    purpose: PurposeKind = "data" if form == "json" else "export"
    answer = await unless_gone(
        request, asking.answer(raw_inputs(request.query_params.multi_items()), label, purpose=purpose)
    )
    manifest = answer.manifest()
    tag = answer.etag(f"{form} of one", str(actor.team_id), manifest.id)
    if form != "json":
        return data_response(request, answer, form, tag, manifest)
    return one_response(request, answer, label, tag, manifest)


def _pre_response(request: Request, pre: PreAnswer) -> Response:
    accepted = request.headers.get("accept", "")
    if JSON_TYPE in accepted and ARROW_TYPE not in accepted:
        return unless_held(request, f'"{pre.digest}-json"', orjson.dumps(pre.envelope, default=str), JSON_TYPE)
    return unless_held(request, f'"{pre.digest}"', pre.arrow, ARROW_TYPE)

"""`GET /v1/dashboards/{slug}/thumbnail`: one chart of a dashboard, for a list of dashboards to draw small."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from dashbridge.api.asking import JSON_TYPE, PRIVATE, Asking, unless_held
from dashbridge.api.bodies.closed import says
from dashbridge.api.bodies.data import Thumbnail
from dashbridge.api.deps import ActorDep, RoomsDep
from dashbridge.dashboards import CompiledDashboard, CompiledView
from dashbridge.kit import DashbridgeError, sha256_hex
from dashbridge.serving import InsightAnswer

router = APIRouter(prefix="/v1/dashboards", tags=["dashboards"])

MOST_ROWS = 5_000
PATIENCE_S = 1.0
_TRIED = 3


@router.get("/{slug}/thumbnail", responses=says(Thumbnail))
@router.head("/{slug}/thumbnail", include_in_schema=False)
async def get_thumbnail(slug: str, request: Request, behind: RoomsDep, actor: ActorDep) -> Response:
    """The first chart and its data for the inputs' defaults, of those that are small and ready within a second.

    `view` and `insight` are null where there is none.
    """
    opened = await behind.library.open(actor, slug)
    drawn: tuple[CompiledView, InsightAnswer] | None = None
    try:
        async with asyncio.timeout(PATIENCE_S):
            drawn = await _first(await Asking.about(behind, actor, opened))
    except (TimeoutError, DashbridgeError):
        pass  # a list of dashboards does not wait, and tells no errors
    view, insight = drawn or (None, None)
    body: dict[str, Any] = {
        "dashboard": slug,
        "revision": opened.pointer.revision,
        "view": None if view is None else view.as_json(),
        "insight": None if insight is None else insight.as_dict(opened.pointer.yaml_sha256),
    }
    if insight is None:
        return Response(orjson.dumps(body), media_type=JSON_TYPE, headers={**PRIVATE, "Cache-Control": "no-store"})
    told = [str(actor.team_id), slug, opened.pointer.yaml_sha256, opened.pointer.revision, insight.digest]
    tag = f'W/"{sha256_hex(orjson.dumps(told))[:32]}"'
    return unless_held(request, tag, orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS, default=str), JSON_TYPE)


async def _first(asking: Asking) -> tuple[CompiledView, InsightAnswer] | None:
    for view in list(_charts(asking.opened.compiled))[:_TRIED]:
        try:
            answer = (await asking.answer({}, view.insight or f"traces.{view.trace}", purpose="thumbnail")).only()
        except DashbridgeError:
            continue
        if 0 < answer.table.num_rows <= MOST_ROWS:
            return view, answer
    return None


def _charts(dashboard: CompiledDashboard) -> Iterator[CompiledView]:
    """The charts as the eye meets them, then the numbers, each once."""
    placed = dict.fromkeys(item["view"] for row in dashboard.layout["rows"] for item in row["items"])
    views = [dashboard.views[name] for name in placed]
    yield from (view for view in views if view.vega_lite is not None)
    yield from (view for view in views if view.metric is not None)

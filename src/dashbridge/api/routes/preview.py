"""`POST /v1/preview`: the page and the data of a file that is not saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import orjson
from fastapi import APIRouter, Query, Request, Response

from dashbridge.api.asking import Asking, json_response, raw_inputs
from dashbridge.api.bodies.closed import YAML_BODY, says
from dashbridge.api.bodies.data import Preview
from dashbridge.api.deps import ActorDep, Rooms, RoomsDep
from dashbridge.api.routes.data import page_body
from dashbridge.costs import OverBudget
from dashbridge.kit import DashbridgeError, Invalid, NotFound, Problem, is_slug, sha256_hex
from dashbridge.library import CheckedDashboard, Opened, Unsaved
from dashbridge.serving import DataAnswer
from dashbridge.sharing import Actor

router = APIRouter(prefix="/v1", tags=["dashboards"])

NAMELESS = "preview"


@router.post("/preview", openapi_extra=YAML_BODY, responses=says(Preview))
async def preview(
    request: Request, behind: RoomsDep, actor: ActorDep, slug: str | None = Query(None, max_length=63)
) -> Response:
    """What a dashboard file (the body, YAML) would show if it were saved as `slug`; nothing is saved.

    422 with every problem where saving it would be refused. An input of the query string (`input.NAME=VALUE`) that
    does not fit the file is told as a warning, and the data is that of the defaults. `data` is null where the
    warehouse does not answer; `warnings` says why.
    """
    text = await request.body()
    checked = await behind.library.check(actor, text)
    opened = await _as_if_saved(behind, actor, text, checked, slug)
    asking = await Asking.about(behind, actor, opened)
    data, found = await _data(asking, raw_inputs(request.query_params.multi_items()))
    body = {
        "page": page_body(opened, asking.today),
        "data": None if data is None else orjson.Fragment(data.json()),
        "warnings": [one.as_dict() for one in (*checked.warnings, *found)],
    }
    return json_response(body, {"Cache-Control": "no-store"})


async def _as_if_saved(behind: Rooms, actor: Actor, text: bytes, checked: CheckedDashboard, slug: str | None) -> Opened:
    if slug is not None and not is_slug(slug):
        raise Invalid(f"{slug!r} is not a slug", code="bad_slug", hint="use a-z, 0-9 and hyphen")
    pointer = Unsaved(slug or NAMELESS, 0, sha256_hex(text))
    if slug is not None:
        try:
            saved = await behind.library.pointer(actor, slug)
            pointer = replace(pointer, revision=saved.revision, draft=saved.draft)
        except NotFound:
            pass  # it would be a new one
    return Opened(pointer, text.decode(), checked.loaded, checked.compiled)


async def _data(asking: Asking, inputs: Mapping[str, list[str]]) -> tuple[DataAnswer | None, tuple[Problem, ...]]:
    """The data for `inputs`, for the defaults where they do not fit, or none; and what was wrong."""
    try:
        return await asking.answer(inputs, purpose="preview"), ()
    except OverBudget as error:  # other inputs would be another plan, which nobody asked for
        return None, error.problems
    except Invalid as error:
        if not inputs:
            return None, error.problems
        data, more = await _data(asking, {})
        return data, (*error.problems, *more)
    except DashbridgeError as error:
        if error.status == 500:
            raise
        return None, error.problems

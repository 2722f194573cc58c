"""`POST /v1/validate`: everything saving would check, without saving."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from dashbridge.api.bodies.closed import YAML_BODY, says
from dashbridge.api.bodies.dashboards import Validation
from dashbridge.api.deps import ActorDep, Rooms, RoomsDep
from dashbridge.kit import sha256_hex
from dashbridge.library import CheckedDashboard
from dashbridge.serving import Asked, parts_of
from dashbridge.sharing import Actor

router = APIRouter(prefix="/v1", tags=["dashboards"])


@router.post("/validate", openapi_extra=YAML_BODY, responses=says(Validation))
async def validate(request: Request, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Check a dashboard file (the body, YAML): warnings and what it would read and cost, or 422 with every problem."""
    text = await request.body()
    checked = await behind.library.check(actor, text)
    return {
        "ok": True,
        "title": checked.compiled.title,
        "warnings": [warning.as_dict() for warning in checked.warnings],
        "queries": [
            {
                "name": name,
                "columns": [{"name": column.name, "type": column.type} for column in record.plan.columns],
                "bytes_scanned": record.plan.bytes_scanned,
                "limit": record.limit,
            }
            for name, record in checked.records.items()
        ],
        "insights": [
            {"name": part.label, "mode": part.insight.split.mode, "bytes_scanned": _bytes(checked, part.label)}
            for part in parts_of(checked.compiled)
        ],
        "cost": await _cost(behind, actor, text, checked),
    }


async def _cost(behind: Rooms, actor: Actor, text: bytes, checked: CheckedDashboard) -> dict[str, Any]:
    compiled = checked.compiled
    warehouse = await behind.connections.open(actor, compiled.connection)
    asked = Asked(str(actor.team_id), str(warehouse.connection_id), "draft", 0, sha256_hex(text))
    price = await behind.answers.price(asked, compiled, warehouse, {}, today=behind.today(compiled.timezone))
    return {**price.as_dict(), "budgets": [budget.as_dict() for budget in await behind.costs.budgets(actor)]}


def _bytes(checked: CheckedDashboard, label: str) -> int | None:
    """What the pre-query would read, where there is one."""
    record = checked.pre_records.get(label)
    return None if record is None else record.plan.bytes_scanned

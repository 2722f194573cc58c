"""What dashboards cost, what the team spent, and the word that lets a plan over its budget."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from dashbridge.api.asking import Asking, raw_inputs
from dashbridge.api.bodies.closed import says
from dashbridge.api.bodies.costs import DashboardCost, Override, OverrideList, TeamCosts
from dashbridge.api.deps import ActorDep, RoomsDep

router = APIRouter(prefix="/v1", tags=["costs"])


class OverrideBody(BaseModel):
    """The plan that a problem `over_budget` named, and why it may run."""

    model_config = ConfigDict(extra="forbid")

    plan_sha256: str = Field(max_length=100)
    reason: str = Field(max_length=1_000)


@router.get("/dashboards/{slug}/cost", responses=says(DashboardCost))
async def get_dashboard_cost(slug: str, request: Request, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """What a dashboard reads at most, for inputs as `input.NAME=VALUE`; nothing is run."""
    asking = await Asking.about(behind, actor, await behind.library.open(actor, slug))
    price = await asking.price(raw_inputs(request.query_params.multi_items()))
    return {**price.as_dict(), "budgets": [budget.as_dict() for budget in await behind.costs.budgets(actor)]}


@router.get("/costs", responses=says(TeamCosts))
async def get_costs(behind: RoomsDep, actor: ActorDep, days: int = Query(30, ge=1, le=366)) -> dict[str, Any]:
    """What the team's queries read and cost in the last days (UTC), and its budgets."""
    report = await behind.costs.report(actor, days=days)
    return {**report.as_dict(), "priced": await behind.connections.any_priced(actor)}


@router.post("/overrides", status_code=201, responses=says(Override, status=201))
async def grant_override(body: OverrideBody, behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Let exactly this plan go over its budget, once, within the hour. For admins."""
    return (await behind.costs.overrides.grant(actor, body.plan_sha256, body.reason)).as_dict()


@router.get("/overrides", responses=says(OverrideList))
async def list_overrides(behind: RoomsDep, actor: ActorDep) -> dict[str, Any]:
    """Who let which plan run, why, and who used it: the newest 100. For admins."""
    return {"overrides": [one.as_dict() for one in await behind.costs.overrides.recent(actor)]}

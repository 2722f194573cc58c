"""Liveness and readiness."""

from __future__ import annotations

from fastapi import APIRouter

from dashbridge.api.bodies.closed import says
from dashbridge.api.bodies.people import Health, Readiness
from dashbridge.api.deps import RoomsDep

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=says(Health))
@router.head("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses=says(Readiness))
@router.head("/readyz", include_in_schema=False)
async def readyz(behind: RoomsDep) -> dict[str, str]:
    """The directory answers, with the schema this release needs. Raises Unavailable."""
    return {"status": "ready", "schema": await behind.database.check()}

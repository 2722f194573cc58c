"""Liveness and readiness."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from dashbridge.api.bodies.closed import says
from dashbridge.api.bodies.people import Health, Readiness
from dashbridge.api.deps import RoomsDep
from dashbridge.kit import Unavailable

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=says(Health))
@router.head("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses=says(Readiness))
@router.head("/readyz", include_in_schema=False)
async def readyz(behind: RoomsDep) -> dict[str, Any]:
    """Every part that this process needs answers, with this release's schema. Raises Unavailable with `parts`."""
    report = await behind.readiness.report()
    if report.ready:
        return {"status": "ready", "schema": report.parts["directory"]["schema"], "parts": report.parts}
    down = sorted(name for name, part in report.parts.items() if part["status"] != "ok")
    raise Unavailable(
        "The server is stopping" if report.stopping else f"Not ready: {', '.join(down)}",
        code="stopping" if report.stopping else "not_ready",
        hint="send it again: another one answers" if report.stopping else "the server's log says what failed",
        parts=report.parts,
    )

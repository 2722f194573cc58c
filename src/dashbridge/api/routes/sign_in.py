"""Sign-in of the page: a one-time token becomes a cookie."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashbridge.api.bodies.closed import says
from dashbridge.api.bodies.people import Me
from dashbridge.api.credentials import SESSION_COOKIE
from dashbridge.api.deps import ActorDep, RoomsDep
from dashbridge.sharing import SESSION_LASTS, Action, may, sign_in_with, sign_out

router = APIRouter(prefix="/v1", tags=["sign-in"])


class SignInBody(BaseModel):
    """The token that the server printed, or an API key."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=300)


@router.post("/sign-in", status_code=204)
async def sign_in(body: SignInBody, request: Request, behind: RoomsDep) -> Response:
    """Exchange a one-time token (or an API key) for the page's session cookie."""
    secret = await sign_in_with(behind.database, body.token.strip())
    response = Response(status_code=204)
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
    )
    return response


@router.post("/sign-out", status_code=204)
async def leave(request: Request, behind: RoomsDep, actor: ActorDep) -> Response:
    """Forget the page's session."""
    await sign_out(behind.database, actor, request.cookies.get(SESSION_COOKIE, ""))
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


@router.get("/me", responses=says(Me))
async def me(actor: ActorDep) -> dict[str, Any]:
    """Who is asking, and what they may do."""
    actions = [action.value for action in Action if may(actor, action)]
    return {"name": actor.name, "role": actor.role.value, "team": str(actor.team_id), "actions": actions}

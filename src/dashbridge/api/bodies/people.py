"""Who asks, and whether the server is well."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dashbridge.api.bodies.closed import Closed, Id
from dashbridge.sharing import Action, Role


class Me(Closed):
    """Who is asking, and what they may do in their team."""

    name: str
    role: Role
    team: Id
    actions: list[Action]


class Health(Closed):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Closed):
    """The directory answers, with this schema."""

    status: Literal["ready"]
    schema_: str = Field(alias="schema")

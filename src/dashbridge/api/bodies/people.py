"""Who asks, and whether the server is well."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dashbridge.api.bodies.closed import Closed, Id, without_default
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


class Part(Closed):
    """A part that answered, after so many milliseconds."""

    status: Literal["ok"]
    ms: float
    schema_: str = Field(default="", alias="schema", json_schema_extra=without_default)


class Readiness(Closed):
    """Every part answers; the directory has this schema."""

    status: Literal["ready"]
    schema_: str = Field(alias="schema")
    parts: dict[str, Part]

"""What each role may do, as a table, and the one question that every door asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from dashbridge.kit import Forbidden, NotFound


class Role(StrEnum):
    """A principal's role in its team."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


class Action(StrEnum):
    """What an actor wants to do, to a thing or in its team."""

    VIEW = "view"  # open dashboards and their data
    BROWSE = "browse"  # see connections and the catalog
    CHAT = "chat"  # ask, and save drafts
    EDIT = "edit"  # save, rename, restore, undelete
    DELETE = "delete"
    CONNECT = "connect"  # add, change, scan and remove connections
    ADMINISTER = "administer"  # principals and keys
    OVERRIDE = "override"  # let one plan run that is over a budget


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which team."""

    team_id: UUID
    principal_id: UUID
    name: str
    role: Role


@runtime_checkable
class OfTeam(Protocol):
    """A thing that belongs to a team."""

    @property
    def team_id(self) -> UUID:
        """Its team."""


@runtime_checkable
class OfPrincipal(OfTeam, Protocol):
    """A thing that is one principal's own, such as a chat session."""

    @property
    def principal_id(self) -> UUID:
        """Its principal."""


_MAY = {
    Role.VIEWER: frozenset({Action.VIEW}),
    Role.EDITOR: frozenset({Action.VIEW, Action.BROWSE, Action.CHAT, Action.EDIT, Action.DELETE}),
    Role.ADMIN: frozenset(Action),
}
_DONE_BY = {action: [role.value for role in Role if action in _MAY[role]] for action in Action}


def may(actor: Actor, action: Action, thing: OfTeam | None = None) -> bool:
    """Whether `actor` may do `action` to `thing`, or in its team at all where `thing` is None."""
    return action in _MAY[actor.role] and (thing is None or _reaches(actor, action, thing))


def require(actor: Actor, action: Action, thing: OfTeam | None = None) -> None:
    """Let `actor` do `action`, or raise.

    Raises NotFound for another team's thing and for another principal's own one, as if it were not there, and
    Forbidden where the role does not allow the action.
    """
    if thing is not None and not _reaches(actor, action, thing):
        raise NotFound("There is no such thing in your team.")
    if action not in _MAY[actor.role]:
        raise Forbidden(
            f"The role {actor.role.value} may not {action.value}.",
            hint=f"Ask someone with the role {' or '.join(_DONE_BY[action])}.",
            action=action.value,
        )


def _reaches(actor: Actor, action: Action, thing: OfTeam) -> bool:
    if thing.team_id != actor.team_id:
        return False
    own = not isinstance(thing, OfPrincipal) or thing.principal_id == actor.principal_id
    return own or (action is Action.ADMINISTER and actor.role is Role.ADMIN)

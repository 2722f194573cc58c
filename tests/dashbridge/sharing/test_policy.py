"""The policy table, and that another team's things are not there."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest

from dashbridge.kit import Forbidden, NotFound
from dashbridge.sharing import Action, Actor, Role, may, require

TEAM, ME = uuid4(), uuid4()
TABLE = {
    Action.VIEW: {Role.VIEWER, Role.EDITOR, Role.ADMIN},
    Action.BROWSE: {Role.EDITOR, Role.ADMIN},
    Action.CHAT: {Role.EDITOR, Role.ADMIN},
    Action.EDIT: {Role.EDITOR, Role.ADMIN},
    Action.DELETE: {Role.EDITOR, Role.ADMIN},
    Action.CONNECT: {Role.ADMIN},
    Action.ADMINISTER: {Role.ADMIN},
    Action.OVERRIDE: {Role.ADMIN},
}


def actor(role: Role) -> Actor:
    return Actor(TEAM, ME, "me", role)


def test_every_action_is_in_the_table():
    assert set(TABLE) == set(Action)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_what_a_role_may(role, action):
    thing = SimpleNamespace(team_id=TEAM)
    allowed = role in TABLE[action]
    assert may(actor(role), action) is may(actor(role), action, thing) is allowed
    if allowed:
        require(actor(role), action)
        require(actor(role), action, thing)
    else:
        with pytest.raises(Forbidden, match=f"{role.value} may not {action.value}") as caught:
            require(actor(role), action, thing)
        assert "admin" in str(caught.value.hint)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_another_teams_thing_is_not_there(role, action):
    thing = SimpleNamespace(team_id=uuid4())
    assert may(actor(role), action, thing) is False
    with pytest.raises(NotFound):
        require(actor(role), action, thing)


def test_ones_own_things_are_ones_own():
    mine, other = (SimpleNamespace(team_id=TEAM, principal_id=owner) for owner in (ME, uuid4()))
    require(actor(Role.EDITOR), Action.CHAT, mine)
    for role in Role:
        with pytest.raises(NotFound):
            require(actor(role), Action.CHAT, other)
    require(actor(Role.ADMIN), Action.ADMINISTER, other)
    with pytest.raises(NotFound):
        require(actor(Role.EDITOR), Action.ADMINISTER, other)

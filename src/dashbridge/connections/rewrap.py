"""Seals the settings of a team's connections anew, after the vault's key changed or moved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal
from uuid import UUID

from dashbridge.connections.connections import sealed_for
from dashbridge.directory import connections as rows
from dashbridge.kit import Conflict, NotFound
from dashbridge.postgres import Database
from dashbridge.vault.base import CannotOpen, KeyDisabled, SealedFor, Vault

Outcome = Literal["rewrapped", "moved", "current", "gone", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("rewrapped", "moved", "current", "gone", "failed")
_ATTEMPTS = 5


async def rewrap_settings(
    database: Database, vault: Vault, team_id: UUID, *, former: Vault | None = None
) -> AsyncIterator[tuple[str, Outcome]]:
    """Each connection of a team by name, once its settings are under the newest key of `vault`.

    What `vault` cannot open, `former` may: it is `moved` then; `failed` where neither can, or the key is disabled.
    Stopped anywhere and begun again, this does what is left. Raises Unavailable.
    """
    async with database.team(team_id) as session:
        listed = [(row.id, row.name) for row in await rows.everything(session)]
    for connection_id, name in listed:
        try:
            yield name, await _rewrap(database, vault, former, team_id, connection_id)
        except NotFound:
            yield name, "gone"
        except (CannotOpen, KeyDisabled):
            yield name, "failed"


async def _rewrap(
    database: Database, vault: Vault, former: Vault | None, team_id: UUID, connection_id: UUID
) -> Outcome:
    owner = sealed_for(team_id, connection_id)
    for _ in range(_ATTEMPTS):
        async with database.team(team_id) as session:
            old = (await rows.get(session, connection_id)).sealed_settings
        new, outcome = await _sealed_anew(vault, former, old, owner)
        if new is None:
            return "current"
        async with database.team(team_id) as session:
            if await rows.replace_sealed(session, connection_id, old, new):
                return outcome
    raise Conflict("A connection's settings are changed again and again", hint="run it again when that has ended")


async def _sealed_anew(
    vault: Vault, former: Vault | None, old: bytes, owner: SealedFor
) -> tuple[bytes | None, Outcome]:
    try:
        return await vault.rewrap(old, owner), "rewrapped"
    except CannotOpen:
        if former is None:
            raise
    return await vault.seal(await former.open(old, owner), owner), "moved"

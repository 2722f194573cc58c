"""The stores alone, for an operator's commands that look after what they keep, team by team."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from dashbridge.directory import teams
from dashbridge.objects.base import ObjectStore
from dashbridge.postgres import Database
from dashbridge.settings import Settings
from dashbridge.vault.base import Vault
from dashbridge.wiring.stores import open_database, open_objects, open_vault


@dataclass(frozen=True, slots=True)
class Custody:
    """The stores that the settings name, and every team that has something in them."""

    database: Database
    objects: ObjectStore
    vault: Vault
    team_ids: Sequence[UUID]


@asynccontextmanager
async def open_custody(settings: Settings) -> AsyncIterator[Custody]:
    """Raises Invalid for settings that do not fit, Unavailable for a part that does not answer."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        database = await open_database(settings, stack)
        objects = await open_objects(settings, stack)
        vault = await open_vault(settings, stack)
        async with database.system() as session:
            team_ids = await teams.ids(session)
        yield Custody(database, objects, vault, team_ids)

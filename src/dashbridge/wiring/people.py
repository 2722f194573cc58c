"""The embedded team's admin: its key, and the link that signs it in."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy.exc import IntegrityError

from dashbridge.api.deps import Rooms
from dashbridge.directory import principals, teams
from dashbridge.kit import Unauthenticated, new_id
from dashbridge.postgres import Database
from dashbridge.settings import Settings
from dashbridge.sharing import Actor, admit_api_key, authenticate, issue_api_key, issue_sign_in

EMBEDDED_TEAM = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), "dashbridge:team:default")


async def admin(settings: Settings, rooms: Rooms) -> tuple[Actor, str]:
    """The first team's admin and its API key: the setting's, else one made on the first start and kept in `api_key`."""
    if settings.admin_key is not None:
        return await first_admin(rooms.database, settings.admin_key.get_secret_value())
    path = settings.embedded("api_key")
    if path.exists():
        key = path.read_text(encoding="ascii").strip()
        try:
            return await authenticate(rooms.database, key), key
        except Unauthenticated:
            path.unlink()
    async with rooms.database.team(EMBEDDED_TEAM) as session:
        await teams.ensure(session, "default")
        principal = await principals.ensure(session, name="admin", kind="user", role="admin")
        issued = await issue_api_key(session, principal.id)
    if not await asyncio.to_thread(_write_secret, path, issued.secret + "\n"):
        return await admin(settings, rooms)
    return await authenticate(rooms.database, issued.secret), issued.secret


async def first_admin(database: Database, key: str) -> tuple[Actor, str]:
    """The first team's admin, who comes in by `key`; made if missing, whoever else does the same. Raises Invalid."""
    try:
        return await authenticate(database, key), key
    except Unauthenticated:
        pass
    with suppress(IntegrityError):  # another process let the same key in at this moment
        async with database.team(EMBEDDED_TEAM) as session:
            await teams.ensure(session, "default")
            principal = await principals.ensure(session, name="admin", kind="user", role="admin")
            await admit_api_key(session, principal.id, key)
    return await authenticate(database, key), key


def _write_secret(path: Path, text: str) -> bool:
    """Write a new file that only its owner reads, whole or not at all; False if there is one already."""
    draft = path.with_name(f"{path.name}.{new_id()}")
    draft.touch(mode=0o600)
    try:
        draft.write_text(text, encoding="ascii")
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


async def sign_in_link(settings: Settings, rooms: Rooms, actor: Actor, port: int | None = None) -> str:
    """An address that signs the actor in, once."""
    async with rooms.database.team(actor.team_id) as session:
        token = await issue_sign_in(session, actor.principal_id)
    return f"{settings.url(port)}/#sign-in={token}"

"""The embedded team's admin: its key, and the link that signs it in."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from uuid import UUID, uuid5

from dashbridge.api.deps import Rooms
from dashbridge.directory import principals, teams
from dashbridge.kit import Unauthenticated, new_id
from dashbridge.settings import Settings
from dashbridge.sharing import Actor, authenticate, issue_api_key, issue_sign_in

EMBEDDED_TEAM = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), "dashbridge:team:default")


async def admin(settings: Settings, rooms: Rooms) -> tuple[Actor, str]:
    """The embedded team's admin and its API key, made on the first start and kept in `api_key` (0600)."""
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

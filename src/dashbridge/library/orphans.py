"""Files that no dashboard and no revision names: what a crash between the file and its pointer leaves behind.

Saving writes the file, also one that is there already, before it writes the pointer. So a file that is old and unnamed
is not about to be named, and removing exactly the generation that was found can not take a file from under a save.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from dashbridge.directory import dashboards as pointers
from dashbridge.kit import Invalid
from dashbridge.library.library import files_of
from dashbridge.objects.base import GenerationMismatch, ObjectInfo, ObjectNotFound, ObjectStore
from dashbridge.postgres import Database

YOUNGEST = timedelta(hours=1)
_AT_ONCE = 500


async def find_orphans(
    database: Database, objects: ObjectStore, team_id: UUID, *, older_than: timedelta
) -> AsyncIterator[ObjectInfo]:
    """A team's unnamed files that were written longer ago than `older_than`, by key. Raises Invalid, Unavailable."""
    if older_than < YOUNGEST:
        raise Invalid("A save may still be under way", code="too_young", hint="take an hour at least")
    before = datetime.now(UTC) - older_than
    held: list[ObjectInfo] = []
    async for info in objects.list(files_of(team_id)):
        if info.written_at is not None and info.written_at < before:
            held.append(info)
        if len(held) == _AT_ONCE:
            for orphan in await _unnamed(database, team_id, held):
                yield orphan
            held = []
    for orphan in await _unnamed(database, team_id, held):
        yield orphan


async def remove_orphan(database: Database, objects: ObjectStore, team_id: UUID, orphan: ObjectInfo) -> bool:
    """Whether it was removed: not if it was named, written or removed since it was found. Raises Unavailable."""
    if not await _unnamed(database, team_id, [orphan]):
        return False
    try:
        await objects.delete(orphan.key, if_generation=orphan.generation)
    except (GenerationMismatch, ObjectNotFound):
        return False
    return True


async def _unnamed(database: Database, team_id: UUID, held: Sequence[ObjectInfo]) -> Sequence[ObjectInfo]:
    if not held:
        return ()
    async with database.team(team_id) as session:
        named = await pointers.referred(session, [info.key for info in held])
    return [info for info in held if info.key not in named]

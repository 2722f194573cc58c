"""What no dashboard names is found and removed; what one names, or is about to name, stays."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dashbridge.directory import dashboards as pointers
from dashbridge.kit import Invalid
from dashbridge.library import orphans as orphans_file
from dashbridge.library.library import Library, files_of
from dashbridge.library.orphans import find_orphans, remove_orphan
from dashbridge.objects.base import ObjectInfo, ObjectStore
from dashbridge.objects.local import LocalObjectStore
from dashbridge.sharing import Actor, Role

WEEK = timedelta(days=7)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalObjectStore]:
    made = LocalObjectStore(tmp_path / "objects")
    yield made
    await made.close()


def age(info: ObjectInfo, days: float) -> None:
    """Let an object of the folder have been written so long ago."""
    path = info.uri.removeprefix("file://")
    then = os.stat(path).st_mtime_ns - int(days * 86_400 * 10**9)
    os.utime(path, ns=(then, then))


def pointer(key: str, title: str = "T") -> pointers.Saved:
    return pointers.Saved(title, f"file:///{key}", key, "0" * 64, (), "shop", "me")


async def found(directory: Any, store: ObjectStore, team: UUID, older_than: timedelta = WEEK) -> list[str]:
    return [info.key async for info in find_orphans(directory.database, store, team, older_than=older_than)]


async def test_only_old_files_that_nobody_names_are_orphans(directory: Any, store: LocalObjectStore) -> None:
    team, other = await directory.add_team(), await directory.add_team("other")
    names = ["current", "former", "deleted", "orphan", "young"]
    keys = {name: f"{files_of(team)}{name}.yaml" for name in names}
    for name in names:
        info = await store.put(keys[name], b"x")
        age(info, 6 if name == "young" else 8)
    elsewhere = [f"{files_of(other)}theirs.yaml", f"teams/{team}/chats/1/log", f"teams/{team}/ledger/x.jsonl"]
    for key in elsewhere:
        age(await store.put(key, b"x"), 100)
    async with directory.database.team(team) as session:
        await pointers.create(session, "one", pointer(keys["former"]))
        await pointers.move_pointer(session, "one", 1, pointer(keys["current"]))
        await pointers.create(session, "two", pointer(keys["deleted"]))
        await pointers.delete(session, "two", expected_revision=1)
    assert await found(directory, store, team) == [keys["orphan"]]
    assert await found(directory, store, team, timedelta(days=5)) == [keys["orphan"], keys["young"]]
    assert await found(directory, store, other) == elsewhere[:1]
    with pytest.raises(Invalid):
        await found(directory, store, team, timedelta(minutes=1))


async def test_many_files_are_looked_up_in_turns(
    directory: Any, store: LocalObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans_file, "_AT_ONCE", 5)
    team = await directory.add_team()
    keys = [f"{files_of(team)}{number:02}.yaml" for number in range(12)]
    for key in keys:
        age(await store.put(key, b""), 8)
    named = [keys[number] for number in (0, 4, 5, 11)]
    async with directory.database.team(team) as session:
        for number, key in enumerate(named):
            await pointers.create(session, f"d-{number}", pointer(key))
    assert await found(directory, store, team) == [key for key in keys if key not in named]


async def test_what_was_named_or_written_since_stays(directory: Any, store: LocalObjectStore) -> None:
    team = await directory.add_team()
    keys = [f"{files_of(team)}{name}.yaml" for name in "abcd"]
    for key in keys:
        age(await store.put(key, b"x"), 8)
    orphans = [info async for info in find_orphans(directory.database, store, team, older_than=WEEK)]
    assert [info.key for info in orphans] == keys
    async with directory.database.team(team) as session:
        await pointers.create(session, "one", pointer(keys[0]))
    await store.put(keys[1], b"x")
    await store.delete(keys[2])
    removed = [await remove_orphan(directory.database, store, team, info) for info in orphans]
    assert removed == [False, False, False, True]
    assert [info.key async for info in store.list("")] == keys[:2]


async def test_a_save_under_way_keeps_its_old_file(directory: Any, store: LocalObjectStore) -> None:
    """The file is there since a save that died long ago; one that is found now must not be removed from under this."""
    team = await directory.add_team()
    actor = Actor(team, team, "me", Role.ADMIN)
    library = Library(directory.database, store, None, None, today=None)  # type: ignore[arg-type]
    uri = await library._put(actor, "a" * 64, b"file")
    age(await store.stat(f"{files_of(team)}{'a' * 64}.yaml"), 8)
    (orphan,) = [info async for info in find_orphans(directory.database, store, team, older_than=WEEK)]
    assert await library._put(actor, "a" * 64, b"file") == uri
    assert not await remove_orphan(directory.database, store, team, orphan)
    assert await found(directory, store, team) == []
    (written,) = [info async for info in store.list("")]
    await store.delete(written.key)
    assert await library._put(actor, "a" * 64, b"file") == uri

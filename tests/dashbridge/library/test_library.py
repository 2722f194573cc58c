"""A dashboard's life: saved, opened, restored, renamed, deleted, brought back; and everything that may not be saved."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import ANY
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pytest

from dashbridge import wiring
from dashbridge.api.deps import Rooms
from dashbridge.kit import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    Unavailable,
    is_slug,
)
from dashbridge.library import Library
from dashbridge.library.parsed import Parsed, ParsedFiles
from dashbridge.objects.local import LocalObjectStore
from dashbridge.settings import Settings
from dashbridge.sharing import Actor

pytestmark = pytest.mark.usefixtures("shop")


def titled(yaml: str, title: str) -> str:
    return yaml.replace("title: Shop\n", f"title: {title}\n")


def file_of(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


async def test_what_is_saved_is_opened(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    saved = await rooms.library.save(admin, shop_yaml, "shop", expected=None)
    assert (saved.slug, saved.revision) == ("shop", 1)
    assert file_of(saved.yaml_uri).read_text() == shop_yaml
    assert set(saved.checked.records) == {"sales", "regions"}
    opened = await rooms.library.open(admin, "shop")
    assert opened.yaml == shop_yaml
    assert (opened.pointer.title, opened.pointer.view_type, opened.pointer.owner) == ("Shop", ["line", "metric"], ANY)
    assert list(opened.compiled.insights) == ["total", "by_day"]


async def test_revisions_restore_and_old_files(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    await library.save(admin, titled(shop_yaml, "Second"), "shop", expected=1)
    restored = await library.restore(admin, "shop", 1, expected=2)
    assert restored.revision == 3
    assert [row.revision for row in await library.revisions(admin, "shop")] == [3, 2, 1]
    assert (await library.open(admin, "shop")).yaml == shop_yaml
    assert (await library.open(admin, "shop", 2)).yaml == titled(shop_yaml, "Second")
    with pytest.raises(PreconditionFailed):
        await library.restore(admin, "shop", 2, expected=2)
    for missing in (0, 4, -1):
        with pytest.raises(NotFound):
            await library.open(admin, "shop", missing)
        with pytest.raises(NotFound):
            await library.restore(admin, "shop", missing, expected=3)


async def test_a_revision_that_no_longer_fits_is_not_restored(
    rooms: Rooms, admin: Actor, shop_yaml: str, put_file: Callable[..., Path], other_file: Path
) -> None:
    await rooms.library.save(admin, shop_yaml, "shop", expected=None)
    simple = shop_yaml.replace("SELECT region, label FROM regions", "SELECT 'n' AS region, 'N' AS label FROM orders")
    await rooms.library.save(admin, simple, "shop", expected=1)
    put_file(admin, other_file, "shop.duckdb")
    with pytest.raises(Invalid, match="regions"):
        await rooms.library.restore(admin, "shop", 1, expected=2)
    assert (await rooms.library.pointer(admin, "shop")).revision == 2


async def test_rename_delete_and_back(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    await library.save(admin, titled(shop_yaml, "Other"), "other", expected=None)
    with pytest.raises(Conflict):
        await library.rename(admin, "shop", "other", expected=1)
    with pytest.raises(Invalid):
        await library.rename(admin, "shop", "../x", expected=1)
    with pytest.raises(PreconditionFailed):
        await library.rename(admin, "shop", "market", expected=2)
    assert (await library.rename(admin, "shop", "market", expected=1)).slug == "market"
    with pytest.raises(NotFound):
        await library.open(admin, "shop")
    with pytest.raises(PreconditionFailed):
        await library.delete(admin, "market", expected=9)
    await library.delete(admin, "market", expected=1)
    for gone in (library.open(admin, "market"), library.keep(admin, "market"), library.revisions(admin, "market")):
        with pytest.raises(NotFound):
            await gone
    assert [row.slug for row in await library.list(admin)] == ["other"]
    assert (await library.undelete(admin, "market")).revision == 1
    assert (await library.open(admin, "market")).yaml == shop_yaml
    with pytest.raises(NotFound):
        await library.undelete(admin, "market")


async def test_drafts_are_listed_apart_until_kept(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "draft", expected=None, draft=True)
    await library.save(admin, titled(shop_yaml, "Kept"), "kept", expected=None)
    assert [row.slug for row in await library.list(admin, drafts=True)] == ["draft"]
    assert [row.slug for row in await library.list(admin, drafts=False)] == ["kept"]
    assert (await library.keep(admin, "draft")).draft is False
    assert {row.slug for row in await library.list(admin, drafts=False)} == {"draft", "kept"}


def hostile_names() -> list[str]:
    parts = [
        "..",
        "/",
        "\\",
        "\0",
        "\n",
        "%2e",
        "%00",
        "A",
        "é",
        "ｘ",
        "\u202e",
        " ",
        "a",
        "-",
        "~",
        ".yaml",
        "'",
        "\ud800",
    ]
    chance = random.Random(7)
    made = {"", "-a", "abc\n", "../x", "Abc", "a" * 64, "a_b", "a.b", "…", "ａｂｃ", "a\u0301", "con/../x"}
    while len(made) < 300:
        name = "".join(chance.choices(parts, k=chance.randint(1, 5)))
        if not is_slug(name):
            made.add(name)
    return sorted(made)


async def test_300_hostile_names_are_no_slugs(rooms: Rooms, admin: Actor, shop_yaml: str, settings: Settings) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    before = sorted(path for path in settings.data_dir.rglob("*"))
    for name in hostile_names():
        for write in (
            library.save(admin, shop_yaml, name, expected=None),
            library.rename(admin, "shop", name, expected=1),
        ):
            with pytest.raises(Invalid) as refused:
                await write
            assert refused.value.code == "bad_slug"
        for read in (
            *(library.open(admin, name), library.pointer(admin, name), library.revisions(admin, name)),
            *(library.keep(admin, name), library.undelete(admin, name), library.delete(admin, name, expected=1)),
            *(library.restore(admin, name, 1, expected=1), library.rename(admin, name, "fine", expected=1)),
        ):
            with pytest.raises(NotFound):
                await read
    assert sorted(path for path in settings.data_dir.rglob("*")) == before


async def test_another_team_sees_and_changes_nothing(
    rooms: Rooms, admin: Actor, stranger: Actor, shop_yaml: str
) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    assert await library.list(stranger) == []
    for attempt in (
        *(library.open(stranger, "shop"), library.keep(stranger, "shop"), library.undelete(stranger, "shop")),
        *(library.delete(stranger, "shop", expected=1), library.rename(stranger, "shop", "x", expected=1)),
        *(library.revisions(stranger, "shop"), library.restore(stranger, "shop", 1, expected=1)),
    ):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(Invalid, match="connection"):
        await library.save(stranger, shop_yaml, "shop", expected=None)


async def test_a_viewer_writes_nothing(rooms: Rooms, people: Any, admin: Actor, shop_yaml: str) -> None:
    viewer, library = people["viewer"].actor, rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    assert (await library.open(viewer, "shop")).yaml == shop_yaml
    for attempt in (
        *(library.save(viewer, shop_yaml, "x", expected=None), library.check(viewer, shop_yaml)),
        *(library.delete(viewer, "shop", expected=1), library.undelete(viewer, "shop"), library.keep(viewer, "shop")),
        *(library.rename(viewer, "shop", "x", expected=1), library.restore(viewer, "shop", 1, expected=1)),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_writers_that_race_lose_nothing(
    rooms: Rooms, settings: Settings, admin: Actor, shop_yaml: str, query_pool: Any
) -> None:
    other = Library(
        rooms.database,
        LocalObjectStore(settings.embedded("objects")),
        rooms.connections,
        query_pool,
        today=wiring.today,
    )
    libraries = (rooms.library, other)
    creations = await asyncio.gather(
        *(libraries[n % 2].save(admin, titled(shop_yaml, f"New {n}"), "race", expected=None) for n in range(20)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in creations) == ["Conflict"] * 19 + ["Saved"]
    for revision in (1, 2, 3):
        texts = [titled(shop_yaml, f"Revision {revision} writer {n}") for n in range(20)]
        tries = await asyncio.gather(
            *(libraries[n % 2].save(admin, text, "race", expected=revision) for n, text in enumerate(texts)),
            return_exceptions=True,
        )
        (winner,) = [n for n, one in enumerate(tries) if not isinstance(one, BaseException)]
        for loser in tries[:winner] + tries[winner + 1 :]:
            assert isinstance(loser, PreconditionFailed)
            assert loser.details["revision"] == revision + 1
        assert (await other.open(admin, "race")).yaml == texts[winner]
    assert [row.revision for row in await rooms.library.revisions(admin, "race")] == [4, 3, 2, 1]
    for revision in (1, 2, 3, 4):
        assert (await rooms.library.open(admin, "race", revision)).yaml


async def test_a_damaged_file_is_said_and_healed_by_saving_it_again(
    rooms: Rooms, settings: Settings, admin: Actor, shop_yaml: str, query_pool: Any
) -> None:
    saved = await rooms.library.save(admin, shop_yaml, "shop", expected=None)
    fresh = Library(
        rooms.database,
        LocalObjectStore(settings.embedded("objects")),
        rooms.connections,
        query_pool,
        today=wiring.today,
    )
    file = file_of(saved.yaml_uri)
    file.write_text(shop_yaml.replace("Shop", "Chop"))
    with pytest.raises(Unavailable) as damaged:
        await fresh.open(admin, "shop")
    assert damaged.value.code == "file_corrupt"
    file.unlink()
    with pytest.raises(Unavailable) as missing:
        await fresh.open(admin, "shop")
    assert missing.value.code == "file_missing"
    file.write_text("half a fi")
    await fresh.save(admin, shop_yaml, "shop", expected=1)
    assert (await fresh.open(admin, "shop")).yaml == shop_yaml


async def test_data_of_a_known_dashboard_needs_no_directory_and_no_file(
    rooms: Rooms, admin: Actor, shop_yaml: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = rooms.library
    await library.save(admin, shop_yaml, "shop", expected=None)
    rooms.front.changes._now = lambda: 0.0  # certain as long as it listens
    await rooms.front.changes.listening()
    async with asyncio.timeout(60):
        while not rooms.front.changes.certain():  # noqa: ASYNC110
            await asyncio.sleep(0)
    first = await library.lately(admin, "shop")
    with monkeypatch.context() as patched:
        for name in ("_read", "pointer"):
            patched.setattr(library, name, None)
        again = await library.lately(admin, "shop")
        assert again.compiled is first.compiled
        assert again.pointer is first.pointer
    await library.save(admin, titled(shop_yaml, "Second"), "shop", expected=1)
    assert (await library.lately(admin, "shop")).pointer.revision == 2
    await library.delete(admin, "shop", expected=2)
    with pytest.raises(NotFound):
        await library.lately(admin, "shop")


async def test_a_file_is_read_once_for_a_crowd_and_off_the_loop(
    rooms: Rooms, admin: Actor, shop_yaml: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rooms.library.save(admin, shop_yaml, "shop", expected=None)
    rooms.library._parsed = ParsedFiles(1 << 20)
    threads = []
    of = Parsed.of

    def noted(text: str, dialect: str) -> Parsed:
        threads.append(threading.current_thread())
        return of(text, dialect)

    monkeypatch.setattr(Parsed, "of", noted)
    opened = await asyncio.gather(*(rooms.library.open(admin, "shop") for _ in range(20)))
    assert len({id(one.compiled) for one in opened}) == 1
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


def test_files_are_bounded_by_bytes(shop_yaml: str) -> None:
    parsed, team = Parsed.of(shop_yaml, "duckdb"), UUID(int=0)
    files = ParsedFiles(80 * len(shop_yaml) * 3)
    for number in range(5):
        files.keep((team, str(number), "duckdb"), parsed)
        files.keep((team, str(number), "duckdb"), parsed)
    assert files.bytes == 80 * len(shop_yaml) * 3
    assert len(files._kept) == 3

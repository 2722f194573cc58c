"""What was read lately is given again only while it is certain that nobody changed it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from dashbridge.kit import NotFound
from dashbridge.postgres import Change, Changes, Database, Lately

INSERT = text(
    "INSERT INTO dashboards (team_id, id, slug, title, yaml_uri, yaml_key, yaml_sha256, owner, connection_name,"
    " revision) VALUES (:team, :id, :slug, 't', 'u', 'k', repeat('0', 64), 'me', 'shop', 1)"
)
Row = tuple[str, int]


class Process:
    """One process as far as it reads pointers; `asked` counts what its directory was asked."""

    def __init__(self, url: str, team: UUID) -> None:
        self.team, self.asked, self.clock = team, 0, 0.0
        self.database = Database(url)
        self.changes = Changes(self.database, now=lambda: self.clock)
        self.lately: Lately[Row] = Lately("dashboard", lambda row: row[0], max_bytes=10_000, size=lambda _: 1_000)
        self.lately.follow(self.changes)
        self.told = asyncio.Event()
        self.changes.tell(lambda _: self.told.set())

    async def read(self, slug: str) -> Row:
        async def ask() -> Row:
            self.asked += 1
            async with self.database.team(self.team) as session:
                found = await session.execute(
                    text("SELECT slug, revision FROM dashboards WHERE slug = :s"), {"s": slug}
                )
            row = found.first()
            if row is None:
                raise NotFound("no such dashboard")
            return (row[0], row[1])

        return await self.lately.read(self.team, slug, ask)

    async def write(self, sql: str, **values: Any) -> None:
        async with self.database.team(self.team) as session:
            await session.execute(text(sql), values)

    async def sure(self) -> None:
        await self.changes.listening()
        async with asyncio.timeout(60):
            while not self.changes.certain():  # noqa: ASYNC110
                await asyncio.sleep(0)

    async def close(self) -> None:
        await self.changes.close()
        await self.database.close()


@pytest_asyncio.fixture
async def two(directory: Any) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes of one team that has the dashboards `a` and `b`."""
    team = await directory.add_team()
    here, there = Process(directory.app_url, team), Process(directory.app_url, team)
    async with here.database.team(team) as session:
        for slug in "ab":
            await session.execute(INSERT, {"team": team, "id": uuid4(), "slug": slug})
    for one in (here, there):
        await one.sure()
    yield here, there
    for one in (here, there):
        await one.close()


async def test_it_is_read_once_while_nothing_changes(two: tuple[Process, Process]) -> None:
    here, _ = two
    assert [await here.read("a") for _ in range(3)] == [("a", 1)] * 3
    assert here.asked == 1
    assert await here.read("b") == ("b", 1)
    assert (here.asked, here.lately.bytes) == (2, 2_000)


async def test_what_another_process_writes_is_heard(two: tuple[Process, Process]) -> None:
    here, there = two
    await here.read("a")
    await here.read("b")
    here.told.clear()
    await there.write("UPDATE dashboards SET revision = 2 WHERE slug = 'a'")
    async with asyncio.timeout(60):
        await here.told.wait()
    assert [await here.read("a"), await here.read("b"), here.asked] == [("a", 2), ("b", 1), 3]


async def test_what_this_process_wrote_is_never_given_old(two: tuple[Process, Process]) -> None:
    here, _ = two
    for revision in range(2, 12):
        await here.read("a")
        await here.write("UPDATE dashboards SET revision = :r WHERE slug = 'a'", r=revision)
        assert await here.read("a") == ("a", revision)


async def test_nothing_is_given_or_kept_while_it_is_not_certain(two: tuple[Process, Process]) -> None:
    here, _ = two
    await here.read("a")
    here.clock = 1e12
    assert [await here.read("a"), await here.read("a"), here.asked] == [("a", 1), ("a", 1), 3]


async def test_after_a_gap_everything_is_asked_again(two: tuple[Process, Process]) -> None:
    here, _ = two
    await here.read("a")
    here.changes._say(None)
    assert here.lately.bytes == 0
    await here.read("a")
    assert here.asked == 2


async def test_what_was_read_while_there_was_news_is_not_kept(two: tuple[Process, Process]) -> None:
    here, _ = two

    async def old() -> Row:
        here.changes._say(Change("dashboard", str(here.team), "a"))
        return ("a", 0)

    assert await here.lately.read(here.team, "a", old) == ("a", 0)
    assert await here.read("a") == ("a", 1)


async def test_other_teams_and_failures_are_not_given(two: tuple[Process, Process]) -> None:
    here, _ = two
    await here.read("a")
    here.team = uuid4()
    for _ in range(2):
        with pytest.raises(NotFound):
            await here.read("a")
    assert here.asked == 3


async def test_it_begins_to_listen_when_asked_twice(directory: Any) -> None:
    one = Process(directory.app_url, await directory.add_team())
    for began in (False, True):
        with pytest.raises(NotFound):
            await one.read("a")
        assert (one.changes._task is not None) is began
    await one.close()


async def test_it_is_bounded(two: tuple[Process, Process]) -> None:
    here, _ = two

    async def row(name: str) -> Row:
        return (name, 1)

    for number in range(20):
        name = f"n{number}"
        await here.lately.read(here.team, name, lambda name=name: row(name))  # type: ignore[misc]
    assert here.lately.bytes == 10_000
    assert len(here.lately._at) == 10

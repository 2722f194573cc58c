"""Changes are told to every process, in order, and after a gap everything counts as changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest_asyncio
from sqlalchemy import text

from dashbridge.directory import principals
from dashbridge.postgres import Change, Changes, Database
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.sharing import issue_api_key

INSERT = text(
    "INSERT INTO dashboards (team_id, id, slug, title, yaml_uri, yaml_key, yaml_sha256, owner, connection_name,"
    " revision) VALUES (:team, :id, :slug, 't', 'u', 'k', repeat('0', 64), 'me', 'shop', 1)"
)


class Heard:
    """What was told, and a way to wait for more."""

    def __init__(self, changes: Changes) -> None:
        self.all: list[Change | None] = []
        self._more = asyncio.Event()
        changes.tell(self._note)

    def _note(self, change: Change | None) -> None:
        self.all.append(change)
        self._more.set()

    async def until(self, wanted: Change | None, times: int = 1) -> None:
        async with asyncio.timeout(60):
            while self.all.count(wanted) < times:
                self._more.clear()
                await self._more.wait()


@pytest_asyncio.fixture
async def elsewhere(directory: Any) -> AsyncIterator[tuple[Changes, Heard]]:
    """What another process hears: it has a database of its own."""
    database = Database(directory.app_url)
    changes = Changes(database)
    heard = Heard(changes)
    await changes.listening()
    yield changes, heard
    await changes.close()
    await database.close()


async def add(directory: Any, team: UUID, slug: str) -> None:
    async with directory.database.team(team) as session:
        await session.execute(INSERT, {"team": team, "id": uuid4(), "slug": slug})


async def test_what_changes_is_told_elsewhere_by_name(directory: Any, elsewhere: tuple[Changes, Heard]) -> None:
    _, heard = elsewhere
    team = await directory.add_team()
    await add(directory, team, "sales")
    async with directory.database.team(team) as session:
        await session.execute(text("UPDATE dashboards SET slug = 'costs', revision = 2"))
    for slug in ("sales", "costs"):
        await heard.until(Change("dashboard", str(team), slug))
    async with directory.database.team(team) as session:
        person = await principals.create(session, name="p", kind="user", role="viewer")
        issued = await issue_api_key(session, person.id)
    async with directory.database.team(team) as session:
        await principals.revoke_api_key(session, issued.id)
    await heard.until(Change("who", str(team), str(person.id)))
    assert issued.secret not in repr(heard.all)


async def test_a_write_of_this_process_was_told_here_when_it_returns(directory: Any) -> None:
    changes = Changes(directory.database)
    heard = Heard(changes)
    await changes.listening()
    team = await directory.add_team()
    for number in range(20):
        await add(directory, team, f"d{number}")
        assert heard.all[-1] == Change("dashboard", str(team), f"d{number}")
    await changes.close()


async def test_what_was_rolled_back_is_not_told(directory: Any, elsewhere: tuple[Changes, Heard]) -> None:
    _, heard = elsewhere
    team = await directory.add_team()
    try:
        async with directory.database.team(team) as session:
            await session.execute(INSERT, {"team": team, "id": uuid4(), "slug": "never"})
            raise KeyError
    except KeyError:
        pass
    await add(directory, team, "after")
    await heard.until(Change("dashboard", str(team), "after"))
    assert heard.all == [None, Change("dashboard", str(team), "after")]


async def test_after_a_gap_everything_counts_as_changed(directory: Any, elsewhere: tuple[Changes, Heard]) -> None:
    _, heard = elsewhere
    await heard.until(None)
    with psycopg.connect(libpq_words(read_url(directory.admin_url)), autocommit=True) as admin:
        killed = admin.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        ).fetchone()
    assert killed != (0,)
    await heard.until(None, times=2)
    team = await directory.add_team()
    await add(directory, team, "again")
    await heard.until(Change("dashboard", str(team), "again"))


async def test_it_is_certain_only_while_it_hears(directory: Any) -> None:
    clock = 0.0
    changes = Changes(directory.database, now=lambda: clock)
    assert not changes.certain()
    heard = Heard(changes)
    await changes.listening()
    await heard.until(None)
    clock = 1e12
    assert not changes.certain()
    await changes.close()
    clock = 0.0
    assert not changes.certain()

"""Transactions of one team, what a lost database looks like, and notices."""

from __future__ import annotations

import asyncio
import contextlib
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashbridge.kit import DashbridgeError, Invalid, NotFound, Unavailable
from dashbridge.postgres import Database, newest_schema, notify, team_of
from dashbridge.postgres.urls import libpq_words, read_url

TEAMS = text("SELECT name FROM teams ORDER BY name")


async def names(session):
    return list((await session.scalars(TEAMS)).all())


async def test_check_names_the_schema_revision(directory):
    assert await directory.database.check() == newest_schema()


async def test_a_role_that_is_not_bound_is_refused(directory):
    database = Database(directory.admin_url)
    with pytest.raises(DashbridgeError, match="superuser") as caught:
        await database.check()
    assert caught.value.code == "unsafe_app_role"
    await database.close()


async def test_an_empty_database_is_named(blank_database, migrated_database):
    database = Database(blank_database[1])
    with pytest.raises(DashbridgeError, match="no tables yet"):
        await database.check()
    await database.close()


async def test_the_block_commits_and_an_error_rolls_back(directory):
    team_id = await directory.add_team("a")
    async with directory.database.team(team_id) as session:
        await session.execute(text("UPDATE teams SET name = 'b'"))

    async def change_and_fail():
        async with directory.database.team(team_id) as session:
            await session.execute(text("UPDATE teams SET name = 'c'"))
            raise NotFound("no")

    with pytest.raises(NotFound):
        await change_and_fail()
    async with directory.database.team(team_id) as session:
        assert await names(session) == ["b"]
        assert team_of(session) == team_id


async def test_a_session_of_no_team_sees_and_knows_none(directory):
    await directory.add_team()
    async with directory.database.system() as session:
        assert await names(session) == []
        with pytest.raises(LookupError):
            team_of(session)


async def test_a_team_is_an_id_and_nothing_else(directory):
    with pytest.raises(ValueError):
        async with directory.database.team("x', false); DROP TABLE teams; --"):
            pass


async def test_a_wrong_statement_is_no_lost_database(directory):
    with pytest.raises(DBAPIError):
        async with directory.database.system() as session:
            await session.execute(text("SELECT nothing"))

    async def run_out_of_time():
        async with directory.database.system() as session:
            await session.execute(text("SET LOCAL statement_timeout = 10"))
            await session.execute(text("SELECT pg_sleep(30)"))

    with pytest.raises(DBAPIError):
        await run_out_of_time()


@pytest.mark.parametrize(
    "url", ["postgresql://a:secret@127.0.0.1:1/x", "postgres://a:secret@/x?host=/nonexistent folder"]
)
async def test_a_database_that_is_not_there(url):
    database = Database(url)
    with pytest.raises(Unavailable) as caught:
        async with database.team(uuid4()):
            pass
    assert "secret" not in str(caught.value)
    with pytest.raises(Unavailable):
        async with database.listen("news"):
            pass
    await database.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://a:secret@b/c", "postgresql+asyncpg://a@b/c"])
def test_an_address_that_is_none(url):
    with pytest.raises(Invalid) as caught:
        Database(url)
    assert "secret" not in str(caught.value)


async def test_a_connection_that_is_cut_is_unavailable_and_the_next_works(directory):
    cut = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(Unavailable):
        async with directory.database.system() as session:
            await session.execute(cut)
    async with directory.database.system() as session:
        assert await session.scalar(text("SELECT 1")) == 1


async def test_a_full_pool_is_unavailable(directory):
    database = Database(directory.app_url, pool_size=1, max_overflow=0, pool_timeout_s=0.05)
    async with database.system() as session:
        await session.execute(text("SELECT 1"))
        with pytest.raises(Unavailable) as caught:
            async with database.system() as other:
                await other.execute(text("SELECT 1"))
    assert caught.value.code == "database_busy"
    await database.close()


async def test_a_notice_arrives_after_its_commit_and_only_then(directory):
    async with directory.database.listen("news") as notices:
        async with directory.database.system() as session:
            await notify(session, "news", "12")
            assert await notices.wait(0.02) == []
        assert await notices.wait(10) == ["12"]
        with pytest.raises(DBAPIError):
            async with directory.database.system() as session:
                await session.execute(text("SELECT pg_notify('dashbridge', 'news 13'), 1 / 0"))
        async with directory.database.system() as session:
            await notify(session, "other", "14")
            await notify(session, "news", "15")
        assert await notices.wait(10) == ["15"]


async def test_notices_are_caught_from_entry_on_and_none_is_lost(directory):
    async with directory.database.listen("news") as notices:
        for number in range(50):
            async with directory.database.system() as session:
                await notify(session, "news", str(number))
        caught = []
        async for payload in notices:
            caught.append(int(payload))
            if len(caught) == 50:
                break
    assert caught == list(range(50))


async def test_a_cut_listener_is_unavailable(directory):
    async with directory.database.listen("news") as notices:
        waiting = asyncio.ensure_future(notices.wait(30))
        with psycopg.connect(libpq_words(read_url(directory.admin_url)), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
        with pytest.raises(Unavailable):
            await waiting


async def test_listeners_share_one_connection_which_is_made_again(directory):
    count = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    async with contextlib.AsyncExitStack() as stack:
        listeners = [await stack.enter_async_context(directory.database.listen(f"c{n % 2}")) for n in range(20)]
        with psycopg.connect(libpq_words(read_url(directory.admin_url)), autocommit=True) as connection:
            assert connection.execute(count).fetchone() == (1,)
            async with directory.database.system() as session:
                await notify(session, "c1", "7")
            assert [await notices.wait(10) for notices in listeners[1::2]] == [["7"]] * 10
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
        for notices in listeners:
            with pytest.raises(Unavailable):
                await notices.wait(10)
        again = await stack.enter_async_context(directory.database.listen("c1"))
        async with directory.database.system() as session:
            await notify(session, "c1", "8")
        assert await again.wait(10) == ["8"]


@pytest.mark.parametrize("payload", ["", "a b", '{"row": "value"}', "x" * 201])
async def test_a_notice_carries_ids_only(directory, payload):
    async with directory.database.system() as session:
        with pytest.raises(ValueError, match="ids only"):
            await notify(session, "news", payload)


@pytest.mark.parametrize("channel", ["", "News", 'a"; DROP TABLE teams; --', "x" * 64])
async def test_a_channel_is_a_plain_name(directory, channel):
    with pytest.raises(ValueError, match="channel"):
        async with directory.database.listen(channel):
            pass

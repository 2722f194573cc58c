"""Preparing databases: roles that exist, that may too much or too little, servers that are not there."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import psycopg
import pytest

from dashbridge.kit import DashbridgeError, Unavailable
from dashbridge.postgres import Database, newest_schema
from dashbridge.postgres.migrate import prepare
from dashbridge.postgres.urls import libpq_words, read_url


def as_role(url: str, name: str, password: str) -> str:
    changed = read_url(url).set(username=name, password=password)
    return changed.render_as_string(hide_password=False)


@pytest.fixture
def new_role(postgres_server):
    """Makes roles, and removes them with what they own."""
    made = []

    def make(options: str = "LOGIN PASSWORD 'x'") -> str:
        made.append(name := f"role {uuid4().hex}")
        postgres_server.run(f'CREATE ROLE "{name}" {options}')
        return name

    yield make
    for name in made:
        postgres_server.run(f'DROP ROLE "{name}"')


async def check(url: str) -> str:
    database = Database(url)
    try:
        return await database.check()
    finally:
        await database.close()


async def test_preparing_again_changes_nothing(blank_database):
    admin_url, app_url = blank_database
    for _ in range(3):
        await prepare(admin_url, app_url)
    assert await check(app_url) == newest_schema()


async def test_names_and_passwords_of_any_letters(postgres_server, blank_database):
    name, password = f'sérvice "{uuid4().hex}"; --', "p@ss/w:rd'\"% \\é"
    app_url = as_role(blank_database[1], name, password)
    await prepare(blank_database[0], app_url)
    assert await check(app_url) == newest_schema()
    with pytest.raises(Unavailable):
        await check(as_role(blank_database[1], name, "wrong"))
    with psycopg.connect(libpq_words(read_url(blank_database[0])), autocommit=True) as connection:
        stored = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [name]).fetchone()
        assert stored is not None
        assert stored[0].startswith("SCRAM-SHA-256$")
    quoted = name.replace('"', '""')
    postgres_server.run(f'DROP ROLE "{quoted}"')


async def test_a_role_that_is_there_keeps_its_password(new_role, blank_database):
    name = new_role()
    await prepare(blank_database[0], as_role(blank_database[1], name, "another"))
    assert await check(as_role(blank_database[1], name, "x")) == newest_schema()


@pytest.mark.parametrize("option", ["SUPERUSER", "BYPASSRLS"])
async def test_a_service_role_that_may_everything_is_refused(new_role, blank_database, option):
    name = new_role(f"LOGIN PASSWORD 'x' {option}")
    with pytest.raises(DashbridgeError) as caught:
        await prepare(blank_database[0], as_role(blank_database[1], name, "x"))
    assert caught.value.code == "unsafe_app_role"
    with pytest.raises(DashbridgeError) as caught:
        await check(as_role(blank_database[1], name, "x"))
    assert caught.value.code == "unsafe_app_role"


async def test_an_owner_as_the_service_is_refused(blank_database, new_role, postgres_server):
    name = new_role()
    app_url = as_role(blank_database[1], name, "x")
    await prepare(blank_database[0], app_url)
    postgres_server.run(f'GRANT dashbridge_owner TO "{name}"')
    with pytest.raises(DashbridgeError, match="owns tables"):
        await check(app_url)


async def test_an_admin_that_may_too_little_is_named(new_role, blank_database):
    weak = as_role(blank_database[0], new_role(), "x")
    with pytest.raises(DashbridgeError) as caught:
        await prepare(weak, blank_database[1])
    assert caught.value.code == "weak_admin_role"


async def test_a_server_that_is_not_there(blank_database):
    with pytest.raises(Unavailable) as caught:
        await prepare("postgresql://a:secret@127.0.0.1:1/x", blank_database[1])
    assert "secret" not in str(caught.value)


async def test_two_databases_of_one_server_prepared_at_once(postgres_server):
    names = [f"blank_{uuid4().hex}" for _ in range(3)]
    for name in names:
        postgres_server.run(f"CREATE DATABASE {name}")
    urls = [(postgres_server.admin_url(name), postgres_server.app_url(name)) for name in names]
    await asyncio.gather(*(prepare(admin_url, app_url) for admin_url, app_url in urls))
    assert [await check(app_url) for _, app_url in urls] == [newest_schema()] * 3
    for name in names:
        postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")

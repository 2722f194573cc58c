"""What a database needs beside its tables is made at every start; whether the tables are the newest is told."""

from __future__ import annotations

import psycopg

from dashbridge.postgres import Database, make_roles
from dashbridge.postgres.migrate import move_to, prepare
from dashbridge.postgres.row_security import SERVICE_ROLE
from dashbridge.postgres.urls import libpq_words, read_url


async def test_it_tells_whether_the_tables_are_of_this_release(blank_database):
    admin_url, app_url = blank_database
    assert not await make_roles(admin_url, app_url)
    await prepare(admin_url, app_url)
    assert await make_roles(admin_url, app_url)
    await move_to(admin_url, "0001")
    assert not await make_roles(admin_url, app_url)


async def test_rights_that_were_taken_are_given_again(blank_database):
    admin_url, app_url = blank_database
    await prepare(admin_url, app_url)
    with psycopg.connect(libpq_words(read_url(admin_url)), autocommit=True) as connection:
        connection.execute(f"REVOKE USAGE ON SCHEMA public FROM {SERVICE_ROLE}, PUBLIC")
    assert await make_roles(admin_url, app_url)
    database = Database(app_url)
    try:
        await database.check()
    finally:
        await database.close()

"""Every step up, down and up again on a real server, and the models against what the steps made."""

from __future__ import annotations

import asyncio

import psycopg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from dashbridge.directory import Team
from dashbridge.kit import resource_folder
from dashbridge.postgres.migrate import move_to, prepare
from dashbridge.postgres.urls import libpq_words, read_url

STEPS = [step.revision for step in reversed(list(ScriptDirectory(str(resource_folder("migrations"))).walk_revisions()))]
_RELATIONS = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'i', 'S')
    AND relname NOT LIKE 'alembic_version%' ORDER BY 1
"""
_FUNCTIONS = """
SELECT p.proname FROM pg_proc p LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
WHERE p.pronamespace = 'public'::regnamespace AND d.objid IS NULL ORDER BY 1
"""


def shape(admin_url: str) -> tuple[list[str], list[str], list[tuple]]:
    """The names of relations and functions, and all columns, as far as they are ours."""
    with psycopg.connect(libpq_words(read_url(admin_url))) as connection:
        relations = [row[0] for row in connection.execute(_RELATIONS)]
        functions = [row[0] for row in connection.execute(_FUNCTIONS)]
        columns = connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2"
        ).fetchall()
    return relations, functions, columns


def test_steps_are_numbered_without_gaps():
    assert [f"{number:04}" for number in range(1, len(STEPS) + 1)] == STEPS


async def test_each_step_goes_up_down_and_up_again(blank_database):
    admin_url, app_url = blank_database
    await prepare(admin_url, app_url)
    newest = shape(admin_url)
    await move_to(admin_url, "base")
    before = empty = shape(admin_url)
    assert empty == ([], [], [])
    for step in STEPS:
        await move_to(admin_url, step)
        after = shape(admin_url)
        assert after != before
        await move_to(admin_url, STEPS[STEPS.index(step) - 1] if step != STEPS[0] else "base")
        assert shape(admin_url) == before
        await move_to(admin_url, step)
        assert shape(admin_url) == after
        before = after
    assert before == newest


async def test_downgrade_of_everything_leaves_rows_of_no_table(blank_database):
    admin_url, app_url = blank_database
    await prepare(admin_url, app_url)
    await move_to(admin_url, "base")
    await prepare(admin_url, app_url)
    with psycopg.connect(libpq_words(read_url(admin_url))) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(STEPS[-1],)]


async def test_models_say_what_the_migrations_made(directory):
    assert Team.metadata is SQLModel.metadata
    engine = create_engine(read_url(directory.admin_url), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "target_metadata": SQLModel.metadata},
        )
        differences = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    assert differences == []


async def test_two_processes_that_prepare_at_once_do_it_once(blank_database):
    admin_url, app_url = blank_database
    await asyncio.gather(*(prepare(admin_url, app_url) for _ in range(6)))
    with psycopg.connect(libpq_words(read_url(admin_url))) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(STEPS[-1],)]


async def test_history_cannot_be_rewritten_by_the_service(directory):
    with psycopg.connect(libpq_words(read_url(directory.app_url))) as connection:
        granted = connection.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants"
            " WHERE table_name = 'dashboard_revisions' AND grantee = 'dashbridge_app' ORDER BY 1"
        ).fetchall()
    assert granted == [("INSERT",), ("SELECT",)]

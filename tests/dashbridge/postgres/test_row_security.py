"""Two teams on one server: what each sees, and every known way to see more."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashbridge.postgres import Database
from dashbridge.postgres.urls import libpq_words, read_url

KINDS = {"uuid": "gen_random_uuid()", "integer": "1", "bigint": "1", "boolean": "false", "jsonb": "'{}'"}
KINDS |= {"date": "current_date", "USER-DEFINED": "array_fill(0, ARRAY[256])::vector"}
SPECIAL = {
    "slug": "'a-slug'",
    "yaml_sha256": "repeat('0', 64)",
    "key_hash": "sha256(gen_random_uuid()::text::bytea)",
    "token_hash": "sha256(gen_random_uuid()::text::bytea)",
    "sealed_settings": "'x'::bytea",
    "expires_at": "now()",
    "role": "'viewer'",
}
KIND_OF = {"connections": "'duckdb'", "principals": "'user'", "tables": "'table'"}
NEEDED = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND table_name <> 'alembic_version'
"""
IN_ORDER = (
    *("teams", "connections", "datasets", "tables", "dashboards", "dashboard_revisions", "principals", "api_keys"),
    *("sign_ins", "chat_sessions", "turns", "turn_events"),
    *("cost_days", "charges", "cost_overrides", "catalog_words"),
)


def admin(directory) -> psycopg.Connection:
    return psycopg.connect(libpq_words(read_url(directory.admin_url)), autocommit=True)


def fill(directory, team_id: UUID) -> None:
    """One row in every table, its parents having the ids that it names."""
    with admin(directory) as connection:
        needed: dict[str, dict[str, str]] = {}
        for table, column, kind in connection.execute(NEEDED):
            needed.setdefault(table, {})[column] = kind
        assert set(needed) == set(IN_ORDER)
        ids: dict[str, str] = {"team_id": str(team_id)}
        for table in IN_ORDER:
            values = {}
            for column, kind in needed[table].items():
                if column == "id":
                    own = str(team_id) if table == "teams" else str(uuid4())
                    ids[f"{table.rstrip('s').removeprefix('chat_')}_id"] = own
                    values[column] = f"'{own}'"
                elif column in ids:
                    values[column] = f"'{ids[column]}'"
                elif column == "kind":
                    values[column] = KIND_OF[table]
                else:
                    values[column] = SPECIAL.get(column) or KINDS.get(kind, "'x'")
            columns, expressions = ", ".join(values), ", ".join(values.values())
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({expressions})")


@pytest.fixture
async def two_teams(directory) -> tuple[UUID, UUID]:
    teams = uuid4(), uuid4()
    for team_id in teams:
        fill(directory, team_id)
    return teams


async def seen(session, table: str) -> set[UUID]:
    column = "id" if table == "teams" else "team_id"
    return set((await session.scalars(text(f"SELECT {column} FROM {table}"))).all())


async def test_every_table_of_teams_is_shut_and_forced(directory):
    question = """
        SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND n.nspname NOT LIKE 'pg_toast%'
    """
    with admin(directory) as connection:
        tables = {name: (shut, forced) for name, shut, forced in connection.execute(question)}
    assert tables.pop("alembic_version") == (False, False)
    assert tables == dict.fromkeys(IN_ORDER, (True, True))


async def test_every_key_of_a_team_table_begins_with_the_team(directory):
    question = """
        SELECT c.relname, i.indexrelid::regclass::text, a.attname FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND c.relname NOT IN ('teams', 'alembic_version')
    """
    with admin(directory) as connection:
        others = {index for _, index, first in connection.execute(question) if first != "team_id"}
    # The hashes of random secrets: nobody can meet another's by choice, and the look-up knows no team yet.
    assert others == {"api_keys_key_hash_key", "sign_ins_token_hash_key", "sign_ins_session_hash_key"}


async def test_foreign_keys_carry_the_team(directory):
    question = """
        SELECT conname FROM pg_constraint WHERE contype = 'f' AND confrelid <> 'teams'::regclass
            AND NOT (conkey[1] = (SELECT attnum FROM pg_attribute WHERE attrelid = conrelid AND attname = 'team_id'))
    """
    with admin(directory) as connection:
        assert connection.execute(question).fetchall() == []


async def test_no_role_of_ours_can_step_around_it(directory):
    with admin(directory) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles"
            " WHERE rolname LIKE 'dashbridge%' ORDER BY 1"
        ).fetchall()
        assert roles == [
            ("dashbridge", False, False, False, False, True),
            ("dashbridge_app", False, False, False, False, False),
            ("dashbridge_keys", False, False, False, False, False),
            ("dashbridge_owner", False, False, False, False, False),
        ]
        for role in ("dashbridge_owner", "dashbridge_keys", "postgres"):
            member = connection.execute("SELECT pg_has_role('dashbridge', %s, 'MEMBER')", [role]).fetchone()
            assert member == (False,)
        owned = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relowner IN ('dashbridge'::regrole, 'dashbridge_app'::regrole)"
        ).fetchone()
        assert owned == (0,)


@pytest.mark.parametrize("table", IN_ORDER)
async def test_a_team_sees_its_own_rows_only(directory, two_teams, table):
    first, second = two_teams
    for team_id, other in ((first, second), (second, first)):
        async with directory.database.team(team_id) as session:
            assert await seen(session, table) == {team_id}
            column = "id" if table == "teams" else "team_id"
            named = text(f"SELECT count(*) FROM {table} WHERE {column} = :other")
            assert await session.scalar(named, {"other": other}) == 0
    async with directory.database.team(uuid4()) as session:
        assert await seen(session, table) == set()
    async with directory.database.system() as session:
        assert await seen(session, table) == set()


async def test_the_owner_is_bound_too(directory, two_teams):
    with admin(directory) as connection:
        connection.execute("SET ROLE dashbridge_owner")
        for table in IN_ORDER:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


async def test_a_team_cannot_write_into_another(directory, two_teams):
    first, second = two_teams
    async with directory.database.team(first) as session:
        changed = await session.execute(text("UPDATE connections SET name = 'mine' WHERE team_id = :t"), {"t": second})
        assert changed.rowcount == 0
        gone = await session.execute(text("DELETE FROM connections WHERE team_id = :t"), {"t": second})
        assert gone.rowcount == 0
    for statement in (
        "UPDATE connections SET team_id = :other",
        "INSERT INTO principals (team_id, id, name, kind, role) VALUES (:other, :other, 'me', 'user', 'admin')",
        "INSERT INTO teams (id, name) VALUES (gen_random_uuid(), 'another')",
    ):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with directory.database.team(first) as session:
                await session.execute(text(statement), {"other": second} if ":other" in statement else {})


async def test_a_row_cannot_hang_on_another_teams_parent(directory, two_teams):
    first, second = two_teams
    async with directory.database.team(second) as session:
        foreign = await session.scalar(text("SELECT id FROM connections"))
    with pytest.raises(DBAPIError, match="foreign key"):
        async with directory.database.team(first) as session:
            await session.execute(
                text("INSERT INTO datasets (team_id, id, connection_id, name) VALUES (:t, :i, :c, 'x')"),
                {"t": first, "i": uuid4(), "c": foreign},
            )


async def test_an_id_of_another_team_is_not_told_by_an_insert(directory, two_teams):
    first, second = two_teams
    async with directory.database.team(second) as session:
        foreign = await session.scalar(text("SELECT id FROM principals"))
    async with directory.database.team(first) as session:
        await session.execute(
            text("INSERT INTO principals (team_id, id, name, kind, role) VALUES (:t, :i, 'same id', 'user', 'viewer')"),
            {"t": first, "i": foreign},
        )


async def test_the_pool_hands_nothing_on(directory, two_teams):
    first, second = two_teams
    database = Database(directory.app_url, pool_size=1, max_overflow=0)
    backends = set()
    for team_id in (first, second, None, first, None):
        async with database.team(team_id) if team_id else database.system() as session:
            backends.add(await session.scalar(text("SELECT pg_backend_pid()")))
            assert await seen(session, "connections") == ({team_id} if team_id else set())
    with pytest.raises(ZeroDivisionError):
        async with database.team(first):
            _ = 1 / 0
    async with database.system() as session:
        assert await seen(session, "connections") == set()
        assert await session.scalar(text("SELECT current_setting('app.team_id', true)")) == ""
    assert len(backends) == 1
    await database.close()


async def test_a_setting_that_outlived_its_transaction_counts_for_nobody(directory, two_teams):
    """What an injected `set_config(..., false)` would leave on a connection of the pool."""
    first, second = two_teams
    database = Database(directory.app_url, pool_size=1, max_overflow=0)
    async with database.team(first) as session:
        await session.execute(text("SELECT set_config('app.team_id', :team, false)"), {"team": str(second)})
    async with database.team(first) as session:
        assert await seen(session, "connections") == {first}
    async with database.system() as session:
        assert await seen(session, "connections") == set()
    await database.close()


async def test_a_commit_ends_the_team(directory, two_teams):
    async with directory.database.team(two_teams[0]) as session:
        assert await seen(session, "connections") == {two_teams[0]}
        await session.execute(text("COMMIT"))
        assert await seen(session, "connections") == set()


async def test_many_teams_at_once_do_not_mix(directory, two_teams):
    database = Database(directory.app_url, pool_size=3, max_overflow=0, pool_timeout_s=60)

    async def look(team_id: UUID) -> None:
        async with database.team(team_id) as session:
            for table in ("connections", "dashboards", "turn_events"):
                assert await seen(session, table) == {team_id}

    await asyncio.gather(*(look(two_teams[number % 2]) for number in range(60)))
    await database.close()


async def test_the_look_up_function_cannot_be_bent(directory, two_teams):
    """It runs as a role that reads three tables; the caller's temporary tables must not stand in for them."""
    with psycopg.connect(libpq_words(read_url(directory.app_url)), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE principals (team_id uuid, id uuid, name text, role text)")
        connection.execute(
            "CREATE TEMP TABLE api_keys (team_id uuid, principal_id uuid, key_hash bytea, revoked_at date)"
        )
        connection.execute("INSERT INTO api_keys VALUES (gen_random_uuid(), gen_random_uuid(), '\\x00', NULL)")
        connection.execute("SET search_path = pg_temp, public")
        assert connection.execute("SELECT * FROM public.look_up_credential('\\x00')").fetchall() == []
        for statement in (
            "SET ROLE dashbridge_keys",
            "SET ROLE dashbridge_owner",
            "ALTER TABLE public.connections DISABLE ROW LEVEL SECURITY",
            "CREATE TABLE public.mine (a int)",
            "UPDATE public.dashboard_revisions SET title = 'x'",
            "DELETE FROM public.dashboard_revisions",
            "UPDATE public.alembic_version SET version_num = 'x'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


async def test_nobody_else_may_look_credentials_up(directory):
    with admin(directory) as connection:
        granted = connection.execute(
            "SELECT grantee FROM information_schema.routine_privileges WHERE routine_name = 'look_up_credential'"
        ).fetchall()
    assert sorted(row[0] for row in granted) == ["dashbridge_app", "dashbridge_keys"]

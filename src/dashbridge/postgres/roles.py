"""The roles that a database needs, their rights, and the extension, made where they are missing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from dashbridge.kit import DashbridgeError, resource_folder
from dashbridge.postgres.failures import unavailable
from dashbridge.postgres.row_security import KEYS_ROLE, OWNER_ROLE, SERVICE_ROLE
from dashbridge.postgres.urls import read_url

_LOCK = 7_239_411_006  # any number, the same in every version

_GROUP_ROLES = f"""
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['{OWNER_ROLE}', '{SERVICE_ROLE}', '{KEYS_ROLE}'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END;
        END IF;
    END LOOP;
END $$
"""

_MEMBERSHIPS = f"""
DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        GRANT {OWNER_ROLE}, {KEYS_ROLE} TO CURRENT_USER;
    END IF;
    IF NOT pg_has_role('{OWNER_ROLE}', '{KEYS_ROLE}', 'MEMBER') THEN
        GRANT {KEYS_ROLE} TO {OWNER_ROLE};
    END IF;
END $$
"""

_LET_OWNER_CREATE = f"""
DO $$
BEGIN
    IF NOT has_schema_privilege('{OWNER_ROLE}', 'public', 'CREATE WITH GRANT OPTION') THEN
        GRANT USAGE, CREATE ON SCHEMA public TO {OWNER_ROLE} WITH GRANT OPTION;
    END IF;
END $$
"""


# Without pgvector, or the right to add it, vectors are plain arrays: searching the catalog is slower, nothing else.
_VECTORS = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN
        CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'pgvector is left out: %', SQLERRM;
END $$
"""


def newest_schema() -> str:
    """The revision that this release's migrations lead to."""
    return max(path.name.partition("_")[0] for path in (resource_folder("migrations") / "versions").glob("[0-9]*.py"))


async def make_roles(admin_url: str, app_url: str) -> bool:
    """Make what is missing but for the tables; whether these are of the newest schema already, so need no `prepare`.

    Raises as `migrate.prepare` does.
    """
    return await asyncio.to_thread(_make_roles, admin_url, app_url)


def _make_roles(admin_url: str, app_url: str) -> bool:
    with locked(admin_url) as connection:
        set_up(connection, app_url)
        return schema_of(connection) == newest_schema()


def set_up(connection: Connection, app_url: str) -> None:
    """Make the roles and rights over a connection of `locked`, and commit."""
    app = read_url(app_url)
    connection.execute(text(_GROUP_ROLES))
    _make_app_role(connection, app.username or "", app.password)
    name = connection.scalar(text("SELECT quote_ident(current_database())"))
    for statement in (
        _MEMBERSHIPS,
        f"GRANT CONNECT ON DATABASE {name} TO {SERVICE_ROLE}",
        _LET_OWNER_CREATE,
        f"GRANT USAGE ON SCHEMA public TO {KEYS_ROLE}, {SERVICE_ROLE}",
        _VECTORS,
    ):
        connection.execute(text(statement))
    connection.commit()


def schema_of(connection: Connection) -> str | None:
    """The revision that the tables are of; None where there are none."""
    if not connection.scalar(text("SELECT to_regclass('public.alembic_version') IS NOT NULL")):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM public.alembic_version"))
    return found


@contextmanager
def locked(admin_url: str) -> Iterator[Connection]:
    """A connection that nobody else prepares the database beside. Raises Unavailable, DashbridgeError."""
    engine = create_engine(read_url(admin_url), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
            yield connection  # closing it lets the lock go
    except (DBAPIError, psycopg.Error) as error:
        original = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(original, psycopg.errors.InsufficientPrivilege):
            raise DashbridgeError(
                f"The role of DASHBRIDGE_DATABASE_ADMIN_URL may not do this: {original.diag.message_primary}.",
                code="weak_admin_role",
                hint="Name a superuser, or a role that may create roles and owns the database.",
            ) from error
        failure = unavailable(error)
        if failure is None:
            raise
        raise failure from error
    finally:
        engine.dispose()


def _make_app_role(connection: Connection, name: str, password: str | None) -> None:
    found = connection.execute(
        text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :name"), {"name": name}
    ).first()
    if found is not None and found[0]:
        raise DashbridgeError(
            f"The service would come in as {name}, a role that row-level security does not bind.",
            code="unsafe_app_role",
            hint="Name an ordinary role in DASHBRIDGE_DATABASE_URL (no superuser); it is made if missing.",
        )
    driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    role = sql.Identifier(name)
    if found is None:
        secret: sql.Composable = sql.SQL("")
        if password is not None:
            verifier = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
            secret = sql.SQL(" PASSWORD {}").format(sql.Literal(verifier.decode()))
        statement = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS INHERIT").format(role)
        driver.execute(statement + secret)
    member = "SELECT pg_has_role(%s, %s, 'MEMBER')"
    if driver.execute(member, [name, SERVICE_ROLE]).fetchone() == (False,):
        driver.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(SERVICE_ROLE), role))

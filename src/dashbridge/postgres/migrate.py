"""Makes a database ready: its roles, its extension, and the migrations, whoever else does the same at that moment.

Imported only where something is to be migrated: Alembic and what it loads are a tenth of a process's memory.
"""

from __future__ import annotations

import asyncio
import threading

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from dashbridge.kit import resource_folder
from dashbridge.postgres.roles import locked, schema_of, set_up
from dashbridge.postgres.row_security import OWNER_ROLE

_ALEMBIC = threading.Lock()  # its environment is one of the process, not of the thread


async def prepare(admin_url: str, app_url: str) -> None:
    """Bring the database to the newest schema and make the role of `app_url`, if it is missing, with its password.

    `admin_url` may create roles and the extension `vector`. Raises Unavailable, Invalid (an address), or
    DashbridgeError: `unsafe_app_role` if row-level security would not bind the service, `weak_admin_role`.
    """
    await asyncio.to_thread(_prepare, admin_url, app_url)


async def move_to(admin_url: str, revision: str) -> None:
    """Bring a prepared database up or down to `revision` ("head", "base" or a number of migrations/versions)."""
    await asyncio.to_thread(_move_to, admin_url, revision)


def _prepare(admin_url: str, app_url: str) -> None:
    with locked(admin_url) as connection:
        set_up(connection, app_url)
        _migrate(connection, "head")


def _move_to(admin_url: str, revision: str) -> None:
    with locked(admin_url) as connection:
        _migrate(connection, revision)


def _migrate(connection: Connection, revision: str) -> None:
    connection.execute(text(f"SET ROLE {OWNER_ROLE}"))
    connection.commit()
    config = Config()
    config.set_main_option("script_location", str(resource_folder("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    current = schema_of(connection)
    connection.commit()
    with _ALEMBIC:
        _run(config, revision, current)
    connection.commit()


def _run(config: Config, revision: str, current: str | None) -> None:
    if revision == "head" or (revision != "base" and (current or "") < revision):
        command.upgrade(config, revision)
    else:
        command.downgrade(config, revision)

"""The directory's connections: one transaction for one team, team-less look-ups, and notices."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from dashbridge.kit import DashbridgeError, Unavailable
from dashbridge.postgres.failures import unavailable
from dashbridge.postgres.urls import libpq_words, read_url

_CHANNEL = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_PAYLOAD = re.compile(r"[A-Za-z0-9:_.-]{1,200}")


class Database:
    """The directory as the service's role sees it. `url` leads to a role that row-level security binds."""

    def __init__(
        self, url: str, *, pool_size: int = 5, max_overflow: int = 10, pool_timeout_s: float = 10, echo: bool = False
    ) -> None:
        self._url = read_url(url)
        self._engine = create_async_engine(
            self._url, pool_size=pool_size, max_overflow=max_overflow, pool_timeout=pool_timeout_s, echo=echo
        )
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    @asynccontextmanager
    async def team(self, team_id: UUID) -> AsyncIterator[AsyncSession]:
        """One transaction that sees this team's rows only; committed at the end of the block, rolled back on an error.

        A commit inside the block ends the team too: what follows sees nothing. Raises Unavailable.
        """
        async with self._transaction(str(UUID(str(team_id)))) as session:
            session.info["team_id"] = UUID(str(team_id))
            yield session

    @asynccontextmanager
    async def system(self) -> AsyncIterator[AsyncSession]:
        """One transaction of no team, which sees no row: for credential look-ups and readiness. Raises Unavailable."""
        async with self._transaction("") as session:
            yield session

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncIterator[Notices]:
        """Notices of `channel` on a connection of their own, being caught from entry on: read the rows after.

        Raises Unavailable.
        """
        _check_channel(channel)
        try:
            connection = await psycopg.AsyncConnection.connect(libpq_words(self._url), autocommit=True)
        except psycopg.OperationalError as error:
            raise unavailable(error) or error from error
        try:
            async with connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                yield Notices(connection)
        except psycopg.OperationalError as error:
            raise unavailable(error) or error from error

    async def check(self) -> str:
        """The schema's revision, once it is sure that the role is bound by row-level security.

        Raises Unavailable, or DashbridgeError `unsafe_app_role`, `database_not_ready`.
        """
        async with self.system() as session:
            bound = await session.scalar(text(_UNBOUND))
            if bound:
                raise DashbridgeError(
                    f"The role {self._url.username} is not bound by row-level security: {bound}.",
                    code="unsafe_app_role",
                    hint="Name an ordinary role in DASHBRIDGE_DATABASE_URL (no superuser, no BYPASSRLS, no owner).",
                )
            if not await session.scalar(text("SELECT to_regclass('public.alembic_version') IS NOT NULL")):
                raise DashbridgeError(
                    "The database has no tables yet.",
                    code="database_not_ready",
                    hint="Set DASHBRIDGE_DATABASE_ADMIN_URL once, so that the migrations can run.",
                )
            return str(await session.scalar(text("SELECT version_num FROM public.alembic_version")))

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _transaction(self, team: str) -> AsyncIterator[AsyncSession]:
        try:
            async with self._sessions() as session, session.begin():
                # true makes it SET LOCAL: it ends with the transaction and never reaches the pool's next user.
                await session.execute(text("SELECT set_config('app.team_id', :team, true)"), {"team": team})
                yield session
        except (DBAPIError, PoolTimeout, psycopg.Error) as error:
            failure = unavailable(error)
            if failure is None:
                raise
            raise failure from error


class Notices:
    """The notices of one channel, as payloads."""

    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._connection = connection

    async def wait(self, timeout_s: float) -> list[str]:
        """The payloads that came, at least one; an empty list if none came in `timeout_s`. Raises Unavailable."""
        try:
            return [n.payload async for n in self._connection.notifies(timeout=timeout_s, stop_after=1)]
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise unavailable(error) or Unavailable(str(error)) from error

    async def __aiter__(self) -> AsyncIterator[str]:
        while True:
            for payload in await self.wait(timeout_s=3600):
                yield payload


def team_of(session: AsyncSession) -> UUID:
    """The team that `Database.team` opened this session for. Raises LookupError on a session of no team."""
    try:
        team_id: UUID = session.info["team_id"]
    except KeyError:
        raise LookupError("this session belongs to no team: open it with Database.team") from None
    return team_id


async def notify(session: AsyncSession, channel: str, payload: str) -> None:
    """Send `payload`, ids only, to the listeners of `channel` when the transaction commits."""
    _check_channel(channel)
    if _PAYLOAD.fullmatch(payload) is None:
        raise ValueError("a notice carries ids only: letters, digits and : _ . -")
    await session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})


def _check_channel(channel: str) -> None:
    if _CHANNEL.fullmatch(channel) is None:
        raise ValueError(f"not a channel: {channel!r}")


_UNBOUND = """
SELECT CASE
    WHEN rolsuper THEN 'it is a superuser'
    WHEN rolbypassrls THEN 'it has BYPASSRLS'
    WHEN EXISTS (SELECT 1 FROM pg_class c WHERE relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                 AND pg_has_role(current_user, c.relowner, 'MEMBER')) THEN 'it owns tables'
END
FROM pg_roles WHERE rolname = current_user
"""

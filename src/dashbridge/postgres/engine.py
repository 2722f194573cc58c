"""The directory's connections: one transaction for one team, team-less look-ups, and notices."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import psycopg
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from dashbridge.kit import DashbridgeError
from dashbridge.postgres.failures import unavailable
from dashbridge.postgres.notices import NoticeHub, Notices, send_echo
from dashbridge.postgres.urls import libpq_words, read_url

_WROTE = "dashbridge_wrote"
_TOLD = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (?:dashboards|connections|principals|api_keys|sign_ins)\b")


class Database:
    """The directory as the service's role sees it. `url` leads to a role that row-level security binds."""

    def __init__(
        self, url: str, *, pool_size: int = 5, max_overflow: int = 10, pool_timeout_s: float = 10, echo: bool = False
    ) -> None:
        self._url = read_url(url)
        self._engine = create_async_engine(
            self._url,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=pool_timeout_s,
            echo=echo,
            hide_parameters=True,
        )
        self._hub = NoticeHub(libpq_words(self._url))
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        event.listen(self._engine.sync_engine, "before_cursor_execute", _note_writes)

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

    def listen(self, channel: str) -> AbstractAsyncContextManager[Notices]:
        """`async with` it for the `Notices` of a channel; they are being caught from entry on: read the rows after.

        All listeners of a process share one connection, outside the pool. Raises Unavailable, on entry and in waiting.
        """
        return self._hub.listen(channel)

    def changes(self, told: Callable[[str], None]) -> AbstractAsyncContextManager[asyncio.Task[None]]:
        """From entry on `told` is called with each change that a trigger tells, until the task given here ends.

        While somebody does so, a transaction of this process that makes such a change ends once it was handed on.
        Raises Unavailable.
        """
        return self._hub.changes(told)

    @property
    def heard_at(self) -> float:
        """The monotonic time before which no change was missed; minus infinity where nobody listens."""
        return self._hub.heard_at

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
                    hint="Run `dashbridge migrate directory`, which needs DASHBRIDGE_DATABASE_ADMIN_URL.",
                )
            return str(await session.scalar(text("SELECT version_num FROM public.alembic_version")))

    async def close(self) -> None:
        """Close the pool and the listening connection."""
        await self._hub.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def _transaction(self, team: str) -> AsyncIterator[AsyncSession]:
        echo = None
        try:
            async with self._sessions() as session, session.begin():
                # true makes it SET LOCAL: it ends with the transaction and never reaches the pool's next user.
                await session.execute(text("SELECT set_config('app.team_id', :team, true)"), {"team": team})
                info = (await session.connection()).info
                info.pop(_WROTE, None)
                yield session
                echo = self._hub.ask_for_echo() if info.pop(_WROTE, False) else None
                if echo is not None:
                    await send_echo(session, echo)
            if echo is not None:
                await self._hub.hear(echo)
        except (DBAPIError, PoolTimeout, psycopg.Error) as error:
            failure = unavailable(error)
            if failure is None:
                raise
            raise failure from error
        finally:
            if echo is not None:
                self._hub.give_up(echo)


def _note_writes(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    if _TOLD.match(statement):
        connection.info[_WROTE] = True


def team_of(session: AsyncSession) -> UUID:
    """The team that `Database.team` opened this session for. Raises LookupError on a session of no team."""
    try:
        team_id: UUID = session.info["team_id"]
    except KeyError:
        raise LookupError("this session belongs to no team: open it with Database.team") from None
    return team_id


_UNBOUND = """
SELECT CASE
    WHEN rolsuper THEN 'it is a superuser'
    WHEN rolbypassrls THEN 'it has BYPASSRLS'
    WHEN EXISTS (SELECT 1 FROM pg_class c WHERE relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                 AND pg_has_role(current_user, c.relowner, 'MEMBER')) THEN 'it owns tables'
END
FROM pg_roles WHERE rolname = current_user
"""

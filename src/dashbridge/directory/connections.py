"""A team's connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete as delete_from
from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from dashbridge.directory.tables import Connection
from dashbridge.kit import Conflict, NotFound
from dashbridge.postgres import team_of


async def create(session: AsyncSession, connection: Connection) -> Connection:
    """Add a connection; its team is the session's, its id may be chosen (the vault seals for it). Raises Conflict."""
    values = connection.model_dump(exclude_none=True) | {"team_id": team_of(session)}
    row = (
        await session.scalars(insert(Connection).values(values).on_conflict_do_nothing().returning(Connection))
    ).first()
    if row is None:
        raise _taken(connection.name)
    return row


async def get(session: AsyncSession, connection_id: UUID) -> Connection:
    """One connection by id. Raises NotFound."""
    return await _one(session, Connection.id == connection_id, "There is no connection with this id.")


async def by_name(session: AsyncSession, name: str) -> Connection:
    """One connection by name. Raises NotFound."""
    return await _one(session, Connection.name == name, f"There is no connection named {name!r}.")


async def everything(session: AsyncSession) -> Sequence[Connection]:
    """All connections by name."""
    found = select(Connection).where(Connection.team_id == team_of(session)).order_by(Connection.name)
    return (await session.scalars(found)).all()


async def change(session: AsyncSession, connection_id: UUID, **changes: Any) -> Connection:
    """Set columns of a connection by name. Raises NotFound, Conflict (the new name is taken)."""
    name = changes.get("name")
    if name is not None:
        taken = select(Connection.id).where(
            Connection.team_id == team_of(session), Connection.name == name, Connection.id != connection_id
        )
        if (await session.scalars(taken)).first() is not None:
            raise _taken(name)
    return await _set(session, connection_id, changes)


async def mark_validated(session: AsyncSession, connection_id: UUID, status: str) -> Connection:
    """Note what a validation found, now by the database's clock. Raises NotFound."""
    return await _set(session, connection_id, {"status": status, "validated_at": func.now()})


async def mark_scanned(session: AsyncSession, connection_id: UUID) -> Connection:
    """Note that a scan ended, now by the database's clock. Raises NotFound."""
    return await _set(session, connection_id, {"scanned_at": func.now()})


async def replace_sealed(session: AsyncSession, connection_id: UUID, old: bytes, new: bytes) -> bool:
    """Set the sealed settings if they are still `old`; the settings are the same, so no warehouse is opened anew."""
    statement = (
        update(Connection)
        .where(
            col(Connection.team_id) == team_of(session),
            col(Connection.id) == connection_id,
            col(Connection.sealed_settings) == old,
        )
        .values(sealed_settings=new)
        .returning(col(Connection.id))
    )
    return (await session.scalars(statement)).first() is not None


async def delete(session: AsyncSession, connection_id: UUID) -> None:
    """Remove a connection with its datasets and tables; chat sessions on it stay, without it. Raises NotFound."""
    statement = delete_from(Connection).where(
        col(Connection.team_id) == team_of(session), col(Connection.id) == connection_id
    )
    if (await session.scalars(statement.returning(col(Connection.id)))).first() is None:
        raise NotFound("There is no connection with this id.", code="connection_not_found")


async def _one(session: AsyncSession, condition: Any, message: str) -> Connection:
    found = select(Connection).where(Connection.team_id == team_of(session), condition)
    row = (await session.scalars(found)).first()
    if row is None:
        raise NotFound(message, code="connection_not_found", hint="List the connections to see what there is.")
    return row


async def _set(session: AsyncSession, connection_id: UUID, changes: dict[str, Any]) -> Connection:
    statement = (
        update(Connection)
        .where(col(Connection.team_id) == team_of(session), col(Connection.id) == connection_id)
        .values(**changes, updated_at=func.now())
        .returning(Connection)
        .execution_options(populate_existing=True)
    )
    row = (await session.scalars(statement)).first()
    if row is None:
        raise NotFound("There is no connection with this id.", code="connection_not_found")
    return row


def _taken(name: str) -> Conflict:
    return Conflict(
        f"There is a connection named {name!r} already.", code="connection_exists", hint="Take another name."
    )

"""The team of the session, and for the worker the ids of all."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from dashbridge.directory.tables import Team
from dashbridge.kit import NotFound
from dashbridge.postgres import team_of


async def ensure(session: AsyncSession, name: str) -> Team:
    """The session's team, made under `name` if it is missing; whoever knows a team's id may make it, once."""
    await session.execute(insert(Team).values(id=team_of(session), name=name).on_conflict_do_nothing())
    return await get(session)


async def get(session: AsyncSession) -> Team:
    """The session's team. Raises NotFound."""
    team = (await session.scalars(select(Team).where(Team.id == team_of(session)))).first()
    if team is None:
        raise NotFound("There is no such team.", code="team_not_found")
    return team


async def ids(session: AsyncSession) -> Sequence[UUID]:
    """The ids of every team; a session of no team may ask."""
    return (await session.scalars(text("SELECT * FROM public.team_ids()"))).all()

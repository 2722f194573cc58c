"""Money in flight: a team's day, the charges reserved and running in it, and the overrides of admins.

Whatever changes a charge holds its day's row first, so that charges of one day change one after the other, in every
process. Times are the database's; a day is a UTC day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, cast, delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from dashbridge.directory.tables import Charge, CostDay, CostOverride
from dashbridge.kit import new_id
from dashbridge.postgres import team_of

_TODAY = cast(func.timezone("UTC", func.now()), Date)


@dataclass(frozen=True, slots=True)
class NewCharge:
    """A charge to be: its id, its bytes, and its line for the ledger."""

    id: UUID
    bytes: int
    entry: dict[str, Any]


async def today(session: AsyncSession) -> date:
    """The UTC day it is."""
    found: date = (await session.execute(select(_TODAY))).scalar_one()
    return found


async def lock_day(session: AsyncSession, day: date | None = None) -> date:
    """Hold a day's row (today's) until the transaction ends. The day."""
    found = day or await today(session)
    fresh = insert(CostDay).values(team_id=team_of(session), day=found, spent_bytes=0)
    await session.execute(fresh.on_conflict_do_nothing())
    held = select(col(CostDay.day)).where(CostDay.team_id == team_of(session), CostDay.day == found).with_for_update()
    await session.execute(held)
    return found


async def used_bytes(session: AsyncSession, day: date) -> int:
    """What a day has cost, and what is reserved or running in it."""
    spent = select(CostDay.spent_bytes).where(CostDay.team_id == team_of(session), CostDay.day == day)
    held = select(func.coalesce(func.sum(Charge.bytes), 0)).where(
        Charge.team_id == team_of(session), Charge.day == day, col(Charge.state) != "over"
    )
    return int((await session.scalar(spent)) or 0) + int((await session.scalar(held)) or 0)


async def sweep(session: AsyncSession) -> None:
    """Settle what processes left behind: what was only reserved is released, what was running counts in full."""
    expired = (col(Charge.team_id) == team_of(session)) & (col(Charge.expires_at) < func.now())
    in_flight = expired & (col(Charge.state) != "over")
    for day in (
        await session.scalars(select(col(Charge.day)).where(in_flight).distinct().order_by(col(Charge.day)))
    ).all():
        await lock_day(session, day)
        left = in_flight & (col(Charge.day) == day)
        await session.execute(delete(Charge).where(left, col(Charge.state) == "reserved"))
        ended = update(Charge).where(left, col(Charge.state) == "running").values(state="over")
        sizes = (await session.scalars(ended.returning(col(Charge.bytes)))).all()
        await _spend(session, day, sum(sizes))


async def reserve(session: AsyncSession, day: date, charges: Sequence[NewCharge], *, lasts: timedelta) -> None:
    """Add reserved charges to a held day."""
    await _add(session, day, charges, "reserved", lasts)


async def note(session: AsyncSession, day: date, entry_id: UUID, entry: dict[str, Any]) -> None:
    """Add a line for the ledger that costs nothing."""
    await _add(session, day, [NewCharge(entry_id, 0, entry)], "over", timedelta())


async def start(session: AsyncSession, day: date, charge_id: UUID, *, lasts: timedelta) -> bool:
    """A reserved charge begins to cost. False: its reservation has run out."""
    await lock_day(session, day)
    begun = (
        update(Charge)
        .where(_is(session, charge_id), col(Charge.state) == "reserved")
        .values(state="running", expires_at=func.now() + lasts)
    )
    return (await session.scalars(begun.returning(col(Charge.id)))).first() is not None


async def settle(session: AsyncSession, day: date, charge: NewCharge) -> None:
    """A charge is over: `charge.bytes` were spent in truth, `charge.entry` says what came of it.

    One that was swept meanwhile is put right, even when the ledger has its line already.
    """
    await lock_day(session, day)
    held = select(Charge.state, Charge.bytes).where(_is(session, charge.id)).with_for_update()
    found = (await session.execute(held)).first()
    counted = 0 if found is not None and found.state != "over" else int(charge.entry["estimated"])
    await _spend(session, day, charge.bytes - counted)
    if found is None:
        await _add(session, day, [charge], "over", timedelta())
        return
    over = update(Charge).where(_is(session, charge.id))
    await session.execute(over.values(state="over", bytes=charge.bytes, entry=charge.entry))


async def release(session: AsyncSession, day: date, charge_ids: Sequence[UUID]) -> None:
    """Let go of reserved charges; those that began stay."""
    await lock_day(session, day)
    unused = (col(Charge.team_id) == team_of(session)) & col(Charge.id).in_(charge_ids)
    await session.execute(delete(Charge).where(unused, col(Charge.state) == "reserved"))


async def take_over(session: AsyncSession, *, limit: int) -> Sequence[Charge]:
    """Charges that are over, oldest day first, held until the transaction ends; others' are passed by."""
    found = (
        select(Charge)
        .where(Charge.team_id == team_of(session), col(Charge.state) == "over")
        .order_by(col(Charge.day), col(Charge.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(found)).all()


async def remove(session: AsyncSession, charge_ids: Sequence[UUID]) -> None:
    """The ledger has them."""
    gone = (col(Charge.team_id) == team_of(session)) & col(Charge.id).in_(charge_ids)
    await session.execute(delete(Charge).where(gone, col(Charge.state) == "over"))


async def grant_override(
    session: AsyncSession, *, plan_sha256: str, reason: str, granted_by: str, lasts: timedelta
) -> CostOverride:
    """Let one plan run once within `lasts`."""
    values = {"plan_sha256": plan_sha256, "reason": reason, "granted_by": granted_by}
    added = insert(CostOverride).values(team_id=team_of(session), id=new_id(), **values, expires_at=func.now() + lasts)
    return (await session.scalars(added.returning(CostOverride))).one()


async def use_override(session: AsyncSession, plan_sha256: str, *, used_by: str) -> UUID | None:
    """Use up the oldest override of this very plan; of two that try, one gets it. None: there is none."""
    oldest = (
        select(CostOverride.id)
        .where(
            CostOverride.team_id == team_of(session),
            CostOverride.plan_sha256 == plan_sha256,
            col(CostOverride.used_at).is_(None),
            col(CostOverride.expires_at) > func.now(),
        )
        .order_by(col(CostOverride.expires_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = (await session.scalars(oldest)).first()
    if found is None:
        return None
    mine = (col(CostOverride.team_id) == team_of(session)) & (col(CostOverride.id) == found)
    await session.execute(update(CostOverride).where(mine).values(used_at=func.now(), used_by=used_by))
    return found


async def overrides(session: AsyncSession, *, limit: int) -> Sequence[CostOverride]:
    """The newest overrides, used and expired ones too."""
    found = select(CostOverride).where(CostOverride.team_id == team_of(session))
    return (await session.scalars(found.order_by(col(CostOverride.created_at).desc()).limit(limit))).all()


async def _add(session: AsyncSession, day: date, charges: Sequence[NewCharge], state: str, lasts: timedelta) -> None:
    rows = [
        {"team_id": team_of(session), "day": day, "state": state, "id": one.id, "bytes": one.bytes, "entry": one.entry}
        for one in charges
    ]
    await session.execute(insert(Charge).values([{**row, "expires_at": func.now() + lasts} for row in rows]))


async def _spend(session: AsyncSession, day: date, size: int) -> None:
    mine = (col(CostDay.team_id) == team_of(session)) & (col(CostDay.day) == day)
    await session.execute(update(CostDay).where(mine).values(spent_bytes=CostDay.spent_bytes + size))


def _is(session: AsyncSession, charge_id: UUID) -> Any:
    return (col(Charge.team_id) == team_of(session)) & (col(Charge.id) == charge_id)

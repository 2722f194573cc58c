"""The book in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dashbridge.costs.book import Booked, Wanted
from dashbridge.costs.budgets import BudgetState, OverBudget
from dashbridge.costs.lines import entry_of, fields_of
from dashbridge.costs.report import LedgerEntry
from dashbridge.directory import costs as rows
from dashbridge.postgres import Database


class DirectoryBook:
    """`lasts_s`: how long a reservation waits to begin, and a statement to end, before it counts as left behind."""

    def __init__(self, database: Database, *, lasts_s: float = 900) -> None:
        self._database = database
        self._lasts = timedelta(seconds=lasts_s)

    async def reserve(self, team_id: UUID, wanted: Wanted, *, day_limit: int) -> tuple[date, UUID | None]:
        """Of two processes that want the last bytes, the first to hold the day's row gets them."""
        refused: BudgetState | None = None
        override: UUID | None = None
        async with self._database.team(team_id) as session:
            await rows.sweep(session)
            day = await rows.lock_day(session)
            refused = wanted.over or await _over_the_day(session, day, day_limit, wanted.refusal.estimated)
            if refused is not None:
                plan = wanted.refusal.plan_sha256
                override = await rows.use_override(session, plan, used_by=wanted.refusal.principal)
            if refused is None or override is not None:
                charges = [_charge(entry.with_override(override), entry.estimated) for entry in wanted.entries]
                await rows.reserve(session, day, charges, lasts=self._lasts)
                return day, override
            await rows.note(session, day, wanted.refusal.id, fields_of(wanted.refusal))
        raise OverBudget.over(
            refused, wanted.refusal.estimated, wanted.refusal.usd_estimated, wanted.refusal.plan_sha256
        )

    async def start(self, team_id: UUID, day: date, charge_id: UUID) -> bool:
        """As the Book says."""
        async with self._database.team(team_id) as session:
            return await rows.start(session, day, charge_id, lasts=self._lasts)

    async def settle(self, team_id: UUID, day: date, entry: LedgerEntry) -> None:
        """As the Book says; one that was swept meanwhile is put right."""
        async with self._database.team(team_id) as session:
            await rows.settle(session, day, _charge(entry, entry.counted))

    async def release(self, team_id: UUID, day: date, charge_ids: Sequence[UUID]) -> None:
        """As the Book says."""
        async with self._database.team(team_id) as session:
            await rows.release(session, day, charge_ids)

    async def used_today(self, team_id: UUID) -> tuple[date, int]:
        """As the Book says."""
        async with self._database.team(team_id) as session:
            await rows.sweep(session)
            day = await rows.today(session)
            return day, await rows.used_bytes(session, day)

    @asynccontextmanager
    async def take_over(self, team_id: UUID, limit: int) -> AsyncIterator[Sequence[Booked]]:
        """Two that take at once take different ones; an error in the block leaves them in the book."""
        async with self._database.team(team_id) as session:
            await rows.sweep(session)
            found = await rows.take_over(session, limit=limit)
            yield [Booked(row.day, entry_of(row.entry)) for row in found]
            if found:
                await rows.remove(session, [row.id for row in found])


async def _over_the_day(session: AsyncSession, day: date, limit: int, size: int) -> BudgetState | None:
    if not limit:
        return None
    state = BudgetState("team_day", limit, await rows.used_bytes(session, day))
    return state if state.used + size > limit else None


def _charge(entry: LedgerEntry, size: int) -> rows.NewCharge:
    return rows.NewCharge(entry.id, size, fields_of(entry))

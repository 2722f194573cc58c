"""One account: what one purpose spends, checked before anything runs and settled after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from dashbridge import telemetry
from dashbridge.costs.book import Book, Wanted
from dashbridge.costs.budgets import BudgetName, BudgetState
from dashbridge.costs.plan import Planned, StatementKey, cost_of, plan_sha256
from dashbridge.costs.price import NOTHING, Estimate
from dashbridge.costs.purpose import Purpose
from dashbridge.costs.report import LedgerEntry, Outcome
from dashbridge.kit import DashbridgeError, Invalid, Unavailable, new_id
from dashbridge.sharing import Actor

Later = Callable[[UUID, Coroutine[Any, Any, None]], None]

_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Held:
    """A reserved statement, and the day it counts for."""

    day: date
    entry: LedgerEntry


@dataclass(slots=True)
class Charge:
    """A statement that runs and is paid for; `max_bytes` is what was admitted, None where it costs nothing."""

    max_bytes: int | None = None
    billed: int | None = None
    usd: float | None = None
    job_id: str | None = None

    def ran(self, billed: int | None, usd: float | None, job_id: str | None) -> None:
        """What the warehouse says it billed; None: it does not say."""
        self.billed, self.usd, self.job_id = billed, usd, job_id


class Spending:
    """The account of one chat turn or of one refresh. `async with` it: what was reserved and not begun is let go.

    A plan is admitted as a whole before any of it runs; a statement that no plan foresaw is admitted alone. `estimated`
    and `billed` sum up what was run, for who wants to show it. Safe for concurrent use.
    """

    def __init__(
        self,
        book: Book,
        actor: Actor,
        purpose: Purpose,
        *,
        budget: BudgetName,
        limit: int,
        day_limit: int,
        later: Later,
    ) -> None:
        self.actor = actor
        self.purpose = purpose
        self.estimated = NOTHING
        self.billed = NOTHING
        self._book = book
        self._budget: BudgetName = budget
        self._limit = limit
        self._day_limit = day_limit
        self._later = later
        self._used = 0
        self._held: dict[StatementKey, _Held] = {}

    @property
    def budget(self) -> BudgetState:
        """The account's own budget as it stands."""
        return BudgetState(self._budget, self._limit or None, self._used)

    def another(self) -> Spending:
        """An account for the same purpose, as it was at the beginning."""
        book, actor, purpose = self._book, self.actor, self.purpose
        limit, day_limit = self._limit, self._day_limit
        return Spending(book, actor, purpose, budget=self._budget, limit=limit, day_limit=day_limit, later=self._later)

    def holds(self, planned: Planned) -> bool:
        """Whether the statement is admitted and has not begun."""
        held = self._held.get(planned.key)
        return held is not None and held.entry.estimated >= planned.estimate.bytes

    async def admit(self, plan: Iterable[Planned]) -> None:
        """Reserve all statements of a plan at once, in the account's budget and in the team's day.

        Raises OverBudget, and then nothing of the plan may run; an override of exactly this plan lets it pass, once.
        """
        wanted = list({one.key: one for one in plan}.values())
        if not wanted:
            return
        cost, sha = cost_of(wanted), plan_sha256(wanted)
        entries = tuple(self._entry(one, sha) for one in wanted)
        whole = self._entry(wanted[0], sha)
        refusal = replace(
            whole, outcome="refused", estimated=cost.bytes, usd_estimated=cost.usd, sql_sha256=None, part=None
        )
        over = self.budget if self._limit and self._used + cost.bytes > self._limit else None
        self._used += cost.bytes
        team_id = self.actor.team_id
        reserving = asyncio.ensure_future(
            self._book.reserve(team_id, Wanted(entries, refusal, over), day_limit=self._day_limit)
        )
        try:
            day, override = await asyncio.shield(reserving)
        except BaseException:
            self._used -= cost.bytes
            self._later(team_id, self._undo(reserving, [entry.id for entry in entries]))
            raise
        for one, entry in zip(wanted, entries, strict=True):
            self._held[one.key] = _Held(day, entry.with_override(override))

    @asynccontextmanager
    async def charge(self, planned: Planned | None) -> AsyncIterator[Charge]:
        """Pay for what runs inside the block; None costs nothing. Raises OverBudget before it begins."""
        if planned is None:
            yield Charge()
            return
        held = await self._begin(planned)
        charge = Charge(max_bytes=held.entry.estimated)
        outcome: Outcome = "cancelled"
        try:
            yield charge
            outcome = "ran"
        except Invalid:  # the engine rejects the statement, and bills nothing for that
            outcome = "failed"
            charge.ran(0, 0.0, charge.job_id)
            raise
        except Unavailable:
            outcome = "failed"
            raise
        finally:
            self._settle(held, charge, outcome)

    def release(self) -> None:
        """Let go of what was reserved and has not begun."""
        by_day: dict[date, list[UUID]] = {}
        for held in self._held.values():
            by_day.setdefault(held.day, []).append(held.entry.id)
            self._used -= held.entry.estimated
        self._held.clear()
        for day, ids in by_day.items():
            self._later(self.actor.team_id, self._book.release(self.actor.team_id, day, ids))

    async def __aenter__(self) -> Spending:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    async def _begin(self, planned: Planned) -> _Held:
        for _ in range(_TRIES):
            held = self._held.pop(planned.key, None)
            if held is not None and held.entry.estimated < planned.estimate.bytes:  # the data grew since the plan
                self._used -= held.entry.estimated
                await self._book.release(self.actor.team_id, held.day, [held.entry.id])
                held = None
            if held is None:
                await self.admit([planned])
                held = self._held.pop(planned.key)
            try:
                if await self._book.start(self.actor.team_id, held.day, held.entry.id):
                    return held
            except BaseException:
                self._settle(held, Charge(billed=0, usd=0.0), "cancelled")
                raise
            self._used -= held.entry.estimated  # it waited for too long, and others may have taken the room
        raise Unavailable("The reservation of this query ran out again and again", hint="try again in a moment")

    def _settle(self, held: _Held, charge: Charge, outcome: Outcome) -> None:
        entry = replace(held.entry, outcome=outcome, billed=charge.billed, usd_billed=charge.usd, job_id=charge.job_id)
        self._used += entry.counted - entry.estimated
        self.estimated += Estimate(entry.estimated, entry.usd_estimated)
        if charge.billed is not None:
            self.billed += Estimate(charge.billed, charge.usd or 0.0, upper_bound=False)
        telemetry.count("dashbridge.query.bytes.estimated", entry.estimated, purpose=entry.purpose)
        telemetry.count("dashbridge.query.bytes.billed", charge.billed or 0, purpose=entry.purpose)
        self._later(self.actor.team_id, self._book.settle(self.actor.team_id, held.day, entry))

    async def _undo(self, reserving: asyncio.Future[tuple[date, UUID | None]], ids: Sequence[UUID]) -> None:
        """Whoever wanted the reservation is gone: let go of it, if it came about."""
        with suppress(DashbridgeError):
            day, _ = await reserving
            await self._book.release(self.actor.team_id, day, ids)

    def _entry(self, planned: Planned, sha: str) -> LedgerEntry:
        return LedgerEntry(
            id=new_id(),
            at=datetime.now(UTC),
            purpose=self.purpose.kind,
            principal=self.actor.name,
            outcome="unsettled",
            plan_sha256=sha,
            estimated=planned.estimate.bytes,
            usd_estimated=planned.estimate.usd,
            turn_id=self.purpose.turn_id,
            dashboard=self.purpose.dashboard,
            part=planned.part,
            sql_sha256=planned.sql_sha256,
            connection_id=planned.connection_id,
        )

"""The front of the room: accounts to spend from, what was spent, and how much may be."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from dashbridge.costs.book import Book
from dashbridge.costs.budgets import Budgets, BudgetState
from dashbridge.costs.ledger import Ledger
from dashbridge.costs.overrides import Overrides
from dashbridge.costs.purpose import Purpose
from dashbridge.costs.report import CostReport, add_up
from dashbridge.costs.spending import Spending
from dashbridge.kit import DashbridgeError, Invalid
from dashbridge.sharing import Action, Actor, require

MOST_DAYS = 366
_BATCH = 500
_ROLLED_DAYS = 3

_log = logging.getLogger(__name__)


class Costs:
    """Every team's money, as far as this process spends it; the book and the ledger are shared by all processes."""

    def __init__(
        self, book: Book, ledger: Ledger, overrides: Overrides, budgets: Budgets, *, flush_s: float = 20.0
    ) -> None:
        self.overrides = overrides
        self.limits = budgets
        self._book = book
        self._ledger = ledger
        self._flush_s = flush_s
        self._work: set[asyncio.Task[None]] = set()
        self._unwritten: set[UUID] = set()
        self._rolled: dict[UUID, date] = {}
        self._flusher: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def turn(self, actor: Actor, turn_id: UUID, *, dashboard: str | None = None) -> Spending:
        """The account of a chat turn."""
        purpose = Purpose("chat", dashboard, turn_id)
        return self._account(actor, purpose, BudgetState("turn", self.limits.turn_bytes, 0))

    def refresh(self, actor: Actor, purpose: Purpose) -> Spending:
        """The account of one asking of one dashboard: its data, its warming, its preview, ..."""
        return self._account(actor, purpose, BudgetState("refresh", self.limits.refresh_bytes, 0))

    async def budgets(self, actor: Actor) -> tuple[BudgetState, ...]:
        """The budgets as they stand; of a turn and of a refresh to come nothing is used yet. Raises Forbidden."""
        require(actor, Action.VIEW)
        await self._settled()
        _, used = await self._book.used_today(actor.team_id)
        limits = self.limits
        return (
            BudgetState("turn", limits.turn_bytes or None, 0),
            BudgetState("refresh", limits.refresh_bytes or None, 0),
            BudgetState("team_day", limits.team_day_bytes or None, used),
        )

    async def report(self, actor: Actor, *, days: int = 30) -> CostReport:
        """What the team spent in the last `days` UTC days, today among them, up to this moment.

        Raises Forbidden, Invalid (1 to 366 days), Unavailable.
        """
        require(actor, Action.BROWSE)
        if not 1 <= days <= MOST_DAYS:
            raise Invalid(f"{days} is not a number of days", code="bad_days", hint=f"ask for 1 to {MOST_DAYS}")
        await self.flush(actor.team_id)
        today, _ = await self._book.used_today(actor.team_id)
        wanted = [today - timedelta(days=back) for back in range(days)]
        found = await asyncio.gather(*(self._ledger.day(actor.team_id, day, over=day < today) for day in wanted))
        return add_up(found, await self.budgets(actor))

    async def flush(self, team_id: UUID) -> None:
        """Write what is over to the ledger. Raises Unavailable; what could not be written stays in the book."""
        await self._settled()
        while True:
            async with self._book.take_over(team_id, _BATCH) as booked:
                if not booked:
                    break
                await self._ledger.append(team_id, booked)
        today, _ = await self._book.used_today(team_id)
        if self._rolled.get(team_id) != today:
            for back in range(1, _ROLLED_DAYS + 1):
                await self._ledger.day(team_id, today - timedelta(days=back), over=True)
            self._rolled[team_id] = today

    async def close(self) -> None:
        """Settle and write what this process spent."""
        self._closing.set()
        if self._flusher is not None:
            await asyncio.wait([self._flusher])
        await self._flush_all()

    def _account(self, actor: Actor, purpose: Purpose, budget: BudgetState) -> Spending:
        return Spending(
            self._book,
            actor,
            purpose,
            budget=budget.name,
            limit=budget.limit or 0,
            day_limit=self.limits.team_day_bytes,
            later=self._later,
        )

    def _later(self, team_id: UUID, work: Coroutine[Any, Any, None]) -> None:
        """Do it in the background: no answer waits for its own settling."""
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._done)
        self._unwritten.add(team_id)
        if (self._flusher is None or self._flusher.done()) and not self._closing.is_set():
            self._flusher = asyncio.ensure_future(self._flush_soon())

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The book counts it in full once its time is up: nothing is spent unseen.
            _log.warning("a charge was not settled: %s", error)

    async def _settled(self) -> None:
        while self._work:
            await asyncio.wait(set(self._work))

    async def _flush_soon(self) -> None:
        while self._unwritten and not self._closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._flush_s)
            if not self._closing.is_set():
                await self._flush_all()

    async def _flush_all(self) -> None:
        await self._settled()
        for team_id in sorted(self._unwritten):
            self._unwritten.discard(team_id)
            try:
                await self.flush(team_id)
            except DashbridgeError as error:
                self._unwritten.add(team_id)
                _log.warning("the ledger of a team was not written: %s", error)

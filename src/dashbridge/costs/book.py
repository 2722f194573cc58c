"""The book of what is in flight: reserved, running, or over and waiting for the ledger. All processes share it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from dashbridge.costs.budgets import BudgetState
from dashbridge.costs.report import LedgerEntry


@dataclass(frozen=True, slots=True)
class Wanted:
    """A whole plan to reserve: one entry (`unsettled`) a statement; `over` is the account's own budget, if exceeded.

    `refusal` is the entry of the plan, written where it is refused.
    """

    entries: tuple[LedgerEntry, ...]
    refusal: LedgerEntry
    over: BudgetState | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """A line of the book that is over: its day, and what the ledger will say."""

    day: date
    entry: LedgerEntry


class Book(Protocol):
    """Every call is atomic, also among processes."""

    async def reserve(self, team_id: UUID, wanted: Wanted, *, day_limit: int) -> tuple[date, UUID | None]:
        """Reserve all entries or none: the day they count for, and the override that was used up, if one was needed.

        Raises OverBudget; `day_limit` 0 sets none.
        """

    async def start(self, team_id: UUID, day: date, charge_id: UUID) -> bool:
        """A reserved entry begins to cost; from now on it counts in full until it is settled. False: it ran out."""

    async def settle(self, team_id: UUID, day: date, entry: LedgerEntry) -> None:
        """An entry is over: its billed bytes count, or its estimate where they are not known."""

    async def release(self, team_id: UUID, day: date, charge_ids: Sequence[UUID]) -> None:
        """Let go of reserved entries that did not begin."""

    async def used_today(self, team_id: UUID) -> tuple[date, int]:
        """The UTC day it is, and the bytes spent and reserved in it."""

    def take_over(self, team_id: UUID, limit: int) -> AbstractAsyncContextManager[Sequence[Booked]]:
        """Entries that are over, to be written to the ledger inside the block; after it the book has them no more."""

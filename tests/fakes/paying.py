"""Accounts for tests: over a book in memory, with whatever limits."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

from dashbridge.costs import Budgets, Costs, Ledger, MemoryBook, Overrides, Purpose, Spending
from dashbridge.objects.memory import MemoryObjectStore
from dashbridge.sharing import Actor, Role

TEAM = UUID(int=1)
ADA = Actor(TEAM, uuid4(), "ada", Role.ADMIN)


def costs_in_memory(book: MemoryBook | None = None, *, refresh: int = 0, turn: int = 0, day: int = 0) -> Costs:
    """Without a directory: overrides are listed in the book."""
    ledger = Ledger(MemoryObjectStore())
    return Costs(book or MemoryBook(), ledger, cast(Overrides, cast(Any, None)), Budgets(turn, refresh, day))


def account(costs: Costs | None = None) -> Spending:
    """The account of a refresh; with no `costs`, one without limits, for connections that cost nothing."""
    return (costs or costs_in_memory()).refresh(ADA, Purpose("data", "shop"))

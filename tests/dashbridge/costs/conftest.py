"""Accounts over both books: the one in memory, and the one in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from dashbridge.costs import (
    Book,
    Budgets,
    Costs,
    DirectoryBook,
    Estimate,
    Ledger,
    MemoryBook,
    Overrides,
    Planned,
)
from dashbridge.kit import sha256_hex
from dashbridge.objects.memory import MemoryObjectStore
from dashbridge.sharing import Actor, Role

CONNECTION = UUID(int=7)
USD_PER_TIB = 6.25


def planned(name: str, size: int) -> Planned:
    estimate = Estimate(size, size * USD_PER_TIB / 2**40)
    return Planned(CONNECTION, sha256_hex(name.encode()), sha256_hex(b"()"), estimate, name)


def person(team_id: UUID, role: Role = Role.ADMIN) -> Actor:
    return Actor(team_id, uuid4(), "ada", role)


@pytest.fixture
def objects() -> MemoryObjectStore:
    return MemoryObjectStore()


@pytest.fixture(params=["memory", "directory"])
def book(request: pytest.FixtureRequest) -> Book:
    if request.param == "memory":
        return MemoryBook()
    return DirectoryBook(request.getfixturevalue("directory").database)


@pytest_asyncio.fixture
async def actor(directory: Any) -> Actor:
    return person(await directory.add_team("ours"))


@pytest_asyncio.fixture
async def open_costs(directory: Any, objects: MemoryObjectStore) -> AsyncIterator[Callable[..., Costs]]:
    """`open_costs(book, turn=…, refresh=…, day=…)`; nothing is written before it is asked for."""
    opened: list[Costs] = []

    def make(book: Book, *, turn: int = 0, refresh: int = 0, day: int = 0) -> Costs:
        budgets = Budgets(turn, refresh, day)
        opened.append(Costs(book, Ledger(objects), Overrides(directory.database), budgets, flush_s=3600))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()

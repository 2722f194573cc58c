"""The rooms of the worker: the directory, the objects and the ledger; no warehouse, no vault, no model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from dashbridge.chat import ChatLogs
from dashbridge.costs import Budgets, Costs, DirectoryBook, Ledger, Overrides
from dashbridge.settings import Settings
from dashbridge.telemetry import Readiness
from dashbridge.upkeep import Rounds
from dashbridge.wiring.operations import open_telemetry, readiness_of
from dashbridge.wiring.stores import open_database, open_objects


@asynccontextmanager
async def open_rounds(settings: Settings) -> AsyncIterator[tuple[Rounds, Readiness]]:
    """What the worker goes round with, and what makes it ready. Raises Invalid, Unavailable."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        open_telemetry(stack)
        database = await open_database(settings, stack)
        objects = await open_objects(settings, stack)
        costs = Costs(DirectoryBook(database), Ledger(objects), Overrides(database), Budgets())
        stack.push_async_callback(costs.close)
        yield Rounds(database, ChatLogs(objects), costs), readiness_of(database, objects)

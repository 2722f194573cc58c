"""What queries may cost, and where that is written down."""

from __future__ import annotations

from contextlib import AsyncExitStack

from dashbridge.costs import Budgets, Costs, DirectoryBook, Ledger, Overrides
from dashbridge.objects.base import ObjectStore
from dashbridge.postgres import Database
from dashbridge.settings import Settings

_WAIT_S = 900.0


def open_costs(settings: Settings, database: Database, objects: ObjectStore, stack: AsyncExitStack) -> Costs:
    """The budgets, their book in the directory, and the ledger among the objects."""
    budgets = Budgets(settings.budget_turn_bytes, settings.budget_refresh_bytes, settings.budget_team_day_bytes)
    book = DirectoryBook(database, lasts_s=_WAIT_S + 2 * settings.query_timeout_s)
    costs = Costs(book, Ledger(objects), Overrides(database), budgets)
    stack.push_async_callback(costs.close)
    return costs


def usd_per_tib(settings: Settings) -> dict[str, float]:
    """The price of reading, by kind of connection."""
    return {"bigquery": settings.bigquery_usd_per_tib, "duckdb": settings.duckdb_usd_per_tib}

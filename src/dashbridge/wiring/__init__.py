"""The composition root: reads the settings, names the adapters, and hands every door the same rooms."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime

from ai_sdk.providers import Provider
from dashbridge.api.deps import Rooms
from dashbridge.api.front import Front
from dashbridge.catalog import Catalog
from dashbridge.chat import ChatLogs, Chats, TurnEvents, Turns
from dashbridge.connections import Connections, Uploads
from dashbridge.insights.dates import today_in
from dashbridge.library import Library
from dashbridge.settings import Settings
from dashbridge.warehouse.duckdb import DuckDBPool
from dashbridge.warehouse.intake import Intake
from dashbridge.wiring.costs import open_costs, usd_per_tib
from dashbridge.wiring.models import turn_settings
from dashbridge.wiring.operations import open_gauges, open_logs, open_telemetry, readiness_of
from dashbridge.wiring.people import EMBEDDED_TEAM, admin, first_admin, sign_in_link
from dashbridge.wiring.rounds import open_rounds
from dashbridge.wiring.serving import open_serving
from dashbridge.wiring.stores import open_database, open_objects, open_vault
from dashbridge.wiring.warehouses import duckdb_folder, opens_warehouses

__all__ = [
    "EMBEDDED_TEAM",
    "admin",
    "duckdb_folder",
    "first_admin",
    "open_logs",
    "open_rooms",
    "open_rounds",
    "sign_in_link",
    "today",
]


@asynccontextmanager
async def open_rooms(
    settings: Settings, *, port: int | None = None, provider: Callable[[], Provider] | None = None
) -> AsyncIterator[Rooms]:
    """Every room of a process, opened in order and closed in reverse.

    `port` is the one really listened on; `provider` replaces the model that the settings name.

    Raises Invalid for settings that do not fit, Unavailable for a part that does not answer.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        open_telemetry(stack)
        database = await open_database(settings, stack)
        objects = await open_objects(settings, stack)
        vault = await open_vault(settings, stack)
        costs = open_costs(settings, database, objects, stack)
        pool = DuckDBPool(settings.query_workers, memory_bytes=settings.query_memory_mb << 20)
        stack.push_async_callback(pool.close)
        connections = Connections(
            database,
            vault,
            opens_warehouses(settings, pool),
            max_rows=settings.max_query_rows,
            timeout_s=settings.query_timeout_s,
            usd_per_tib=usd_per_tib(settings),
        )
        stack.push_async_callback(connections.close)
        answers, warming = open_serving(settings, pool, objects, connections, costs, today, stack)
        library = Library(database, objects, connections, pool, today=today, after_save=warming.after_save)
        logs = ChatLogs(objects)
        events = TurnEvents(database, logs)
        turns = Turns(database, logs, events, turn_settings(settings, stack, provider))
        stack.push_async_callback(turns.close)
        catalog = Catalog(database, connections)
        chats = Chats(
            database,
            logs,
            events,
            turns,
            connections,
            library,
            answers,
            costs,
            catalog.index,
            model=_vendor_and_model(settings),
            public_url=lambda: settings.url(port),
            today=today,
        )
        uploads = _uploads(settings, connections)
        open_gauges(pool, turns)
        front = Front(database, max_bytes=settings.front_mb << 20)
        library.follow(front.changes)
        connections.follow(front.changes)
        stack.push_async_callback(front.close)
        rooms = (database, connections, catalog, library, answers, warming, chats, today, uploads, costs)
        yield Rooms(*rooms, readiness_of(database, objects, vault, pool), front)


def today(timezone: str = "UTC") -> date:
    """The day it is in a time zone, by its IANA name."""
    return today_in(timezone, datetime.now(UTC))


def _uploads(settings: Settings, connections: Connections) -> Uploads:
    return Uploads(
        connections,
        Intake(memory_bytes=settings.query_memory_mb << 20),
        lambda team_id: duckdb_folder(settings, team_id),
        max_bytes=settings.max_upload_bytes,
    )


def _vendor_and_model(settings: Settings) -> tuple[str, str]:
    vendor, _, model = settings.model.partition(":")
    return vendor, model or vendor

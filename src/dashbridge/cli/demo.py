"""`dashbridge demo`: serve with the flights that left New York in 2013."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from dashbridge.api.deps import Rooms
from dashbridge.cli.serve import serve
from dashbridge.cli.signals import until_signalled
from dashbridge.connections import DuckDBSettings
from dashbridge.kit import Conflict
from dashbridge.samples import FLIGHTS_DASHBOARD, ensure_flights, flights_dashboard
from dashbridge.settings import Settings, read_settings
from dashbridge.sharing import Actor
from dashbridge.wiring import duckdb_folder

QUESTION = "How do departure delays vary by carrier and month?"


@click.command(name="demo", help="Serve with sample data: 336,776 flights from New York in 2013.")
def command() -> None:
    """Until interrupted."""
    text = f'Try: {QUESTION}\n     (in the page, or: ./dashbridge ask "{QUESTION}")\nPress Ctrl-C to stop.'
    asyncio.run(until_signalled(serve(read_settings(), prepare_demo, text)))


async def prepare_demo(settings: Settings, rooms: Rooms, actor: Actor) -> None:
    """Load the data, connect it as `flights`, and save the demo dashboard; what is there already stays."""
    file = duckdb_folder(settings, actor.team_id) / "flights.duckdb"
    await asyncio.to_thread(_load, file)
    with suppress(Conflict):
        connection = await rooms.connections.create(actor, "flights", DuckDBSettings(path="flights.duckdb"))
        await rooms.catalog.scan(actor, connection.id)
    with suppress(Conflict):
        await rooms.library.save(actor, flights_dashboard(), FLIGHTS_DASHBOARD, expected=None)


def _load(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TextColumn("rows"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def show(table: str, done: int, total: int) -> None:
            if table not in tasks:
                tasks[table] = progress.add_task(f"Loading {table}", total=total)
            progress.update(tasks[table], completed=done)

        ensure_flights(file, show)

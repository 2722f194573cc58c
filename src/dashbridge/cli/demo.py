"""`dashbridge demo`: serve with the flights that left New York in 2013."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import click
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from dashbridge.api.deps import Rooms
from dashbridge.cli.serve import serve
from dashbridge.cli.signals import until_signalled
from dashbridge.connections import BigQuerySettings, ConnectionSettings, DuckDBSettings
from dashbridge.kit import Conflict, Invalid
from dashbridge.samples import FLIGHTS_DASHBOARD, ensure_flights, flights_dashboard
from dashbridge.settings import Settings, read_settings
from dashbridge.sharing import Actor
from dashbridge.wiring import duckdb_folder

QUESTION = "How do departure delays vary by carrier and month?"


@click.command(name="demo", help="Serve with sample data: 336,776 flights from New York in 2013.")
def command() -> None:
    """Until interrupted."""
    text = f'Try: {QUESTION}\n     (in the page, or: ./dashbridge ask "{QUESTION}")\nPress Ctrl-C to stop.'
    uvloop.run(until_signalled(serve(read_settings(), prepare_demo, text)))


async def prepare_demo(settings: Settings, rooms: Rooms, actor: Actor) -> None:
    """Connect the data as `flights`, loaded first where it is a DuckDB file, and save the demo dashboard.

    What is there already stays. Raises Invalid (`DASHBRIDGE_DEMO_WAREHOUSE` names nothing), and what connecting raises.
    """
    wanted, datasets = _warehouse(settings)
    if wanted.kind == "duckdb":
        await asyncio.to_thread(_load, duckdb_folder(settings, actor.team_id) / "flights.duckdb")
    with suppress(Conflict):
        connection = await rooms.connections.create(actor, "flights", wanted, allowed_datasets=datasets)
        await rooms.catalog.scan(actor, connection.id)
    with suppress(Conflict):
        await rooms.library.save(actor, flights_dashboard(wanted.kind), FLIGHTS_DASHBOARD, expected=None)


def _warehouse(settings: Settings) -> tuple[ConnectionSettings, list[str] | None]:
    if settings.demo_warehouse is None:
        return DuckDBSettings(path="flights.duckdb"), None
    try:
        url = urlsplit(settings.demo_warehouse)
        dataset = url.path.strip("/")
        if url.scheme != "bigquery" or not dataset or "/" in dataset:
            raise ValueError
        return BigQuerySettings(project=url.netloc), [dataset]
    except ValueError:
        raise Invalid(
            f"DASHBRIDGE_DEMO_WAREHOUSE is {settings.demo_warehouse!r}", hint="write bigquery://PROJECT/DATASET"
        ) from None


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

"""`dashbridge vault rotate` and `dashbridge vault rewrap`: the key that seals connections' settings."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from dashbridge.connections.rewrap import OUTCOMES, rewrap_settings
from dashbridge.settings import Settings, read_settings
from dashbridge.wiring.custody import open_custody
from dashbridge.wiring.stores import open_key_file


@click.group(name="vault", help="Look after the key that seals connections' settings.")
@click.pass_context
def command(context: click.Context) -> None:
    """Works on the stores of this machine's settings."""
    if (context.obj or (None, None))[0] is not None:
        raise click.UsageError("vault works on the stores of this machine's settings, not over --url")


@command.command(name="rotate", help="Make a fresh key in the key file; Cloud KMS rotates by itself.")
def rotate() -> None:
    """Exit 1 where the key is in Cloud KMS, which says how to rotate it there."""
    asyncio.run(_rotate(read_settings()))
    click.echo("A fresh key seals from now on; `dashbridge vault rewrap` seals what there is anew.")


@command.command(name="rewrap", help="Seal every connection's settings anew under the newest key.")
@click.option("--from-local", is_flag=True, help="Also move what the key file sealed to Cloud KMS.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def rewrap(from_local: bool, as_json: bool) -> None:
    """Exit 1 when some settings could not be opened; they stay as they are. It may be stopped and run again."""
    counts, failed = asyncio.run(_rewrap(read_settings(), from_local=from_local, quiet=as_json))
    if as_json:
        click.echo(orjson.dumps({**{name: counts[name] for name in OUTCOMES}, "not_opened": failed}))
    else:
        click.echo(", ".join(f"{counts[name]} {name}" for name in OUTCOMES))
        for name in failed:
            click.echo(f"not opened: {name}", err=True)
    if failed:
        sys.exit(1)


async def _rotate(settings: Settings) -> None:
    async with open_custody(settings) as custody:
        await custody.vault.rotate()


async def _rewrap(settings: Settings, *, from_local: bool, quiet: bool) -> tuple[Counter[str], list[str]]:
    """How many of each outcome, and which connections (`TEAM/NAME`) could not be opened."""
    former = open_key_file(settings) if from_local else None
    counts: Counter[str] = Counter()
    failed: list[str] = []
    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), disable=quiet or not sys.stderr.isatty())
    async with open_custody(settings) as custody:
        with bar:
            task = bar.add_task("Teams", total=len(custody.team_ids))
            for team_id in custody.team_ids:
                async for name, outcome in rewrap_settings(custody.database, custody.vault, team_id, former=former):
                    counts[outcome] += 1
                    bar.update(task, description=name[:32])
                    if outcome == "failed":
                        failed.append(f"{team_id}/{name}")
                bar.advance(task)
    return counts, failed

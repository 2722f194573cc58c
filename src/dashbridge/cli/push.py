"""`dashbridge push FILE`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from dashbridge.cli.bar import step_bar
from dashbridge.cli.door import Door, Refused, dashboard_path, through_door
from dashbridge.cli.files import file_argument, read_file
from dashbridge.kit import DashbridgeError, slugify


@click.command(name="push", help="Save a dashboard file; its slug is the file's name unless given.")
@file_argument
@click.option("--slug", help="The slug to save under.")
@click.option("--revision", type=int, help="Replace exactly this revision; the newest if left out.")
@click.option("--wait/--no-wait", default=True, help="Wait until its data is computed, where the server does that.")
@click.pass_context
def command(context: click.Context, file: str, slug: str | None, revision: int | None, wait: bool) -> None:
    """Creates the dashboard, or replaces its newest revision."""
    if slug is None and file == "-":
        raise click.UsageError("reading from standard input needs --slug")
    name = slug or slugify(Path(file).stem)
    text = read_file(file)

    async def work(door: Door) -> None:
        path = dashboard_path(name)
        newest = revision
        if newest is None:
            try:
                newest = (await door.call("GET", path)).json()["revision"]
            except Refused as error:
                if error.code != "dashboard_not_found":
                    raise
        held = {"If-None-Match": "*"} if newest is None else {"If-Match": f'"{newest}"'}
        saved: dict[str, object] = (await door.call("PUT", path, content=text, headers=held)).json()
        click.echo(f"{saved['slug']} revision {saved['revision']}\n{saved['yaml_uri']}")
        if wait:
            await _tell_data(door, name)

    through_door(context, work)


async def _tell_data(door: Door, slug: str) -> None:
    """What becomes of the data that is computed behind the save; the save stands, whatever that is."""
    bar, ended = step_bar(), None
    try:
        with bar or nullcontext():
            task = bar.add_task("Preparing data", total=None) if bar is not None else None
            async for _, ended in door.warming(slug):
                if bar is not None and task is not None:
                    bar.update(task, total=ended["total"] or None, completed=ended["done"])
    except DashbridgeError:  # an older server, or one that went away
        return
    line = None if ended is None else _line(ended)
    if line is not None:
        click.echo(line, err=True)


def _line(ended: dict[str, Any]) -> str | None:
    reason = ended["reason"] or {"message": "it was not said why", "hint": None}
    why = reason["message"] + (f" ({reason['hint']})" if reason["hint"] else "")
    told = {"done": "data: ready", "skipped": f"data: not prepared: {why}", "failed": f"data: failed: {why}"}
    return told.get(ended["state"])

"""`dashbridge push FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from dashbridge.cli.door import Door, Refused, dashboard_path, through_door
from dashbridge.cli.files import file_argument, read_file
from dashbridge.kit import slugify


@click.command(name="push", help="Save a dashboard file; its slug is the file's name unless given.")
@file_argument
@click.option("--slug", help="The slug to save under.")
@click.option("--revision", type=int, help="Replace exactly this revision; the newest if left out.")
@click.pass_context
def command(context: click.Context, file: str, slug: str | None, revision: int | None) -> None:
    """Creates the dashboard, or replaces its newest revision."""
    if slug is None and file == "-":
        raise click.UsageError("reading from standard input needs --slug")
    name = slug or slugify(Path(file).stem)
    text = read_file(file)

    async def work(door: Door) -> dict[str, object]:
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
        return saved

    saved = through_door(context, work)
    click.echo(f"{saved['slug']} revision {saved['revision']}\n{saved['yaml_uri']}")

"""`dashbridge pull SLUG`."""

from __future__ import annotations

import sys

import click

from dashbridge.cli.door import Door, dashboard_path, through_door


@click.command(name="pull", help="Print a dashboard's file as it was saved.")
@click.argument("slug")
@click.option("--revision", type=int, help="An earlier revision.")
@click.pass_context
def command(context: click.Context, slug: str, revision: int | None) -> None:
    """The bytes are those that were saved."""
    params = {} if revision is None else {"revision": revision}

    async def work(door: Door) -> bytes:
        return (await door.call("GET", f"{dashboard_path(slug)}/yaml", params=params)).content

    sys.stdout.buffer.write(through_door(context, work))

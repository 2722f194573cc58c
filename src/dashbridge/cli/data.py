"""`dashbridge data SLUG`: the answer of the data endpoint."""

from __future__ import annotations

import sys

import click

from dashbridge.cli.door import Door, dashboard_path, through_door

_ACCEPT = {"json": "application/json", "arrow": "application/vnd.apache.arrow.stream", "csv": "text/csv"}


@click.command(name="data", help="Print the data of a dashboard.")
@click.argument("slug")
@click.option("--input", "inputs", multiple=True, metavar="NAME=VALUE", help="Set an input; repeat for several values.")
@click.option("--format", "form", type=click.Choice(list(_ACCEPT)), default="json", show_default=True)
@click.option("--insight", metavar="NAME", help="Only this insight; needed for arrow and csv where there are several.")
@click.pass_context
def command(context: click.Context, slug: str, inputs: tuple[str, ...], form: str, insight: str | None) -> None:
    """Raises UsageError for an input that is not NAME=VALUE."""
    query: list[tuple[str, str | int | float | bool | None]] = []
    for given in inputs:
        name, equals, value = given.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--input takes NAME=VALUE, not {given!r}")
        query.append((f"input.{name}", value))
    if insight:
        query.append(("insight", insight))

    async def work(door: Door) -> bytes:
        answer = await door.call("GET", f"{dashboard_path(slug)}/data", params=query, headers={"Accept": _ACCEPT[form]})
        return answer.content

    output = sys.stdout.buffer
    output.write(through_door(context, work))
    if form == "json":
        output.write(b"\n")

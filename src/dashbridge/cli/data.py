"""`dashbridge data SLUG`: the answer of the data endpoint."""

from __future__ import annotations

import sys

import click

from dashbridge.cli.door import Door, dashboard_path, through_door
from dashbridge.cli.inputs import input_pairs, inputs_option

_ACCEPT = {"json": "application/json", "arrow": "application/vnd.apache.arrow.stream", "csv": "text/csv"}


@click.command(name="data", help="Print the data of a dashboard.")
@click.argument("slug")
@inputs_option
@click.option("--format", "form", type=click.Choice(list(_ACCEPT)), default="json", show_default=True)
@click.option("--insight", metavar="NAME", help="Only this insight; needed for arrow and csv where there are several.")
@click.pass_context
def command(context: click.Context, slug: str, inputs: tuple[str, ...], form: str, insight: str | None) -> None:
    """Raises UsageError for an input that is not NAME=VALUE."""
    query = input_pairs(inputs)
    if insight:
        query.append(("insight", insight))

    async def work(door: Door) -> bytes:
        answer = await door.call("GET", f"{dashboard_path(slug)}/data", params=query, headers={"Accept": _ACCEPT[form]})
        return answer.content

    output = sys.stdout.buffer
    output.write(through_door(context, work))
    if form == "json":
        output.write(b"\n")

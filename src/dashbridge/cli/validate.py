"""`dashbridge validate FILE`."""

from __future__ import annotations

import click
import orjson

from dashbridge.cli.door import Door, through_door
from dashbridge.cli.files import file_argument, read_file


@click.command(name="validate", help="Check a dashboard file as saving it would: schema, references, SQL, dry runs.")
@file_argument
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_context
def command(context: click.Context, file: str, as_json: bool) -> None:
    """Exit 1 with every problem, each at its path and line."""
    text = read_file(file)

    async def work(door: Door) -> bytes:
        return (await door.call("POST", "/v1/validate", content=text)).content

    answer = through_door(context, work)
    if as_json:
        click.echo(answer)
        return
    body = orjson.loads(answer)
    for warning in body["warnings"]:
        click.echo(f"warning: line {warning.get('line', '?')}: {warning['message']}", err=True)
    for query in body["queries"]:
        click.echo(f"{query['name']}: reads up to {query['bytes_scanned']:,} of {query['limit']:,} bytes")
    click.echo("valid")

"""`dashbridge scan CONNECTION`."""

from __future__ import annotations

import click

from dashbridge.cli.door import Door, through_door
from dashbridge.kit import NotFound


@click.command(name="scan", help="Read which datasets and tables a connection holds; columns are read when needed.")
@click.argument("connection")
@click.pass_context
def command(context: click.Context, connection: str) -> None:
    """Exit 1 when there is no such connection."""

    async def work(door: Door) -> dict[str, int]:
        found = (await door.call("GET", "/v1/connections")).json()["connections"]
        ids = {item["name"]: item["id"] for item in found}
        if connection not in ids:
            raise NotFound(
                f"There is no connection {connection!r}", hint="there are: " + (", ".join(ids) or "none yet")
            )
        scan: dict[str, int] = (await door.call("POST", f"/v1/connections/{ids[connection]}/scan")).json()
        return scan

    scan = through_door(context, work)
    click.echo(f"{scan['datasets']} datasets, {scan['tables']} tables")

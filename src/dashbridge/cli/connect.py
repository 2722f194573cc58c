"""`dashbridge connect duckdb --name N --path FILE`."""

from __future__ import annotations

import click

from dashbridge.cli.door import Door, through_door


@click.group(name="connect", help="Add a connection to a warehouse.")
def command() -> None:
    """One sub-command per engine."""


@command.command(name="duckdb", help="A DuckDB file in the team's folder, opened read-only.")
@click.option("--name", required=True, help="The connection's name.")
@click.option("--path", required=True, help="The file, relative to the team's DuckDB folder.")
@click.option("--max-bytes", type=int, default=100_000_000, show_default=True, help="Byte cap of one query.")
@click.option(
    "--ai-access", type=click.Choice(["schema", "aggregates", "samples"]), default="schema", show_default=True
)
@click.option("--dataset", "datasets", multiple=True, help="Allow only this dataset; repeat for several.")
@click.pass_context
def duckdb(
    context: click.Context, name: str, path: str, max_bytes: int, ai_access: str, datasets: tuple[str, ...]
) -> None:
    """Creates the connection once a dry run of `SELECT 1` passes."""
    body = {
        "name": name,
        "kind": "duckdb",
        "settings": {"path": path},
        "max_bytes_per_query": max_bytes,
        "ai_access": ai_access,
        "allowed_datasets": list(datasets) or None,
    }

    async def work(door: Door) -> str:
        return str((await door.call("POST", "/v1/connections", json=body)).json()["id"])

    click.echo(f"{name} {through_door(context, work)}")

"""`dashbridge connect duckdb|bigquery --name N …`."""

from __future__ import annotations

from typing import Any, TextIO

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

    _connect(context, body)


@command.command(name="bigquery", help="Datasets of a BigQuery project.")
@click.option("--name", required=True, help="The connection's name.")
@click.option("--project", required=True, help="The project of the data.")
@click.option(
    "--dataset", "datasets", multiple=True, required=True, help="A dataset to read; repeat for several, default first."
)
@click.option("--other-project", "projects", multiple=True, help="Another project whose tables may be named.")
@click.option("--billing-project", help="The project that pays, if another.")
@click.option("--location", help="Where jobs run, e.g. US or europe-west1.")
@click.option("--service-account-file", "key", type=click.File(), help="JSON key of a service account; - reads it.")
@click.option("--impersonate", metavar="EMAIL", help="Act as this service account, through the server's own identity.")
@click.option("--max-bytes", type=int, default=100_000_000, show_default=True, help="Byte cap of one query.")
@click.option(
    "--ai-access", type=click.Choice(["schema", "aggregates", "samples"]), default="schema", show_default=True
)
@click.pass_context
def bigquery(
    context: click.Context,
    name: str,
    project: str,
    datasets: tuple[str, ...],
    projects: tuple[str, ...],
    billing_project: str | None,
    location: str | None,
    key: TextIO | None,
    impersonate: str | None,
    max_bytes: int,
    ai_access: str,
) -> None:
    """Creates the connection once a dry run of `SELECT 1` passes; without a key, as the server's own identity."""
    if key is not None and impersonate is not None:
        raise click.UsageError("--service-account-file and --impersonate exclude each other")
    settings: dict[str, Any] = {
        "project": project,
        "projects": list(projects),
        "billing_project": billing_project,
        "location": location,
        "credentials": "service_account" if key else "impersonate" if impersonate else "default",
        "service_account": key.read() if key else None,
        "impersonate": impersonate,
    }
    body = {
        "name": name,
        "kind": "bigquery",
        "settings": settings,
        "max_bytes_per_query": max_bytes,
        "ai_access": ai_access,
        "allowed_datasets": list(datasets),
    }
    _connect(context, body)


def _connect(context: click.Context, body: dict[str, Any]) -> None:
    async def work(door: Door) -> str:
        return str((await door.call("POST", "/v1/connections", json=body)).json()["id"])

    click.echo(f"{body['name']} {through_door(context, work)}")

"""`dashbridge check-sql`: the gate alone."""

from __future__ import annotations

import sys
from typing import TextIO

import click
import orjson

from dashbridge.sql import Scope, SqlRefused, check, check_batch

DIALECTS = ("bigquery", "duckdb")


@click.command(
    name="check-sql", help="Pass SQL (a file, or - for standard input) through the gate, without a warehouse."
)
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option("--dialect", type=click.Choice(DIALECTS), required=True)
@click.option("--project", "projects", multiple=True, help="An allowed project; repeat for several.")
@click.option("--dataset", "datasets", multiple=True, help="An allowed dataset; any ordinary one if left out.")
@click.option("--jsonl", is_flag=True, help='One {"id", "sql"} a line in, one verdict a line out.')
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def command(
    file: TextIO,
    dialect: str,
    projects: tuple[str, ...],
    datasets: tuple[str, ...],
    jsonl: bool,
    as_json: bool,
) -> None:
    """Exit 1 when the statement is refused; with --jsonl the lines say so and the exit is 0."""
    scope = Scope(
        dialect,
        frozenset(datasets) or None,
        projects=frozenset(projects),
        default_dataset=datasets[0] if len(datasets) == 1 else ("main" if dialect == "duckdb" else None),
        default_project=projects[0] if len(projects) == 1 else None,
    )
    if jsonl:
        for line in check_batch(file, scope=scope):
            click.echo(line)
        return
    text = file.read()
    if as_json:
        verdict = next(check_batch([_line(text)], scope=scope))
        click.echo(verdict)
        sys.exit(0 if orjson.loads(verdict)["ok"] else 1)
    try:
        checked = check(text, scope=scope)
    except SqlRefused as error:
        click.echo(f"refused ({error.code}): {error}", err=True)
        sys.exit(1)
    click.echo("ok: " + (", ".join(str(table) for table in checked.tables) or "no tables"))


def _line(sql: str) -> str:
    return orjson.dumps({"id": "-", "sql": sql}).decode()

"""`dashbridge translate`: SQL from one dialect to another."""

from __future__ import annotations

import sys
from typing import TextIO

import click

from dashbridge.sql import SqlRefused, translate, translate_batch

DIALECTS = ("bigquery", "duckdb")


@click.command(name="translate", help="Translate SQL (a file, or - for standard input) between dialects.")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option("--from", "source", type=click.Choice(DIALECTS), required=True)
@click.option("--to", "target", type=click.Choice(DIALECTS), required=True)
@click.option("--jsonl", is_flag=True, help='One {"id", "sql"} a line in, one {"id", "ok", "sql"} a line out.')
def command(file: TextIO, source: str, target: str, jsonl: bool) -> None:
    """Exit 1 when it cannot be translated exactly; with --jsonl the lines say so and the exit is 0."""
    if jsonl:
        for line in translate_batch(file, source=source, target=target):
            click.echo(line)
        return
    try:
        click.echo(translate(file.read(), source=source, target=target))
    except SqlRefused as error:
        click.echo(f"refused ({error.code}): {error}", err=True)
        sys.exit(1)

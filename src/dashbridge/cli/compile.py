"""`dashbridge compile FILE`: pure, without a warehouse."""

from __future__ import annotations

import click
import orjson

from dashbridge.cli.files import file_argument, read_file
from dashbridge.dashboards import compile_dashboard, load_dashboard


@click.command(name="compile", help="Print what a dashboard file compiles to (JSON): queries, insights, Vega-Lite.")
@file_argument
def command(file: str) -> None:
    """Exit 1 with every problem of the file."""
    compiled = compile_dashboard(load_dashboard(read_file(file)))
    click.echo(orjson.dumps(compiled.as_json(), option=orjson.OPT_INDENT_2, default=str))

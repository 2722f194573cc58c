"""`dashbridge compile FILE`: pure, without a warehouse."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click
import orjson

from dashbridge.api.described import describe
from dashbridge.cli.check_sql import DIALECTS
from dashbridge.cli.files import file_argument, read_file
from dashbridge.dashboards import CompiledDashboard, compile_dashboard, load_dashboard
from dashbridge.insights import over_table
from dashbridge.serving import Part, parts_of

_SECTIONS = {"insight": "insights", "trace": "traces", "options": "options"}
_SPLIT = ("mode", "mode_reason", "pre_query", "post_query", "parameters")


@click.command(
    name="compile",
    help="Show what a dashboard file compiles to: how each insight is split, or (JSON) all of it with Vega-Lite.",
)
@file_argument
@click.option("--dialect", type=click.Choice(DIALECTS), default="duckdb", show_default=True)
@click.option("--json/--text", "as_json", default=None, help="JSON is the form that is piped, text that of a terminal.")
def command(file: str, dialect: str, as_json: bool | None) -> None:
    """Exit 1 with every problem of the file."""
    compiled = compile_dashboard(load_dashboard(read_file(file), dialect))
    if as_json is False or (as_json is None and sys.stdout.isatty()):
        click.echo("\n".join(line for part in parts_of(compiled) for line in _told(part)))
        return
    click.echo(orjson.dumps(_with_splits(compiled), option=orjson.OPT_INDENT_2, default=str))


def _with_splits(compiled: CompiledDashboard) -> dict[str, Any]:
    body = compiled.as_json()
    for part in parts_of(compiled):
        split = describe(part, compiled)
        body[_SECTIONS[part.kind]][part.name] |= {name: split[name] for name in _SPLIT}
    return body


def _told(part: Part) -> Iterator[str]:
    insight, split = part.insight, part.insight.split
    yield f"{part.label}: {split.mode}, {split.reason}"
    if split.pre is None or split.post is None:
        yield f"  for each choice: {over_table(split.whole.sql, insight.query)}"
        places = split.whole.parameters
    else:
        yield f"  pre-query:  {over_table(split.pre.sql, insight.query)}"
        yield f"  post-query: {split.post.sql}"
        places = split.post.parameters
    for number, place in enumerate(places, 1):
        what = {"open": " restricts nothing", "some": " has a value"}.get(place.gives, "")
        yield f"    ?{number} {place.input}.{place.accessor}{what} ({place.type})"
    yield ""

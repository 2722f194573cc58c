"""`dashbridge validate FILE`."""

from __future__ import annotations

from typing import Any

import click
import orjson

from dashbridge.cli.check_sql import DIALECTS
from dashbridge.cli.door import Door, through_door
from dashbridge.cli.files import file_argument, read_file
from dashbridge.kit import at_most, bytes_words
from dashbridge.library import check_alone
from dashbridge.serving import parts_of


@click.command(name="validate", help="Check a dashboard file as saving it would: schema, references, SQL, dry runs.")
@file_argument
@click.option("--dialect", type=click.Choice(DIALECTS), help="Check the file alone, in this dialect: no warehouse.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_context
def command(context: click.Context, file: str, dialect: str | None, as_json: bool) -> None:
    """Exit 1 with every problem, each at its path and line."""
    text = read_file(file)

    async def work(door: Door) -> bytes:
        return (await door.call("POST", "/v1/validate", content=text)).content

    answer = orjson.dumps(_alone(text, dialect)) if dialect else through_door(context, work)
    if as_json:
        click.echo(answer)
        return
    body = orjson.loads(answer)
    for warning in body["warnings"]:
        click.echo(f"warning: line {warning.get('line', '?')}: {warning['message']}", err=True)
    for query in body["queries"]:
        if "bytes_scanned" in query:
            price = body["cost"]["queries"][query["name"]]
            reads = at_most(price["bytes"], price["usd"])
            click.echo(f"{query['name']}: reads {reads}, of {bytes_words(query['limit'])} allowed")
    for insight in body["insights"]:
        size = insight.get("bytes_scanned")
        click.echo(f"{insight['name']}: {insight['mode']}" + ("" if size is None else f", reads {at_most(size, 0)}"))
    if "cost" in body:
        _tell_refresh(body["cost"])
    click.echo("valid")


def _tell_refresh(cost: dict[str, Any]) -> None:
    """What all of it costs, and the budgets it would not fit."""
    refresh = cost["refresh"]
    click.echo(f"a refresh reads {at_most(refresh['bytes'], refresh['usd'])}")
    for budget in cost["budgets"]:
        left = budget["left"]
        if refresh["usd"] > 0 and budget["name"] != "turn" and left is not None and refresh["bytes"] > left:
            name = "a refresh" if budget["name"] == "refresh" else "your team's day"
            click.echo(f"warning: the budget of {name} has {bytes_words(left)} left: it would not run", err=True)


def _alone(text: bytes, dialect: str) -> dict[str, Any]:
    """As the API answers, without what only a warehouse knows."""
    loaded, compiled = check_alone(text, dialect)
    return {
        "ok": True,
        "title": compiled.title,
        "dialect": dialect,
        "warnings": [warning.as_dict() for warning in loaded.warnings],
        "queries": [{"name": name} for name in compiled.queries],
        "insights": [{"name": part.label, "mode": part.insight.split.mode} for part in parts_of(compiled)],
    }

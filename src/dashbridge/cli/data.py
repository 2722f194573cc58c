"""`dashbridge data SLUG`: the answer of the data endpoint."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click
import orjson

from dashbridge.cli.door import Door, Refused, dashboard_path, through_door
from dashbridge.cli.inputs import input_pairs, inputs_option
from dashbridge.kit import at_most, bytes_words

_ACCEPT = {"json": "application/json", "arrow": "application/vnd.apache.arrow.stream", "csv": "text/csv"}


@click.command(name="data", help="Print the data of a dashboard.")
@click.argument("slug")
@inputs_option
@click.option("--format", "form", type=click.Choice(list(_ACCEPT)), default="json", show_default=True)
@click.option("--insight", metavar="NAME", help="Only this insight; needed for arrow and csv where there are several.")
@click.option("--manifest", is_flag=True, help="Print what the answer was computed from, instead of the answer.")
@click.pass_context
def command(
    context: click.Context, slug: str, inputs: tuple[str, ...], form: str, insight: str | None, manifest: bool
) -> None:
    """Raises UsageError for an input that is not NAME=VALUE."""
    query = input_pairs(inputs)
    if insight:
        query.append(("insight", insight))
    if manifest:
        form = "json"
        query.append(("manifest", "1"))

    async def work(door: Door) -> bytes:
        answer = await door.call("GET", f"{dashboard_path(slug)}/data", params=query, headers={"Accept": _ACCEPT[form]})
        return answer.content

    output = sys.stdout.buffer
    try:
        answer = through_door(context, work)
    except Refused as error:
        if error.code == "over_budget":
            click.echo(over_budget(error.details["answered"]), err=True)
        raise
    output.write(answer)
    if form == "json":
        output.write(b"\n")
        for refused in {_plan(one): one for one in _refused(answer)}.values():
            click.echo(over_budget(refused["details"]), err=True)


def over_budget(plan: Mapping[str, Any]) -> str:
    """What a plan that was not run needs: its figures, and the words of an admin that let it run."""
    wanted = at_most(plan["estimate"], plan["usd"])
    left = f"{bytes_words(plan['left'])} of {bytes_words(plan['limit'])}"
    return (
        f"not run: it reads {wanted}; {left} is left in the budget {plan['budget']!r}\n"
        "an admin lets it run once with: POST /v1/overrides "
        f'{{"plan_sha256": "{plan["plan_sha256"]}", "reason": "…"}}'
    )


def _refused(answer: bytes) -> list[dict[str, Any]]:
    """The insights and traces that are missing over a budget."""
    body = orjson.loads(answer) if b'"over_budget"' in answer else {}
    parts = [*body.get("insights", {}).values(), *body.get("traces", {}).values()]
    return [part["error"] for part in parts if part.get("error", {}).get("code") == "over_budget"]


def _plan(error: dict[str, Any]) -> str:
    return str(error["details"]["plan_sha256"])

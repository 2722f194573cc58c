"""`dashbridge costs`: what the team's queries read and cost, and how far its budgets are used up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from dashbridge.cli.door import Door, through_door
from dashbridge.kit import bytes_words, money_bound, money_words

_TITLES = {"turn": "each turn", "refresh": "each refresh", "team_day": "the team, today"}
_HEAD = ("estimated", "billed", "cost", "queries", "refused")


@click.command(name="costs", help="Show what queries read and cost, by day and by dashboard.")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How many days, up to today.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_context
def command(context: click.Context, days: int, as_json: bool) -> None:
    """Days without any use are left out of the table."""

    async def work(door: Door) -> Any:
        return await door.call("GET", "/v1/costs", params={"days": days})

    answer = through_door(context, work)
    if as_json:
        click.echo(answer.content)
        return
    body = answer.json()
    used = [day for day in body["days"] if day["queries"] or day["refused"]]
    if used:
        _table("day", [(day["day"], day) for day in used] + [("in all", body["total"])])
        click.echo()
        _table("dashboard", [(one["dashboard"] or "(none)", one) for one in body["by_dashboard"]])
        if body["unsettled"]:
            click.echo(f"\n{body['unsettled']:,} queries have no bill (yet); budgets count their estimates")
    elif body["priced"]:
        click.echo(f"Nothing was spent in the last {days} days")
    else:
        click.echo("Your connections cost nothing to query")
    for budget in body["budgets"]:
        click.echo(_budget(budget))


def _table(first: str, rows: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Names to the left, figures to the right, each column as wide as it needs to be."""
    lines = [(first, *_HEAD), *((name, *_figures(sums)) for name, sums in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(_HEAD) + 1)]
    for name, *figures in lines:
        cells = [name.ljust(widths[0]), *(text.rjust(width) for text, width in zip(figures, widths[1:], strict=True))]
        click.echo("  ".join(cells))


def _figures(sums: dict[str, Any]) -> tuple[str, ...]:
    cost = money_words(sums["usd_billed"])
    if sums["usd_estimated"] > sums["usd_billed"]:
        cost += f" of {money_bound(sums['usd_estimated'])}"
    return (
        bytes_words(sums["estimated"]),
        bytes_words(sums["billed"]),
        cost,
        f"{sums['queries']:,}",
        f"{sums['refused']:,}",
    )


def _budget(budget: dict[str, Any]) -> str:
    name = _TITLES.get(budget["name"], budget["name"])
    if budget["limit"] is None:
        return f"budget of {name}: none"
    used = f", {bytes_words(budget['used'])} used" if budget["name"] == "team_day" else ""
    return f"budget of {name}: {bytes_words(budget['limit'])}{used}"

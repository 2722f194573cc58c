"""`dashbridge warm SLUG`: compute a dashboard's data ahead, and show it happen."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import click
import orjson
from rich.progress import Progress, TaskID

from dashbridge.cli.bar import step_bar
from dashbridge.cli.door import Door, through_door
from dashbridge.cli.inputs import input_pairs, inputs_option
from dashbridge.kit import Unavailable


@click.command(name="warm", help="Compute the data of a dashboard now; what is still valid is left as it is.")
@click.argument("slug")
@inputs_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end instead.")
@click.pass_context
def command(context: click.Context, slug: str, inputs: tuple[str, ...], as_json: bool) -> None:
    """Exit 1 when a step failed."""
    pairs = input_pairs(inputs)
    shown = _Shown(step_bar(wanted=not as_json), quiet=as_json)

    async def work(door: Door) -> None:
        with shown.begin():
            async for name, data in door.build(slug, pairs):
                shown.show(name, data)

    through_door(context, work)
    ended = shown.ended
    if as_json:
        click.echo(orjson.dumps({**ended, "steps": list(shown.steps.values())}, option=orjson.OPT_INDENT_2))
    else:
        click.echo(f"{ended['done']} computed, {ended['skipped']} still valid, {ended['failed']} failed")
    sys.exit(1 if ended["failed"] else 0)


class _Shown:
    """What is told of the steps: a bar on a terminal, else a line for each that ended."""

    def __init__(self, bar: Progress | None, *, quiet: bool) -> None:
        self.steps: dict[tuple[str, str], dict[str, Any]] = {}
        self.ended: dict[str, Any] = {}
        self._bar, self._quiet, self._task = bar, quiet, TaskID(0)

    def begin(self) -> AbstractContextManager[object]:
        """It is planned first."""
        if self._bar is None:
            return nullcontext()
        self._task = self._bar.add_task("Planning", total=None)
        return self._bar

    def show(self, name: str, data: dict[str, Any]) -> None:
        """One event. Raises Unavailable where the work broke off."""
        if name == "error":
            raise Unavailable(data["message"], code=data["code"], hint=data["hint"])
        if name == "done":
            self.ended = data
            return
        self.steps[data["kind"], data["name"]] = data
        if self._bar is not None:
            over = [step for step in self.steps.values() if step["state"] != "running"]
            self._bar.update(
                self._task,
                total=data["total"],
                completed=len(over),
                description=f"{data['kind']} {data['name']}"[:32],
            )
        if data["state"] == "failed" or (self._bar is None and not self._quiet and data["state"] != "running"):
            self._say(_line(data))

    def _say(self, line: str) -> None:
        if self._bar is not None:
            self._bar.console.print(line, markup=False, highlight=False)
        elif not self._quiet:
            click.echo(line, err=True)


def _line(step: dict[str, Any]) -> str:
    facts = []
    if step.get("rows") is not None:
        facts.append(f"{step['rows']:,} rows")
    if step.get("ms") is not None:
        facts.append(f"{step['ms']:,.0f} ms")
    if error := step.get("error"):
        facts.append(error["message"] + (f" ({error['hint']})" if error.get("hint") else ""))
    state = "still valid" if step["state"] == "skipped" else step["state"]
    return f"{step['kind']} {step['name']}: " + ", ".join([state, *facts])

"""`dashbridge migrate`: `directory` (its own file), and `traces FILE`: traces as insights, proven on the data."""

from __future__ import annotations

import asyncio
import difflib
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import orjson

from dashbridge.api.deps import Rooms
from dashbridge.cli.compare import Compared, compare_cohorts
from dashbridge.cli.files import file_argument, read_file
from dashbridge.cli.migrate_directory import directory
from dashbridge.connections import GatedWarehouse
from dashbridge.costs import Purpose
from dashbridge.dashboards import (
    CompiledDashboard,
    Rewritten,
    compile_dashboard,
    load_dashboard,
    traces_as_insights,
)
from dashbridge.dashboards.document import read_document
from dashbridge.kit import DashbridgeError, Invalid, sha256_hex
from dashbridge.serving import Asked, DataAnswer, InsightAnswer
from dashbridge.settings import read_settings
from dashbridge.sharing import Actor
from dashbridge.wiring import admin, open_rooms


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one trace: what was compared, or why it could not be."""

    trace: str
    insight: str
    compared: Compared | None
    error: str | None = None
    cut_at: int | None = None

    @property
    def equal(self) -> bool:
        """Whether both gave the same."""
        return self.compared is not None and not self.compared.differences

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        found: dict[str, Any] = {"trace": self.trace, "insight": self.insight, "equal": self.equal}
        if self.compared is not None:
            found |= {"cohorts": self.compared.cohorts, "rows": self.compared.rows, "columns": self.compared.columns}
            found |= {"differences": self.compared.differences, "cut_at": self.cut_at}
        return found | {"error": self.error}

    def lines(self) -> list[str]:
        """For people."""
        head = f"{self.trace} -> insight {self.insight}: "
        if self.compared is None:
            return [f"{head}not compared: {self.error}"]
        counts = {"cohort": self.compared.cohorts, "row": self.compared.rows, "column": len(self.compared.columns)}
        what = ", ".join(f"{count:,} {word}{'s' * (count != 1)}" for word, count in counts.items())
        cut = f", cut at {self.cut_at:,} rows" if self.cut_at else ""
        return [f"{head}{what}{cut}: {'equal' if self.equal else 'DIFFERENT'}"] + [
            f"  {told}" for told in self.compared.differences
        ]


@click.group(name="migrate", help="Bring what is older to this release: dashboard files, and the directory.")
def command() -> None:
    """One sub-command for each."""


command.add_command(directory)


@command.command(name="traces", help="Rewrite the traces of a dashboard file as insights, and prove the data equal.")
@file_argument
@click.option("--connection", help="Compare on this connection, not on the file's own.")
@click.option("--input", "inputs", multiple=True, metavar="NAME=VALUE", help="Set an input for the comparison.")
@click.option("--write", is_flag=True, help="Replace the file once everything is proven equal.")
@click.option("--json", "as_json", is_flag=True, help="Print the report, and the new file, as JSON.")
@click.pass_context
def traces(
    context: click.Context, file: str, connection: str | None, inputs: tuple[str, ...], write: bool, as_json: bool
) -> None:
    """Exit 1 when anything differs or is refused; the file is written only when nothing does."""
    if (context.obj or (None, None))[0] is not None:
        raise click.UsageError("migrate works on the data dir of this machine, not over --url")
    if write and file == "-":
        raise click.UsageError("--write needs a file, not standard input")
    chosen = _chosen(inputs)
    text = _decoded(read_file(file))
    new, proofs = asyncio.run(_migrated(text, connection, chosen))
    equal = all(proof.equal for proof in proofs)
    if write and equal and proofs:
        _replace(Path(file), new.text)
    if as_json:
        body = {"file": file, "equal": equal, "written": write and equal and bool(proofs), "text": new.text}
        click.echo(orjson.dumps(body | {"traces": [proof.as_json() for proof in proofs]}))
    else:
        _print(file, text, new.text, proofs, written=write and equal)
    if not equal:
        sys.exit(1)


def _chosen(inputs: tuple[str, ...]) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for given in inputs:
        name, equals, value = given.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--input takes NAME=VALUE, not {given!r}")
        chosen.setdefault(name, []).append(value)
    return chosen


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("the file is not UTF-8", code="yaml.encoding", hint="save it as UTF-8") from error


async def _migrated(
    text: str, connection: str | None, inputs: dict[str, list[str]]
) -> tuple[Rewritten, tuple[Proof, ...]]:
    name = connection or str(_own_connection(text))
    settings = read_settings()
    async with open_rooms(settings) as rooms:
        actor, _ = await admin(settings, rooms)
        warehouse = await rooms.connections.open(actor, name)
        before = compile_dashboard(load_dashboard(text, warehouse.dialect))
        new = traces_as_insights(text, warehouse.dialect)
        if not before.traces:
            return new, ()
        if connection is None:
            await rooms.library.check(actor, new.text)
        both = replace(compile_dashboard(new.loaded), traces=before.traces, connection=name)
        answer = await _answer(rooms, actor, warehouse, both, inputs)
        return new, tuple(_proof(one, new.names[one], both, answer) for one in before.traces)


def _own_connection(text: str) -> object:
    data = read_document(text).data
    return data.get("connection") if isinstance(data, dict) else None


async def _answer(
    rooms: Rooms, actor: Actor, warehouse: GatedWarehouse, both: CompiledDashboard, inputs: dict[str, list[str]]
) -> DataAnswer:
    digest = sha256_hex(repr(sorted(both.traces)).encode())
    asked = Asked(str(actor.team_id), str(warehouse.connection_id), "migrate", 1, digest)
    async with rooms.costs.refresh(actor, Purpose("check", "migrate")) as spending:
        return await rooms.answers.answer(
            asked, both, warehouse, inputs, today=rooms.today(both.timezone), spending=spending
        )


def _proof(trace: str, insight: str, both: CompiledDashboard, answer: DataAnswer) -> Proof:
    old, new = answer.traces[trace], answer.insights[insight]
    if not isinstance(old, InsightAnswer) or not isinstance(new, InsightAnswer):
        failed = next(one for one in (old, new) if isinstance(one, DashbridgeError))
        return Proof(trace, insight, None, str(failed))
    compiled = both.traces[trace]
    compared = compare_cohorts(
        old.table,
        compiled.split_column,
        new.table,
        both.insights[insight].split_column,
        ordered=compiled.requires_groupby,
    )
    return Proof(trace, insight, compared, cut_at=old.table.num_rows if old.metadata["truncated"] else None)


def _print(file: str, old: str, new: str, proofs: tuple[Proof, ...], *, written: bool) -> None:
    if not proofs:
        click.echo(f"{file} has no traces")
        return
    for line in (line for proof in proofs for line in proof.lines()):
        click.echo(line)
    if written:
        click.echo(f"{file} written")
        return
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for line in difflib.unified_diff(before, after, file, f"{file} (new)"):
        click.echo(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n", nl=False)


def _replace(path: Path, text: str) -> None:
    """In one step: a reader finds the old file or the new one."""
    target = path.resolve()
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        file.write(text.encode())
    shutil.copymode(target, file.name)
    Path(file.name).replace(target)

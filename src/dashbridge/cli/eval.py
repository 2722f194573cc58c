"""`dashbridge eval`: questions about many small databases, each asked as one chat turn; the charts are written down."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dashbridge.cli.door import Door, dashboard_path, open_door
from dashbridge.cli.misses import counted, misses
from dashbridge.cli.prediction import predicted
from dashbridge.kit import DashbridgeError, Invalid
from dashbridge.samples import load_csv_database
from dashbridge.settings import Settings, read_settings
from dashbridge.wiring import EMBEDDED_TEAM, duckdb_folder, today

_QUESTIONS = 3


@click.command(name="eval", help="Ask each question of CASES about its database under DIR; write one chart a line.")
@click.argument("cases", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@click.option("--model", default="offline", show_default=True, help="As the setting DASHBRIDGE_MODEL.")
@click.option(
    "--ai-access",
    type=click.Choice(["schema", "aggregates", "samples"]),
    default="aggregates",
    show_default=True,
    help="What may be seen of the data, which is the asker's own here: with `schema`, no value is looked up.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end instead.")
def command(cases: Path, data: Path, out: Path, model: str, ai_access: str, as_json: bool) -> None:
    """Exit 0 once every case has its line, also where it failed: a failure is a prediction with an `error`.

    Where cases hold their `gold`, OUT.report.json counts the kinds of misses.
    """
    asked = list(_read_cases(cases))
    tables = _read_schema(data)
    with tempfile.TemporaryDirectory(prefix="dashbridge-eval-") as folder, _bar(len(asked), quiet=as_json) as advance:
        own = {"data_dir": Path(folder), "model": model, "database_url": None, "database_admin_url": None}
        own |= {"object_store": None, "kms_key": None, "duckdb_root": None, "admin_key": None}
        settings = read_settings().model_copy(update=own)
        failed = asyncio.run(_ask_all(asked, data, tables, settings, out, advance, ai_access))
    if as_json:
        click.echo(orjson.dumps({"cases": len(asked), "failed": failed, "out": str(out)}))
    else:
        click.echo(f"{len(asked)} cases, {failed} without a chart, written to {out}", err=True)


def _read_cases(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = orjson.loads(line)
            yield {**case, **{name: str(case[name]) for name in ("id", "database", "question")}}
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise Invalid(
                f"{path.name}:{number} is not a case", code="bad_case", hint='one {"id", "database", "question"} a line'
            ) from error


def _read_schema(data: Path) -> dict[str, dict[str, list[tuple[str, str]]]]:
    try:
        schema = orjson.loads((data / "schema.json").read_bytes())
        return {
            database: {table: [(str(name), str(kind)) for name, kind in columns] for table, columns in tables.items()}
            for database, tables in schema.items()
        }
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise Invalid(
            f"schema.json of {data.name} cannot be read: {error}",
            code="bad_data",
            hint='{"DATABASE": {"TABLE": [["COLUMN", "TYPE"], ...]}}',
        ) from error


async def _ask_all(
    asked: list[dict[str, Any]],
    data: Path,
    tables: dict[str, dict[str, list[tuple[str, str]]]],
    settings: Settings,
    out: Path,
    advance: Any,
    ai_access: str,
) -> int:
    """Every case in turn; a line is written as soon as it is known. The number of cases without a chart."""
    failed = 0
    found_misses: list[list[str]] = []
    connected: dict[str, str | DashbridgeError] = {}
    with out.open("wb") as lines:
        async with open_door(None, None, settings) as door:
            for case in asked:
                advance(case["database"])
                began = time.perf_counter()
                try:
                    name = await _connected(door, case["database"], data, tables, settings, connected, ai_access)
                    found = await _ask(door, name, case["question"])
                except (DashbridgeError, ValueError, KeyError) as error:
                    failed += 1
                    found = {"chart": None, "sql": None, "error": str(error)[:500]}
                taken = round((time.perf_counter() - began) * 1000)
                lines.write(orjson.dumps({"id": case["id"], **found, "ms": taken}) + b"\n")
                lines.flush()
                found_misses.append(misses(case, found))
    advance("")
    if any("gold" in case for case in asked):
        report = {"cases": len(asked), "without_a_chart": failed, "misses": counted(found_misses)}
        out.with_name(f"{out.name}.report.json").write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    return failed


async def _connected(
    door: Door,
    database: str,
    data: Path,
    tables: dict[str, dict[str, list[tuple[str, str]]]],
    settings: Settings,
    known: dict[str, str | DashbridgeError],
    ai_access: str,
) -> str:
    """The connection of a database, made when it is first asked about. Raises what making it raised."""
    if database not in known:
        try:
            if database not in tables:
                raise Invalid(f"schema.json has no database {database!r}", code="bad_data")
            name = f"db-{len(known)}"
            target = duckdb_folder(settings, EMBEDDED_TEAM) / f"{name}.duckdb"
            load_csv_database(target, data / database, tables[database])
            body = {"name": name, "kind": "duckdb", "settings": {"path": target.name}, "ai_access": ai_access}
            await door.call("POST", "/v1/connections", json=body)
            known[database] = name
        except DashbridgeError as error:
            known[database] = error
    found = known[database]
    if isinstance(found, DashbridgeError):
        raise found
    return found


async def _ask(door: Door, connection: str, question: str) -> dict[str, Any]:
    """One chat turn, and up to three more where it asks back: the first option is the answer then."""
    session = (await door.call("POST", "/v1/chat/sessions", json={"connection": connection})).json()["session_id"]
    saved: dict[str, Any] = {}
    said, reply, chosen = "", question, []
    for _ in range(_QUESTIONS + 1):
        options: list[str] = []
        async for name, event in door.ask(str(session), {"message": reply}):
            if name == "saved":
                saved = event
            elif name == "token":
                said += event["text"]
            elif name == "question":
                options = list(event["options"])
            elif name == "error":
                raise Invalid(str(event["message"]), code=event.get("code"))
        if saved or not options:
            break
        reply = options[0]
        chosen.append(reply)
    if not saved:
        raise ValueError(said or "nothing was saved")
    path = dashboard_path(saved["dashboard_slug"])
    yaml = (await door.call("GET", f"{path}/yaml")).text
    await door.call("DELETE", path, headers={"If-Match": f'"{saved["revision"]}"'})
    return {**predicted(yaml, today()), **({"chosen": chosen} if chosen else {})}


@contextmanager
def _bar(total: int, *, quiet: bool) -> Iterator[Any]:
    """Called with a database before each of its cases, and once at the end: a bar on a terminal, else nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda database: None
        return
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("Starting", total=total + 1)
        yield lambda database: progress.update(task, advance=1, description=database[:28])

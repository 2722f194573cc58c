"""The one chart that a sentence names, start to end: understand, dry-run, validate, save, tell."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from dashbridge.kit import slugify
from dashbridge.planner.afford import LARGE_BYTES, dry_runs, large_note
from dashbridge.planner.asked import Asked, ask_for
from dashbridge.planner.emit import emit
from dashbridge.planner.lookup import not_looked_up, read_as
from dashbridge.planner.save import save_new
from dashbridge.planner.schema import Table
from dashbridge.planner.transcript import Answer, Call, Context


def build_chart(
    text: str, tables: Sequence[Table], context: Context
) -> Generator[Sequence[Call], list[Answer], str | None]:
    """The closing text once a chart is saved; None where this way leads nowhere, and nothing was saved."""
    asked = ask_for(text, tables, context.connection, context.dialect, context.today)
    if asked is None:
        return None
    (tried,) = yield dry_runs([asked.sql], context.max_bytes)
    size = tried.data.get("bytes_scanned")
    if tried.failed or (isinstance(size, int) and size > LARGE_BYTES):
        return None
    file = emit(asked.document)
    (checked,) = yield [Call("validate_dashboard_yaml", {"yaml_content": file})]
    if checked.failed:
        return None
    slug, saved = yield from save_new(file, slugify(asked.title, fallback="chart"), "The chart was asked for as it is.")
    if saved.failed:
        return f"The chart is valid but could not be saved: {saved.reason}."
    looked_up = [*read_as(tables), *not_looked_up(asked.missed, context)]
    return _account(asked, str(saved.data.get("slug") or slug), [*large_note(saved), *looked_up])


def _account(asked: Asked, slug: str, notes: Sequence[str]) -> str:
    lines = [f'I built "{asked.title}" ({slug}) as one chart.']
    if asked.missed:
        lines.append(f"I could not understand or use: {', '.join(asked.missed)}.")
    lines += ["", *asked.told, *(f"- {note}" for note in notes)]
    return "\n".join([*lines, "", "You could ask next:", *(f"- {text}" for text in asked.follow_ups)])

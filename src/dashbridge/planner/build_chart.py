"""The one chart that a sentence names, start to end: understand, dry-run, validate, save, tell."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from dashbridge.kit import slugify
from dashbridge.planner.afford import dry_runs, is_large, large_note, narrowed_note, newest_periods, reads_much
from dashbridge.planner.asked import Asked, ask_for
from dashbridge.planner.emit import emit
from dashbridge.planner.lookup import not_held, not_looked_up, read_as
from dashbridge.planner.periods import Period
from dashbridge.planner.save import save_new
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.transcript import Answer, Call, Context


def build_chart(
    text: str, tables: Sequence[Table], context: Context
) -> Generator[Sequence[Call], list[Answer], str | None]:
    """The closing text once a chart is saved; None where this way leads nowhere, and nothing was saved."""
    found = yield from _affordable(text, tables, context)
    if found is None:
        return None
    asked, narrowed = found
    if asked.doubt is not None:
        (answer,) = yield [Call("ask_question", {"text": asked.doubt.text, "options": list(asked.doubt.options)})]
        return asked.doubt.text if not answer.failed else f"{asked.doubt.text} ({answer.reason})"
    file = emit(asked.document)
    (checked,) = yield [Call("validate_dashboard_yaml", {"yaml_content": file})]
    if checked.failed:
        return None
    saved = yield from save_new(file, slugify(asked.title, fallback="chart"), "The chart was asked for as it is.")
    if saved.failed:
        return f"The chart is valid but could not be saved: {saved.reason}."
    looked_up = [*read_as(tables), *not_held(asked.kept), *not_looked_up(asked.missed, context)]
    return _account(asked, [*narrowed, *large_note(saved), *looked_up])


def _affordable(
    text: str, tables: Sequence[Table], context: Context
) -> Generator[Sequence[Call], list[Answer], tuple[Asked, list[str]] | None]:
    """The chart over the longest period that reads at most 1 GB, with what to say of it; None where there is none."""
    for within in _periods(text, tables, context):
        asked = ask_for(text, tables, context.connection, context.dialect, context.today, within, context.chosen)
        if asked is None:
            return None
        (tried,) = yield dry_runs([asked.sql], context.max_bytes)
        if not reads_much(tried):
            table = next((one for one in tables if within is not None and one.name == within[0].table), None)
            told = [] if table is None or within is None else [narrowed_note(table, within[1], [tried])]
            return None if tried.failed else (asked, told)
    return None


def _periods(text: str, tables: Sequence[Table], context: Context) -> Iterator[tuple[Column, Period] | None]:
    """No period but what the sentence says; then, where it says none, the newest ones of the largest table it reads."""
    asked = ask_for(text, tables, context.connection, context.dialect, context.today, None, context.chosen)
    read = [table for table in tables if asked is not None and table.name in asked.tables and is_large(table)]
    table = max(read, key=lambda one: one.bytes or 0, default=None)
    if asked is None or asked.dated or table is None or not table.partition_filter_required:
        yield None
    clock = table.column(table.partitioned_by or "") if table is not None else None
    if asked is None or asked.dated or table is None or clock is None or clock.role != "time":
        return
    yield from ((clock, period) for period in newest_periods(table, context.today))


def _account(asked: Asked, notes: Sequence[str]) -> str:
    lines = ["I built it as one chart."]
    if asked.missed:
        lines.append(f"I could not understand or use: {', '.join(asked.missed)}.")
    lines += ["", *asked.told, *(f"- {note}" for note in notes)]
    return "\n".join([*lines, "", "You could ask next:", *(f"- {text}" for text in asked.follow_ups)])

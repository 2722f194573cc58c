"""The closing text: what was built from what, what was assumed, what was not understood, what to ask next."""

from __future__ import annotations

from collections.abc import Sequence

from dashbridge.planner.joins import Join
from dashbridge.planner.measures import column_measure, condition_words
from dashbridge.planner.missing import missing
from dashbridge.planner.plan import Plan
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.titles import grain_label
from dashbridge.planner.views import View
from dashbridge.planner.words import capital, sentence


def account(plan: Plan, views: Sequence[View], notes: Sequence[str], all_inputs: Sequence[str]) -> str:
    """The text that ends a turn which saved a dashboard. What it is called is told beside it, as saved."""
    tables = list(dict.fromkeys([plan.base.name, *(join.table for path in _used(plan) for join in path)]))
    count = f"{len(views)} views" if len(views) > 1 else "one number"
    lines = [f"I built it with {count}."]
    if plan.missed:
        lines.append(f"I could not understand or use: {', '.join(dict.fromkeys(plan.missed))}.")
    lines += ["", f"- Tables: {sentence([*tables])}", f"- Measures: {sentence([one.label for one in plan.measures])}"]
    groups = [dimension.label for dimension in (*plan.dimensions, *plan.extra)]
    if plan.time is not None and not plan.single:
        groups.append(
            f"time by {grain_label(plan.time.grain)} ({sentence([column.name for column in plan.time.columns])})"
        )
    if groups:
        lines.append(f"- Grouped by: {sentence(groups)}")
    filters = [condition_words(one) for one in plan.conditions] + [period.text for period in plan.periods]
    if filters:
        lines.append(f"- Only rows: {sentence(filters)}")
    if all_inputs:
        lines.append(f"- Inputs to turn: {sentence(list(all_inputs))}")
    if noted := [*plan.notes, *notes]:
        lines += ["", "Assumptions:", *(f"- {note}" for note in noted)]
    return "\n".join([*lines, "", "You could ask next:", *(f"- {text}" for text in follow_ups(plan))])


def follow_ups(plan: Plan) -> list[str]:
    """Two or three next questions that the planner can carry out."""
    if plan.single:
        found = [f"{capital(plan.main.label)} by {grain}" for grain in (["month"] if plan.time else [])]
        found += [f"{capital(plan.main.label)} by {column.label}" for column in _spare(plan)[:2]]
        return found or [f"Overview of {plan.base.label}"]
    grain = next((one for one in ("week", "month", "day") if plan.time and one != plan.time.grain), None)
    found = [f"Make it {'daily' if grain == 'day' else grain + 'ly'}"] if grain else []
    found += [f"Add a breakdown by {column.label}" for column in _spare(plan)[:1]]
    return [*found, "Top 5", "Remove the table"][:3]


def nothing_matches(reason: str, tables: Sequence[Table], text: str = "") -> str:
    """The text when nothing was built: what is missing of it, what there is, and three questions it answers."""
    if not tables:
        return (
            f"{reason} The connection shows no tables with columns. Scan it, or connect a data set; nothing was saved."
        )
    reason = f"{reason} {missing(text, tables)}".strip()
    lines = [reason, "", "Nothing was saved. These tables are here:"]
    lines += [f"- {table.name}{': ' + _short(table.description) if table.description else ''}" for table in tables[:12]]
    if len(tables) > 12:
        lines.append(f"- and {len(tables) - 12} more")
    return "\n".join([*lines, "", "You could ask:", *(f"- {text}" for text in examples(tables))])


def examples(tables: Sequence[Table]) -> list[str]:
    """Three questions the tables can answer, from the largest with something to measure."""
    ranked = sorted(tables, key=lambda table: (-len(table.with_role("measure")[:1]), -(table.rows or 0), table.name))
    found: list[str] = []
    for table in ranked[:3]:
        measure = next(
            (column_measure(column).label for column in table.with_role("measure")), f"number of {table.label}"
        )
        groups = sorted(
            (column for column in table.with_role("category") if (column.distinct or 99) <= 60),
            key=lambda column: column.distinct or 99,
        )
        by = f" by {groups[0].label}" if groups else " by month" if table.has_time else ""
        found += [f"{capital(measure)}{by}", f"Overview of {table.label}", f"How many {table.label} are there?"]
    mixed = [found[at] for at in (0, 4, 8) if at < len(found)]
    return (mixed + [text for text in found if text not in mixed])[:3]


def _short(text: str) -> str:
    first = text.split(". ")[0].strip().rstrip(".")
    return first if len(first) <= 120 else first[:117] + "..."


def _used(plan: Plan) -> list[tuple[Join, ...]]:
    grouped = [column for one in plan.dimensions for column in (one.column, one.name) if column is not None]
    filtered = [one.column for one in plan.conditions]
    return [plan.paths.get(column.table, ()) for column in (*grouped, *filtered)]


def _spare(plan: Plan) -> list[Column]:
    taken = {dimension.column for dimension in (*plan.dimensions, *plan.extra)}
    taken |= {one.column for one in plan.conditions}
    spare = [column for column in plan.base.with_role("category") if column not in taken and not column.unique]
    spare = [column for column in spare if 2 <= (column.distinct or 0) <= 60]
    return sorted(spare, key=lambda column: (column.distinct or 0, column.name))

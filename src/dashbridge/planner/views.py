"""A view and its parts: formats, titles, and the expressions for times and labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashbridge.planner.measure_sql import dimension_name
from dashbridge.planner.plan import Dimension, Measure
from dashbridge.planner.queries import BuiltQuery
from dashbridge.planner.words import capital

MOST_BARS = 10
FINE = ("hour", "day")
MOST_POINTS = 100_000
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass
class View:
    """A view, the insight under it, and how it wants to be placed: `metric`, `wide` or `half`."""

    name: str
    place: str
    view: dict[str, Any]
    query: str
    props: dict[str, str]
    columns: dict[str, str] = field(default_factory=dict)
    sort: str | None = None
    limit: int | None = None
    dimensions: tuple[Dimension, ...] = ()


def bar_title(measure: Measure, dimension: Dimension, limit: int | None, ascending: bool) -> str:
    """ "Average delay by carrier, top 10"."""
    top = f", {'lowest' if ascending else 'top'} {limit}" if limit else ""
    return f"{capital(measure.label)} by {dimension.label}{top}"


def time_expression(source: BuiltQuery, grain: str) -> str:
    """The view's time out of the query's; the query's may be finer."""
    return regrained(source.time or "", source.grain or "day", grain)


def regrained(column: str, have: str, want: str) -> str:
    """A time column of one grain as an expression of a coarser one."""
    if want == have or have not in ("hour", "day"):
        return column
    if want == "weekday":
        cases = " ".join(f"WHEN {number} THEN '{number} {day}'" for number, day in enumerate(_WEEKDAYS, 1))
        return f"CASE extract(isodow FROM {column}) {cases} END"
    return f"CAST(date_trunc('{want}', {column}) AS {'TIMESTAMP' if want == 'hour' else 'DATE'})"


def label_expression(dimension: Dimension) -> str:
    """What a person reads for a group: its name where the join found one, else its value."""
    name = dimension_name(dimension)
    if dimension.name is None:
        return name
    return f"coalesce({name}_name, CAST({name} AS VARCHAR))"


def number_format(measure: Measure) -> str:
    """How the number is written (d3)."""
    if measure.kind == "share":
        return ".1%"
    if measure.kind in ("count", "distinct"):
        return ",d"
    if measure.kind == "avg":
        return ",.1f"
    whole = measure.column is not None and measure.column.kind == "integer"
    return ",.0f" if whole else ",.2f"


def unit_suffix(measure: Measure) -> str:
    """The unit in brackets, for a table's heading."""
    return f" ({measure.unit})" if measure.unit and measure.kind not in ("share", "count", "distinct") else ""


def make_view(
    kind: str, title: str, measure: Measure, prop: str, labels: dict[str, str] | None = None
) -> dict[str, Any]:
    view: dict[str, Any] = {"type": kind, "title": title[:200], "format": {prop: number_format(measure)}}
    if labels:
        view["labels"] = labels
    if measure.unit and measure.kind not in ("share", "count", "distinct"):
        view["unit"] = measure.unit
    return view


def plain_name(name: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in name.lower())[:60]


def most_points(grain: str) -> int | None:
    """Hours and days may be more than an insight returns by default, and a cut trend would be wrong."""
    return MOST_POINTS if grain in FINE else None

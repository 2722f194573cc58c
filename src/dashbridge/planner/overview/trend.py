"""Step 3: one line over time, at a grain that fits the span as far as the counts of the columns tell it."""

from __future__ import annotations

from dashbridge.planner.lexicon import GRAINS
from dashbridge.planner.measure_sql import measure_expression
from dashbridge.planner.overview.headline import NEWEST, overview_format
from dashbridge.planner.plan import Measure, TimeAxis
from dashbridge.planner.queries import BuiltQuery
from dashbridge.planner.schema import Table
from dashbridge.planner.titles import grain_label
from dashbridge.planner.views import View, make_view, most_points, time_expression
from dashbridge.planner.words import capital

_STEPS = ((45, "day"), (500, "week"), (9_000, "month"))
UNKNOWN_DAYS = 1_500


def time_of(base: Table, asked: str | None) -> tuple[TimeAxis | None, str]:
    """The time of a table and, where the grain is a guess, a note that says so."""
    columns = (base.clock,) if base.clock is not None else base.calendar
    if not columns:
        return None, ""
    fine = len(columns) != 2
    if asked in ("day", "week", "weekday", "month", "quarter", "year", "hour"):
        grain = asked if fine or asked in ("month", "quarter", "year") else "month"
        return TimeAxis(columns, "day" if grain == "hour" else grain), ""
    named = [GRAINS[word] for word in columns[0].words if GRAINS.get(word) in ("week", "month", "quarter", "year")]
    if not fine or named:
        return TimeAxis(columns, named[0] if named and fine else "month"), ""
    days = days_of(base)
    if days is None:
        told = "How long a time the table spans is not told by its schema, so the trend is by month."
        return TimeAxis(columns, "month"), told
    return TimeAxis(columns, next((grain for most, grain in _STEPS if days <= most), "year")), ""


def days_of(base: Table) -> int | None:
    """At most how many days there are rows for; None where no count tells."""
    bounds: list[int] = []
    year = base.column_part("year")
    if year is not None and year.distinct:
        bounds.append(year.distinct * 366)
    if base.clock is not None and base.clock.distinct and base.clock.kind == "date":
        bounds.append(base.clock.distinct)
    if base.clock is not None and base.clock.kind != "date" and (base.clock.distinct or 9_999) <= 366:
        bounds.append(base.clock.distinct or 366)
    return min(bounds, default=None)


def whole_times(x: str, grain: str) -> str:
    """The condition that leaves out a week or month that is not over: what adds up would seem to fall."""
    if grain not in ("week", "month", "quarter", "year") or "date_trunc" not in x:
        return ""
    return f"{x} < CAST(date_trunc('{grain}', {NEWEST} + 1) AS DATE)"


def trend_view(measure: Measure, time: TimeAxis, source: BuiltQuery) -> View:
    """The main measure over time."""
    x = time_expression(source, time.grain)
    grain = grain_label(time.grain)
    title = f"{capital(measure.label)} by {grain}"
    view = make_view("line", title, measure, "y", {"x": capital(grain), "y": capital(measure.label)})
    view["format"] = {"y": overview_format(measure)}
    if time.grain == "weekday":
        view |= {"type": "bar", "kinds": {"x": "ordinal"}, "sort": {"by": "x", "order": "ascending"}}
    limit = most_points(time.grain)
    if measure.kind in ("sum", "count") and whole_times(x, time.grain):
        view["description"] = "The newest point is left out until its time is over."
    props = {"x": x, "y": measure_expression(measure)}
    return View("trend", "wide", view, source.name, props, sort=x, limit=limit, dimensions=source.dimensions)

"""Step 2: two to four headline numbers, each over the last weeks of the period and beside the weeks before."""

from __future__ import annotations

import re
from typing import Any

from dashbridge.planner.lexicon import AMOUNTS
from dashbridge.planner.measure_sql import measure_expression
from dashbridge.planner.measures import column_measure
from dashbridge.planner.overview.roles import is_level
from dashbridge.planner.overview.wish import Wish, overview_measure
from dashbridge.planner.plan import Measure
from dashbridge.planner.queries import BuiltQuery
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.views import View, make_view, number_format
from dashbridge.planner.words import capital, plural, stem

NEWEST = "newest"
MOST = 4
_DULL = frozenset(["distance", "mile", "km", "kilometer", "count", "number", "item", "unit", "day"])
_DAYS = 28
_PARTS = re.compile(r"\b(?:sum|min|max)\(\w+\)")
_GOOD = frozenset(
    stem(word)
    for word in [
        "revenue",
        "sales",
        "profit",
        "income",
        "margin",
        "conversion",
        "satisfaction",
        "score",
        "rating",
        "completed",
        "completion",
        "paid",
        "donation",
        "goals",
        "output",
        "produced",
        "yield",
        "attendance",
        "growth",
    ]
)
_BAD = frozenset(
    stem(word)
    for word in [
        "delay",
        "late",
        "lateness",
        "cost",
        "costs",
        "expense",
        "expenses",
        "error",
        "errors",
        "defect",
        "defects",
        "complaint",
        "complaints",
        "churn",
        "cancelled",
        "canceled",
        "cancel",
        "wait",
        "waiting",
        "lag",
        "downtime",
        "loss",
        "losses",
        "refund",
        "refunds",
        "returned",
        "fail",
        "failed",
        "failure",
        "incident",
        "incidents",
        "overdue",
        "missed",
        "noshow",
        "show",
        "absence",
        "debt",
        "fraud",
    ]
)


def choose_measures(wish: Wish) -> list[Measure]:
    """What is asked about first, then what the table counts, sums, shares and averages; the number of rows always."""
    rows = count_of(wish.base)
    first = list(wish.focus)
    fixed = {one.column for one in wish.conditions} | {
        join.left for path in wish.linked.paths.values() for join in path
    }
    told = [column for column in wish.base.columns if _telling(column) and column not in fixed]
    own = [made for column in told if (made := overview_measure(column)) is not None]
    summed = sorted((one for one in own if one.kind == "sum"), key=_amount_first)
    shares = [one for one in own if one.kind == "share"]
    levels = sorted((one for one in own if one.kind == "avg"), key=lambda one: better(one) == "none")
    kept = [one for one in levels if one.column is not None and is_level(one.column)]
    counted = [one for one in summed[:1] if not _dull(one)] or [rows]
    if counted == [rows] and wish.base.has_time and (kept or rows.label != wish.base.label):
        counted = (kept or levels or [rows])[:1]
    found = first or counted
    if found[0].kind == "sum" and found[0].column is not None and len(found) < 2:
        found = [*found, rows, column_measure(found[0].column, "avg")]
    found = found[: MOST - 1]
    for one in (rows, *shares[:1], *levels[:1], *summed[1:2], *levels[1:2], *shares[1:2]):
        if one not in found and len(found) < MOST:
            found.append(one)
    highest = [one for one in own if one.kind == "max"]
    return found if len(found) > 1 else [*highest[:1], *found]


def count_of(base: Table) -> Measure:
    """How many rows there are, named for what a row is: "flights" of a table flight, but "weather rows"."""
    return Measure("count", None, "row_count", plural(base.label))


def _telling(column: Column) -> bool:
    """A measure with one value alone says nothing."""
    return column.distinct is None or column.distinct > 1 or column.kind == "boolean"


def _dull(measure: Measure) -> bool:
    """What adds up, and yet is less to the point than how many rows there are."""
    return measure.column is not None and bool(set(measure.column.words) & _DULL)


def _amount_first(measure: Measure) -> tuple[bool, bool]:
    column = measure.column
    words = set(column.words) if column else set()
    return (
        not words & (AMOUNTS - {stem("quantity")}),
        bool(column) and column is not None and column.kind == "integer",
    )


def headline_views(measures: list[Measure], source: BuiltQuery) -> list[View]:
    """A metric view for each measure; where rows have a time, with the weeks before beside it."""
    return [_view(one, source) for one in measures[:MOST]]


def _view(measure: Measure, source: BuiltQuery) -> View:
    expression = measure_expression(measure)
    view = make_view("metric", capital(measure.label), measure, "value")
    view["format"] = {"value": headline_format(measure)}
    props = {"value": expression}
    if source.time is not None:
        length = "last month" if _by_month(source.time) else "last 4 weeks"
        view["title"] = f"{capital(measure.label)}, {length}"[:200]
        view["description"] = f"Over the {length} up to the end of the period chosen, or of the data."
        view["compare"] = compared(measure, source.time)
        props = windows(expression, source.time)
    return View(measure.slug, "metric", view, source.name, props, dimensions=source.dimensions)


def compared(measure: Measure, time: str) -> dict[str, Any]:
    """How a headline shows what was before: amounts by percent, levels by their difference (one near zero would grow
    by thousands of percent)."""
    show = "percent" if measure.kind in ("sum", "count") else "delta"
    better_is = {} if better(measure) == "none" else {"better": better(measure)}
    return {"show": show, **better_is, "label": f"vs the {'month' if _by_month(time) else '4 weeks'} before"}


def _by_month(time: str) -> bool:
    return time.removesuffix("_start") == "month"


def windows(expression: str, time: str) -> dict[str, str]:
    """The last days up to the period's end, else up to the newest day there is; and as many days before."""
    until = "${ref(period).until}"
    days = 31 if _by_month(time) else _DAYS
    start = _DAYS  # the newest month starts less than four weeks before itself

    def chosen(newest: str, period: str) -> str:
        return f"CASE WHEN {until} IS NULL THEN {filtered(expression, newest)} ELSE {filtered(expression, period)} END"

    return {
        "value": chosen(f"{time} > {NEWEST} - {start}", f"{time} >= {until} - {days} AND {time} < {until}"),
        "compare": chosen(
            f"{time} > {NEWEST} - {start + days} AND {time} <= {NEWEST} - {start}",
            f"{time} >= {until} - {2 * days} AND {time} < {until} - {days}",
        ),
    }


def filtered(expression: str, condition: str) -> str:
    """An expression of aggregates with each of them over the rows of a condition."""
    return _PARTS.sub(lambda part: f"{part.group()} FILTER (WHERE {condition})", expression)


def headline_format(measure: Measure) -> str:
    """Headlines are read at a glance: amounts without cents."""
    return ",.0f" if measure.kind in ("sum", "max") else overview_format(measure)


def overview_format(measure: Measure) -> str:
    """How a number is written on such a page: ratios with two digits, amounts whole."""
    words = set(measure.column.words) if measure.column else set()
    if measure.kind == "avg" and words & {
        stem(one) for one in ["rate", "ratio", "discount", "score", "rating", "grade", "factor"]
    }:
        return ",.2f"
    return number_format(measure)


def better(measure: Measure) -> str:
    """Which direction is the good one, where the name says so."""
    words = set(measure.column.words) if measure.column else set()
    return "down" if words & _BAD else "up" if words & _GOOD else "none"

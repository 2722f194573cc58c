"""Step 5: the table that the charts leave out: every group of the widest grouping, or two groupings crossed."""

from __future__ import annotations

from collections.abc import Sequence

from dashbridge.planner.measure_sql import dimension_name, measure_expression
from dashbridge.planner.overview.breakdown import has_other
from dashbridge.planner.overview.headline import overview_format
from dashbridge.planner.plan import Dimension, Measure, TimeAxis
from dashbridge.planner.queries import BuiltQuery
from dashbridge.planner.titles import grain_label
from dashbridge.planner.views import View, time_expression, unit_suffix
from dashbridge.planner.words import capital, sentence

MOST_ROWS = 200
_COARSER = {"day": "week", "week": "month", "month": "quarter", "quarter": "year", "year": "month", "weekday": "month"}
_MOST_PAIR = 400


def choose_detail(shown: Sequence[Dimension], groups: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """The groups of the table: what the bars cut, in full; else one more grouping; else the first two crossed."""
    cut = [one for one in shown if has_other(one)]
    if cut:
        return (max(cut, key=lambda one: one.distinct),)
    spare = [one for one in groups if one not in shown and one.distinct > 2]
    if spare:
        return (spare[0],)
    if len(shown) > 1 and shown[0].distinct * shown[1].distinct <= _MOST_PAIR:
        return (shown[0], shown[1])
    return ()


def detail_view(
    measures: Sequence[Measure], groups: Sequence[Dimension], time: TimeAxis | None, source: BuiltQuery, rows: str
) -> View | None:
    """A table of all measures; without groups by a coarser time than the trend's; None when there is neither."""
    columns: dict[str, str] = {}
    labels: dict[str, str] = {}
    by = sentence([one.label for one in groups])
    # an average is highest in the smallest groups: the table begins with the largest
    size = next((one for one in measures if one.kind in ("sum", "count")), measures[0])
    sort = f"{measure_expression(size)} DESC NULLS LAST"
    for one in groups:
        name = dimension_name(one)
        columns[name], labels[name] = name, capital(one.label)
        if one.name is not None:
            columns[f"{name}_name"], labels[f"{name}_name"] = f"{name}_name", f"{capital(one.label)} name"
        sort += f", {name}"
    if not groups:
        if time is None or source.time is None or source.grain not in ("day", "month"):
            return None
        grain = _COARSER[time.grain] if source.grain == "day" else ("quarter" if time.grain == "month" else "month")
        columns["period_start"] = _coarse(source, grain)
        labels["period_start"], by, sort = (
            f"{capital(grain)} from",
            grain_label(grain),
            f"{columns['period_start']} DESC",
        )
    for measure in measures:
        columns[measure.slug] = measure_expression(measure)
        labels[measure.slug] = capital(measure.label) + unit_suffix(measure)
    view = {
        "type": "table",
        "title": f"{capital(rows)} by {by}: all figures",
        "format": {one.slug: overview_format(one) for one in measures},
        "labels": labels,
    }
    return View("details", "wide", view, source.name, {}, columns, sort, MOST_ROWS, source.dimensions)


def _coarse(source: BuiltQuery, grain: str) -> str:
    if source.grain == "day":
        return time_expression(source, grain)
    return f"CAST(date_trunc('{grain}', {source.time}) AS DATE)" if grain != "month" else str(source.time)

"""Step 6: the views — headline numbers, a trend, breakdowns, a grid where two groupings meet, a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashbridge.planner.measure_sql import dimension_name, measure_expression
from dashbridge.planner.measures import column_measure
from dashbridge.planner.plan import Dimension, Measure, Plan
from dashbridge.planner.queries import BuiltQuery, Queries
from dashbridge.planner.titles import grain_label, scope_words
from dashbridge.planner.views import (
    MOST_BARS,
    View,
    bar_title,
    label_expression,
    make_view,
    most_points,
    number_format,
    plain_name,
    time_expression,
    unit_suffix,
)
from dashbridge.planner.words import capital, sentence

_MOST_LINES = 8
_MOST_CELLS_WIDE = 60


def headline_measures(plan: Plan) -> list[Measure]:
    """The measures plus what puts the first one in proportion; queries must carry them too."""
    found = list(plan.measures)
    first = plan.main
    if first.kind == "avg" and first.column is not None and len(found) < 3:
        highest = column_measure(first.column, "max")
        found += [highest] if highest not in found else []
    return found


def choose_views(plan: Plan, queries: Queries) -> list[View]:
    """The views in reading order."""
    if plan.single:
        return [_single(plan, queries.built[0])]
    views = _metrics(plan, queries)
    views += _over_time(plan, queries)
    views += _grids(plan, queries)
    views += _scatter(plan, queries)
    views += [
        _bars(plan, queries, dimension)
        for dimension in (*plan.dimensions, *plan.extra)
        if _source(queries, [dimension])
    ]
    views.append(_table(plan, queries))
    return views


def _single(plan: Plan, query: BuiltQuery) -> View:
    name = plan.main.slug
    title = capital(plan.main.label) + scope_words(plan)
    return View(
        name,
        "metric",
        make_view("metric", title, plan.main, "value"),
        query.name,
        {"value": measure_expression(plan.main, single=True)},
    )


def _metrics(plan: Plan, queries: Queries) -> list[View]:
    found: list[View] = []
    rows = Measure("count", None, "row_count", plan.base.label)
    measures = list(plan.measures)
    if rows not in measures:
        measures.append(rows)
    source = queries.built[0]
    for measure in measures[:4]:
        title = capital(measure.label)
        found.append(
            View(
                measure.slug,
                "metric",
                make_view("metric", title, measure, "value"),
                source.name,
                {"value": measure_expression(measure)},
                dimensions=source.dimensions,
            )
        )
    return found


def _over_time(plan: Plan, queries: Queries) -> list[View]:
    if plan.time is None:
        return []
    shown = [one for one in plan.dimensions if plan.by_time and one.distinct <= _MOST_LINES]
    source = (
        next(
            (found for wanted in ([shown[0]], []) if (wanted or not shown) and (found := _timed(queries, wanted))), None
        )
        if shown
        else _timed(queries, [])
    )
    if source is None:
        return []
    x = time_expression(source, plan.time.grain)
    props = {"x": x, "y": measure_expression(plan.main)}
    title = f"{capital(plan.main.label)} by {grain_label(plan.time.grain)}"
    if shown and shown[0] in source.dimensions:
        props["color"] = label_expression(shown[0])
        title += f" and {shown[0].label}"
    kind = (
        "bar"
        if plan.time.grain == "weekday" or (plan.chart == "bar" and not plan.dimensions)
        else "area"
        if plan.chart == "area"
        else "line"
    )
    labels = {"x": capital(grain_label(plan.time.grain)), "y": capital(plan.main.label)}
    view = make_view(kind, title, plan.main, "y", labels)
    if plan.time.grain == "weekday":
        view |= {"kinds": {"x": "ordinal"}, "sort": {"by": "x", "order": "ascending"}}
    return [
        View(
            "trend",
            "wide",
            view,
            source.name,
            props,
            sort=x,
            limit=most_points(plan.time.grain),
            dimensions=source.dimensions,
        )
    ]


def _grids(plan: Plan, queries: Queries) -> list[View]:
    found: list[View] = []
    asked = [one for one in plan.dimensions if one.distinct <= _MOST_CELLS_WIDE]
    if plan.by_time and plan.time is not None and asked and plan.time.grain not in ("day", "hour"):
        source = _timed(queries, asked[:1])
        if source:
            found.append(
                _grid(plan, source, time_expression(source, plan.time.grain), grain_label(plan.time.grain), asked[0])
            )
    if len(asked) >= 2:
        source = _source(queries, asked[:2])
        if source:
            found.append(_grid(plan, source, dimension_name(asked[1]), asked[1].label, asked[0]))
    return found


def _grid(plan: Plan, source: BuiltQuery, x: str, x_label: str, dimension: Dimension) -> View:
    y = label_expression(dimension) if dimension.column.role == "id" else dimension_name(dimension)
    title = f"{capital(plan.main.label)} by {dimension.label} and {x_label}"
    labels = {"x": capital(x_label), "y": capital(dimension.label), "value": capital(plan.main.label)}
    view = make_view("heatmap", title, plan.main, "value", labels)
    props = {"x": x, "y": y, "value": measure_expression(plan.main)}
    name = f"{dimension_name(dimension)}_by_{x_label.replace(' ', '_')}"
    return View(plain_name(name), "wide", view, source.name, props, sort=f"{y}, {x}", dimensions=source.dimensions)


def _scatter(plan: Plan, queries: Queries) -> list[View]:
    """Two measures against each other, a point for each group, when that is what was asked."""
    if plan.chart != "scatter" or len(plan.measures) < 2 or not plan.dimensions:
        return []
    source = _source(queries, plan.dimensions[:1])
    if source is None:
        return []
    across, up = plan.measures[:2]
    labels = {"x": capital(across.label) + unit_suffix(across), "y": capital(up.label)}
    view = make_view("scatter", f"{capital(up.label)} against {across.label}", up, "y", labels)
    props = {
        "x": measure_expression(across),
        "y": measure_expression(up),
        "label": label_expression(plan.dimensions[0]),
    }
    return [View("scatter", "wide", view, source.name, props, limit=1_000, dimensions=source.dimensions)]


def _bars(plan: Plan, queries: Queries, dimension: Dimension) -> View:
    source = _source(queries, [dimension]) or queries.built[0]
    measure = measure_expression(plan.main)
    ascending = plan.order == "asc"
    limit = plan.limit or MOST_BARS
    title = bar_title(plan.main, dimension, limit if dimension.distinct > limit or plan.limit else None, ascending)
    labels = {"x": capital(dimension.label), "y": capital(plan.main.label)}
    x = label_expression(dimension)
    sort: str | None = f"{measure} {'ASC' if ascending else 'DESC'} NULLS LAST, {x}"
    if plan.chart == "pie":
        view = make_view("pie", title, plan.main, "value", {"label": labels["x"], "value": labels["y"]})
        return View(
            f"by_{dimension_name(dimension)}",
            "half",
            view,
            source.name,
            {"label": x, "value": measure},
            sort=sort,
            limit=limit,
            dimensions=source.dimensions,
        )
    view = make_view("bar", title, plan.main, "y", labels)
    if dimension.column.role == "part":
        sort, limit = x, 60
        view |= {
            "kinds": {"x": "ordinal"},
            "sort": {"by": "x", "order": "ascending"},
            "title": bar_title(plan.main, dimension, None, False),
        }
    else:
        view["sort"] = {"by": "y", "order": "ascending" if ascending else "descending"}
    return View(
        f"by_{dimension_name(dimension)}",
        "half",
        view,
        source.name,
        {"x": x, "y": measure},
        sort=sort,
        limit=limit,
        dimensions=source.dimensions,
    )


def _table(plan: Plan, queries: Queries) -> View:
    wanted = list(plan.dimensions)
    source = _source(queries, wanted)
    while source is None and wanted:
        wanted.pop()
        source = _source(queries, wanted)
    source = source or queries.built[0]
    columns: dict[str, str] = {}
    labels: dict[str, str] = {}
    for dimension in wanted:
        name = dimension_name(dimension)
        columns[name], labels[name] = name, capital(dimension.label)
        if dimension.name is not None:
            columns[f"{name}_name"], labels[f"{name}_name"] = f"{name}_name", f"{capital(dimension.label)} name"
    if not wanted and plan.time is not None and source.time:
        columns["period"], labels["period"] = (
            time_expression(source, plan.time.grain),
            capital(grain_label(plan.time.grain)),
        )
    rows = Measure("count", None, "row_count", plan.base.label)
    formats: dict[str, str] = {}
    for measure in [*plan.measures, *([] if rows in plan.measures else [rows])]:
        columns[measure.slug], labels[measure.slug] = (
            measure_expression(measure),
            capital(measure.label) + unit_suffix(measure),
        )
        formats[measure.slug] = number_format(measure)
    words = sentence([dimension.label for dimension in wanted]) or (
        grain_label(plan.time.grain) if plan.time else "row"
    )
    view = {
        "type": "table",
        "title": f"{capital(plan.base.label)}: all measures by {words}",
        "format": formats,
        "labels": labels,
    }
    ascending = "ASC" if plan.order == "asc" else "DESC"
    sort = f"{columns['period']}" if "period" in columns else f"{measure_expression(plan.main)} {ascending} NULLS LAST"
    return View("details", "wide", view, source.name, {}, columns, sort, 200, source.dimensions)


def _source(queries: Queries, dimensions: Sequence[Dimension]) -> BuiltQuery | None:
    return queries.source(dimensions)


def _timed(queries: Queries, dimensions: Sequence[Dimension]) -> BuiltQuery | None:
    return next((one for one in queries.built if one.time and set(dimensions) <= set(one.dimensions)), None)


def with_headlines(plan: Plan) -> Plan:
    """The plan whose queries carry every headline number."""
    return plan if plan.single else replace(plan, measures=headline_measures(plan))

"""What a saved dashboard answers with, as one chart: the mark, one statement, and which column is what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dashbridge.dashboards import LoadedDashboard, compile_dashboard, load_dashboard
from dashbridge.dashboards.views.props import role_prop
from dashbridge.insights import BoundQuery, over_query, read_inputs
from dashbridge.sql import without_dataset

_AXES: dict[str, tuple[str, str]] = {
    "pie": ("label", "value"),
    "metric": ("value", "value"),
    "heatmap": ("x", "value"),
}
_PLAIN = ("metric", "table", "text")


def predicted(yaml: str, today: dt.date, dataset: str = "main") -> dict[str, Any]:
    """`chart`, `sql`, `x`, `y`, `color`, `sort` of the dashboard's first chart (else its first view with props).

    The statement names the tables of `dataset` plainly.

    Raises Invalid for a file that is no dashboard; ValueError for one that shows no insight.
    """
    loaded = load_dashboard(yaml)
    compiled = compile_dashboard(loaded)
    name = _main_view(loaded)
    view = loaded.spec.views[name]
    insight = compiled.insights[str(view.insight)]
    bound = insight.split.whole.bind(read_inputs(loaded.spec.inputs, {}, today))
    props = list(loaded.spec.insights[str(view.insight)].props)
    x, y = (role_prop(view.type, role, props) or role for role in _AXES.get(view.type, ("x", "y")))
    color = "color" if "color" in props and "color" not in (x, y) else None
    chart = view.type if color is None else f"{'stacked' if view.type in ('bar', 'area') else 'grouped'} {view.type}"
    return {
        "chart": chart,
        "sql": without_dataset(
            over_query(_cut(_written_out(bound), insight.row_limit), compiled.queries[insight.query].sql),
            dataset,
            "duckdb",
        ),
        "x": f"props.{x}",
        "y": f"props.{y}",
        "color": f"props.{color}" if color else None,
        "sort": _sort(loaded, name),
    }


def _main_view(loaded: LoadedDashboard) -> str:
    views = loaded.spec.views
    placed = [item.view for row in loaded.spec.layout.rows for item in row.items]
    shown = [name for name in [*placed, *views] if views[name].insight]
    charts = [name for name in shown if views[name].type not in _PLAIN]
    for name in (*charts, *shown):
        if loaded.spec.insights[str(views[name].insight)].props:
            return name
    raise ValueError("the dashboard shows no chart")


def _sort(loaded: LoadedDashboard, view: str) -> dict[str, str] | None:
    """The order of the categories as the view gives it; else the rows' own order counts."""
    sort = loaded.spec.views[view].sort
    if sort is None:
        return None
    return {"channel": "y" if sort.by in ("y", "value") else "x", "order": sort.order}


def _cut(sql: str, rows: int) -> str:
    """The statement with the insight's own limit: it asks for one row more, to know of a cut."""
    asked = f" LIMIT {rows + 1}"
    return f"{sql.removesuffix(asked)} LIMIT {rows}" if sql.endswith(asked) else sql


def _written_out(bound: BoundQuery) -> str:
    """The statement with its values in place of the `?`."""
    pieces = bound.sql.split("?")
    text = pieces[0]
    for piece, parameter in zip(pieces[1:], bound.parameters, strict=True):
        value = parameter.value
        plain = "NULL" if value is None else str(value) if isinstance(value, bool | int | float) else None
        text += (plain if plain is not None else "'" + str(value).replace("'", "''") + "'") + piece
    return text

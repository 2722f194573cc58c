"""Bars over categories or times."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.views.drawing import Drawing

MOST_BARS = 50


def draw_bar(drawing: Drawing) -> dict[str, Any]:
    """x and y; at most `limit` categories, those with the greatest totals; a color stacks."""
    view = drawing.view
    x = drawing.channel("props.x", "x", likely="nominal")
    y = drawing.channel("props.y", "y", likely="quantitative", measure=True)
    transform = None
    if x["type"] in ("nominal", "ordinal"):
        x["sort"] = drawing.order("props.y")
        if view.limit or x["type"] == "nominal":
            transform = drawing.top("props.x", "props.y", view.limit or MOST_BARS)
    elif unit := drawing.time_unit("props.x"):
        x["timeUnit"] = unit
    encoding = {"x": x, "y": y}
    if not _same(drawing) and (series := drawing.series()):
        encoding["color"] = series
        y["stack"] = None if view.stack == "none" else view.stack or "zero"
        if view.stack == "none":
            encoding["xOffset"] = {"field": series["field"]}
    return drawing.spec({"type": "bar"}, encoding, transform)


def _same(drawing: Drawing) -> bool:
    """Whether the series are the categories themselves: then color says nothing new."""
    key = drawing.series_key()
    columns = {one.key: one.expression.lower() for one in drawing.insight.columns}
    return key is not None and columns[key] == columns["props.x"]

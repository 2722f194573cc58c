"""A line over x, one for each series."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.views.drawing import Drawing


def draw_line(drawing: Drawing) -> dict[str, Any]:
    """x and y, and a color where the insight has series."""
    encoding = over_x(drawing)
    encoding["y"]["scale"] = {"zero": False}
    return drawing.spec({"type": "line", "point": {"size": 24}, "strokeWidth": 2}, encoding)


def over_x(drawing: Drawing) -> dict[str, Any]:
    """The channels that line and area share."""
    x = drawing.channel("props.x", "x", likely="nominal")
    if x["type"] in ("nominal", "ordinal"):
        x["sort"] = None
    encoding = {"x": x, "y": drawing.channel("props.y", "y", likely="quantitative", measure=True)}
    if series := drawing.series():
        encoding["color"] = series
    return encoding

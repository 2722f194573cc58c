"""Points of two measures."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.views.drawing import Drawing


def draw_scatter(drawing: Drawing) -> dict[str, Any]:
    """x and y; color, size and label where the insight has them."""
    encoding = {
        "x": drawing.channel("props.x", "x", likely="quantitative"),
        "y": drawing.channel("props.y", "y", likely="quantitative", measure=True),
    }
    for channel in ("x", "y"):
        if encoding[channel]["type"] == "quantitative":
            encoding[channel]["scale"] = {"zero": False}
    if series := drawing.series():
        encoding["color"] = series
    if "size" in drawing.props:
        encoding["size"] = drawing.channel("props.size", "size", likely="quantitative")
    if "label" in drawing.props:
        encoding["detail"] = drawing.channel("props.label", "detail", likely="nominal")
    return drawing.spec({"type": "point", "filled": True, "opacity": 0.7}, encoding)

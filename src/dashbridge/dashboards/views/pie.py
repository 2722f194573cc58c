"""Shares of a whole."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.views.drawing import Drawing, escaped

MOST_SLICES = 12


def draw_pie(drawing: Drawing) -> dict[str, Any]:
    """label and value; at most `limit` slices, the greatest first."""
    label, value = f"props.{drawing.role('label')}", f"props.{drawing.role('value')}"
    color = drawing.channel(label, "color", likely="nominal")
    if color["type"] != "temporal":
        color["type"] = "nominal"
    color["sort"] = drawing.order(value) or {"field": escaped(value), "op": "sum", "order": "descending"}
    theta = drawing.channel(value, "theta", likely="quantitative", measure=True)
    theta["stack"] = True
    encoding = {
        "theta": theta,
        "color": color,
        "order": {"field": escaped(value), "type": "quantitative", "sort": "descending"},
    }
    transform = drawing.top(label, value, drawing.view.limit or MOST_SLICES)
    return drawing.spec({"type": "arc", "innerRadius": 48}, encoding, transform)

"""A grid of cells shaded by a value."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.views.drawing import Drawing


def draw_heatmap(drawing: Drawing) -> dict[str, Any]:
    """x and y as steps, value as shade."""
    encoding = {axis: _step(drawing, axis) for axis in ("x", "y")}
    value = f"props.{drawing.role('value')}"
    encoding["color"] = drawing.channel(value, "color", likely="quantitative", measure=True)
    return drawing.spec({"type": "rect"}, encoding)


def _step(drawing: Drawing, axis: str) -> dict[str, Any]:
    step = drawing.channel(f"props.{axis}", axis, likely="ordinal")
    if step["type"] == "temporal":
        unit = drawing.time_unit(f"props.{axis}")
        return {**step, "timeUnit": unit} if unit else step
    return {**step, "type": "ordinal", "sort": drawing.order(f"props.{axis}") if drawing.view.sort else "ascending"}

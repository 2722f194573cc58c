"""One number, large."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.views.drawing import Drawing


def draw_metric(drawing: Drawing) -> dict[str, Any]:
    """Which columns of the first row are the value and what it is compared with."""
    view = drawing.view
    prop = drawing.role("value")
    drawing.channel(f"props.{prop}", "value", likely="quantitative", measure=True)
    found: dict[str, Any] = {
        "value_key": f"props.{prop}",
        "compare_key": None,
        "format": view.format.get(prop),
        "unit": view.unit,
        "label": drawing.fields[0].label,
    }
    if view.compare is not None:
        drawing.channel("props.compare", "compare", likely="quantitative", measure=True)
        found["compare_key"] = "props.compare"
        found["compare"] = view.compare.model_dump(exclude_none=True)
    return found

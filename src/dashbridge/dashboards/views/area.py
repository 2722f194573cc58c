"""A filled area over x, stacked by series."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.views.drawing import Drawing
from dashbridge.dashboards.views.line import over_x


def draw_area(drawing: Drawing) -> dict[str, Any]:
    """x and y; with several series they stack unless the view says otherwise."""
    encoding = over_x(drawing)
    stack = drawing.view.stack or "zero"
    if "color" in encoding:
        encoding["y"]["stack"] = None if stack == "none" else stack
    opacity = 0.45 if stack == "none" and "color" in encoding else 0.8
    return drawing.spec({"type": "area", "line": True, "opacity": opacity}, encoding)

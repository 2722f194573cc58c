"""View types: which props each needs, and how each is drawn. One file per type, over `drawing.py`.

Owns the shape of the Vega-Lite specs. Never sees data. Start with `props.py`, then `line.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashbridge.dashboards.views.area import draw_area
from dashbridge.dashboards.views.bar import draw_bar
from dashbridge.dashboards.views.drawing import Drawing
from dashbridge.dashboards.views.heatmap import draw_heatmap
from dashbridge.dashboards.views.line import draw_line
from dashbridge.dashboards.views.metric import draw_metric
from dashbridge.dashboards.views.pie import draw_pie
from dashbridge.dashboards.views.props import PROPS, missing_props
from dashbridge.dashboards.views.scatter import draw_scatter
from dashbridge.dashboards.views.table import draw_table

DRAW: dict[str, Callable[[Drawing], dict[str, Any]]] = {
    "line": draw_line,
    "bar": draw_bar,
    "area": draw_area,
    "scatter": draw_scatter,
    "pie": draw_pie,
    "heatmap": draw_heatmap,
    "metric": draw_metric,
    "table": draw_table,
}

__all__ = ["DRAW", "PROPS", "Drawing", "missing_props"]

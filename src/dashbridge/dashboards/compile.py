"""A loaded dashboard as queries, insights and drawable views."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.compiled import CompiledDashboard, CompiledQuery, CompiledView
from dashbridge.dashboards.load import LoadedDashboard
from dashbridge.dashboards.spec import DashboardSpec, ViewSpec
from dashbridge.dashboards.theme import theme_config
from dashbridge.dashboards.views import DRAW, Drawing
from dashbridge.insights import CompiledInsight
from dashbridge.insights.labels import words


def compile_dashboard(loaded: LoadedDashboard) -> CompiledDashboard:
    """Compile a dashboard; deterministic, and raises nothing for one that loaded."""
    spec = loaded.spec
    return CompiledDashboard(
        title=spec.title,
        description=spec.description,
        connection=spec.connection,
        theme=spec.theme,
        queries={name: CompiledQuery(one.sql, one.cache.seconds) for name, one in spec.queries.items()},
        insights=dict(loaded.insights),
        views={name: _view(name, view, spec, loaded.insights) for name, view in spec.views.items()},
        inputs=dict(spec.inputs),
        layout=_layout(spec),
    )


def _view(name: str, view: ViewSpec, spec: DashboardSpec, insights: dict[str, CompiledInsight]) -> CompiledView:
    title = view.title if view.title is not None else "" if view.type == "text" else words(name)
    if view.type == "text" or view.insight is None:
        return CompiledView(name, view.type, title, None, text=view.text or "", description=view.description)
    drawing = Drawing(view, insights[view.insight], theme_config(spec.theme))
    drawn = DRAW[view.type](drawing)
    chart = view.type not in ("metric", "table")
    labels = [field.label for field in drawing.fields]
    return CompiledView(
        name=name,
        type=view.type,
        title=title,
        insight=view.insight,
        vega_lite=drawn if chart else None,
        table=drawn if view.type == "table" else None,
        metric=drawn if view.type == "metric" else None,
        description=view.description,
        alt_text=view.alt_text or f"{words(view.type)} of {title}: {', '.join(labels)}",
        fields=tuple(drawing.fields),
    )


def _layout(spec: DashboardSpec) -> dict[str, Any]:
    return {
        "rows": [
            {"height": row.height, "items": [{"view": item.view, "span": item.span} for item in row.items]}
            for row in spec.layout.rows
        ]
    }

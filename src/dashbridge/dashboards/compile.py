"""A loaded dashboard as queries, insights and drawable views."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.compiled import CompiledDashboard, CompiledQuery, CompiledView
from dashbridge.dashboards.interacting import interactions
from dashbridge.dashboards.load import LoadedDashboard
from dashbridge.dashboards.spec import DashboardSpec, ViewSpec
from dashbridge.dashboards.texts import plainly_referring, templates
from dashbridge.dashboards.theme import theme_config
from dashbridge.dashboards.views import DRAW, Drawing
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
        views={name: _view(name, view, loaded) for name, view in spec.views.items()},
        inputs=dict(spec.inputs),
        layout=_layout(spec),
        timezone=spec.timezone,
        options=dict(loaded.options),
        traces=dict(loaded.traces),
    )


def _view(name: str, written: ViewSpec, loaded: LoadedDashboard) -> CompiledView:
    inputs = loaded.spec.inputs
    view = plainly_referring(written, inputs)
    title = view.title if view.title is not None else "" if view.type == "text" else words(name)
    source = loaded.insights.get(view.insight or "") or loaded.traces.get(view.trace or "")
    if view.type == "text" or source is None:
        texts = {"title": title, "description": view.description, "text": view.text}
        found = templates(texts, inputs)
        return CompiledView(
            name, view.type, title, None, text=view.text or "", description=view.description, templates=found
        )
    drawing = Drawing(view, source, theme_config(loaded.spec.theme))
    drawn = DRAW[view.type](drawing)
    chart = view.type not in ("metric", "table")
    labels = [field.label for field in drawing.fields]
    alt_text = view.alt_text or f"{words(view.type)} of {title}: {', '.join(labels)}"
    texts = {"title": title, "description": view.description, "unit": view.unit, "alt_text": alt_text}
    return CompiledView(
        name=name,
        type=view.type,
        title=title,
        insight=view.insight,
        vega_lite=drawn if chart else None,
        table=drawn if view.type == "table" else None,
        metric=drawn if view.type == "metric" else None,
        description=view.description,
        alt_text=alt_text,
        fields=tuple(drawing.fields),
        trace=view.trace,
        interact=interactions(view, source),
        templates=templates(texts | {f"labels.{prop}": label for prop, label in view.labels.items()}, inputs),
    )


def _layout(spec: DashboardSpec) -> dict[str, Any]:
    return {
        "rows": [
            {"height": row.height, "items": [{"view": item.view, "span": item.span} for item in row.items]}
            for row in spec.layout.rows
        ]
    }

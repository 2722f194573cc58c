"""Rows and columns."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.views.drawing import Drawing

_KINDS = {"temporal": "time", "quantitative": "number", "nominal": "text", "ordinal": "text"}


def draw_table(drawing: Drawing) -> dict[str, Any]:
    """Every prop and column of the insight in the order written; a split that is already shown is left out.

    Columns whose values add up, and so have a total, are `additive`.
    """
    shown: set[str] = set()
    columns = []
    for one in drawing.insight.columns:
        if one.key == drawing.insight.split_column and (one.expression.lower() in shown or not drawing.series_key()):
            continue
        shown.add(one.expression.lower())
        drawing.channel(one.key, "column", likely="unknown")
        field = drawing.fields[-1]
        kind = _KINDS.get(field.kind, "unknown")
        shape = {"key": one.key, "label": field.label, "format": field.format, "kind": kind}
        columns.append(shape | ({"additive": True} if one.facts.additive else {}))
    return {"columns": columns, "limit": drawing.view.limit}

"""Step 7: rows of the page — headline numbers side by side, then wide views, halves in pairs, the table last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashbridge.planner.views import View

_SPAN = 12


def lay_out(views: Sequence[View]) -> dict[str, Any]:
    """The `layout` of the file."""
    rows: list[dict[str, Any]] = []
    metrics = [view.name for view in views if view.place == "metric"]
    if metrics:
        rows.append({"height": "sm", "items": _evenly(metrics)})
    halves: list[str] = []
    for view in views:
        if view.place == "half":
            halves.append(view.name)
            continue
        if view.place == "wide":
            rows += _pairs(halves)
            halves = []
            rows.append({"height": "md", "items": [{"view": view.name, "span": _SPAN}]})
    return {"rows": rows + _pairs(halves)}


def _pairs(names: Sequence[str]) -> list[dict[str, Any]]:
    return [{"height": "md", "items": _evenly(names[at : at + 2])} for at in range(0, len(names), 2)]


def _evenly(names: Sequence[str]) -> list[dict[str, Any]]:
    span = _SPAN // len(names)
    return [{"view": name, "span": span} for name in names]

"""Step 7: the file: inputs, queries, insights, views in reading order, and the layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashbridge.planner.document import PERIOD, choice_input, insight, view_filters
from dashbridge.planner.measure_sql import dimension_name
from dashbridge.planner.overview.trend import whole_times
from dashbridge.planner.plan import Plan
from dashbridge.planner.queries import Queries
from dashbridge.planner.titles import scope_words
from dashbridge.planner.views import View
from dashbridge.planner.words import sentence

_SPAN = 12
_ORDER = ("type", "title", "description", "insight", "click", "kinds", "sort", "compare", "format", "unit", "labels")


def overview_title(plan: Plan, focus: Sequence[str], asked: int = 0) -> str:
    """ "Overview of orders"; with a focus "Overview of departure delay and arrival delay".

    `asked`: how many of the first breakdowns the wish names.
    """
    about = sentence(list(focus[:2])) or plan.base.label
    by = f" by {sentence([one.label for one in plan.extra[:asked]])}" if asked else ""
    return f"Overview of {about}{by}{scope_words(plan)}"[:150].rstrip(" ,")


def write_page(plan: Plan, queries: Queries, views: Sequence[View], connection: str) -> dict[str, Any]:
    """The whole file as plain data."""
    inputs = _inputs(plan, queries, views)
    document: dict[str, Any] = {
        "version": 1,
        "title": plan.title,
        "description": _description(plan),
        "connection": connection,
        "theme": "neutral",
    }
    if inputs:
        document["inputs"] = inputs
    used = {view.query for view in views}
    document["queries"] = {
        one.name: {"sql": one.sql, "cache": {"ttl": "10m"}} for one in queries.built if one.name in used
    }
    asked = [one["options"]["query"] for one in inputs.values() if "options" in one]
    document["queries"] |= {
        name: {"sql": sql, "cache": {"ttl": "1h"}} for name, sql in queries.options.items() if name in asked
    }
    document["insights"] = {view.name: insight(view, _filters(view, plan, queries, inputs)) for view in views}
    document["views"] = {view.name: _ordered(view.view | {"insight": view.name}) for view in views}
    document["layout"] = {"rows": _rows(views)}
    return document


def _filters(view: View, plan: Plan, queries: Queries, inputs: dict[str, Any]) -> list[str]:
    """A headline places the period itself; a chart that is clicked shows all its bars."""
    found = view_filters(view, queries, inputs)
    if "compare" in view.props:
        found = [text for text in found if f"ref({PERIOD})" not in text]
    if view.name == "trend" and "description" in view.view:
        found.append(whole_times(view.props["x"], plan.time.grain if plan.time else ""))
    clicked = view.view.get("click")
    return [text for text in found if not (clicked and f"ref({clicked})" in text)]


def _inputs(plan: Plan, queries: Queries, views: Sequence[View]) -> dict[str, Any]:
    sources = [one for one in queries.built if one.name in {view.query for view in views}]
    found: dict[str, Any] = {}
    if any(one.time for one in sources):
        found[PERIOD] = {"type": "date_range", "label": "Period", "default": "all"}
    for dimension in plan.filters:
        name = dimension_name(dimension)
        if name != PERIOD and any(dimension in one.dimensions for one in sources):
            found[name] = choice_input(dimension, f"{dimension.slug}_options")
    return found


def _description(plan: Plan) -> str:
    rows = f"Figures from {plan.base.name}."
    averaged = [one.label.removeprefix("average ") for one in plan.measures if one.kind == "avg"]
    if averaged:
        rows += f" {sentence(averaged).capitalize()} {'are' if len(averaged) > 1 else 'is'} averaged, not added up."
    return rows


def _rows(views: Sequence[View]) -> list[dict[str, Any]]:
    """Headlines, the trend, the bars side by side, the table; a lone bar chart stands beside the trend."""
    metrics = [view.name for view in views if view.place == "metric"]
    bars = [view.name for view in views if view.place == "half"]
    wide = [view for view in views if view.place == "wide" and view.view["type"] != "table"]
    tables = [view.name for view in views if view.view["type"] == "table"]
    rows = [_even(metrics, "sm")] if metrics else []
    for view in wide:
        beside = bars[:1] if len(bars) == 1 else []
        items = [{"view": view.name, "span": 8 if beside else _SPAN}, *({"view": one, "span": 4} for one in beside)]
        rows.append({"height": "md", "items": items})
        bars = [one for one in bars if one not in beside]
    rows += [_even(bars, "md")] if bars else []
    rows += [_even([name], "lg") for name in tables]
    return rows


def _even(names: Sequence[str], height: str) -> dict[str, Any]:
    return {"height": height, "items": [{"view": name, "span": _SPAN // len(names)} for name in names]}


def _ordered(view: dict[str, Any]) -> dict[str, Any]:
    return {key: view[key] for key in _ORDER if key in view} | {key: view[key] for key in view if key not in _ORDER}

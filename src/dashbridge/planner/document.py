"""Step 8: the dashboard as data, in the order a reader expects; `emit.py` turns it into text."""

from __future__ import annotations

from typing import Any

from dashbridge.planner.layout import lay_out
from dashbridge.planner.measure_sql import dimension_name
from dashbridge.planner.plan import Dimension, Plan
from dashbridge.planner.queries import Queries
from dashbridge.planner.views import View
from dashbridge.planner.words import capital, sentence

PERIOD = "period"
_VALUE_TYPES = {"integer": "integer", "decimal": "decimal", "float": "number", "date": "date", "boolean": "boolean"}


def write_document(plan: Plan, queries: Queries, views: list[View], connection: str) -> dict[str, Any]:
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
    document["queries"] = {query.name: {"sql": query.sql, "cache": {"ttl": "10m"}} for query in queries.built}
    used = [one["options"]["query"] for one in inputs.values() if "options" in one]
    document["queries"] |= {
        name: {"sql": sql, "cache": {"ttl": "1h"}} for name, sql in queries.options.items() if name in used
    }
    document["insights"] = {view.name: insight(view, view_filters(view, queries, inputs)) for view in views}
    document["views"] = {view.name: view.view | {"insight": view.name} for view in views}
    document["views"] = {name: _ordered(view) for name, view in document["views"].items()}
    document["layout"] = lay_out(views)
    return document


def insight(view: View, filters: list[str]) -> dict[str, Any]:
    """The insight under a view."""
    found: dict[str, Any] = {"query": view.query}
    if view.props:
        found["props"] = view.props
    if view.columns:
        found["columns"] = view.columns
    interactions: list[dict[str, str]] = [{"filter": text} for text in filters]
    if view.sort:
        interactions.append({"sort": view.sort})
    if interactions:
        found["interactions"] = interactions
    if view.limit:
        found["limit"] = view.limit
    return found


def view_filters(view: View, queries: Queries, inputs: dict[str, Any]) -> list[str]:
    """How the inputs bear on a view, as far as its query has their columns."""
    source = next(one for one in queries.built if one.name == view.query)
    names = [dimension_name(dimension) for dimension in source.dimensions]
    found = [f"{name} IN ${{ref({name}).values}}" for name in inputs if name in names and name != PERIOD]
    if PERIOD in inputs and source.time:
        found.append(period_filter(source.time))
    return found


def period_filter(time: str) -> str:
    """The rows inside the period chosen."""
    return f"{time} >= ${{ref({PERIOD}).from}} AND {time} < ${{ref({PERIOD}).until}}"


def choice_input(dimension: Dimension, options: str) -> dict[str, Any]:
    """A multi-select over a query's values."""
    name = dimension_name(dimension)
    source: dict[str, Any] = {"query": options, "column": name}
    if dimension.name is not None:
        source["label_column"] = f"{name}_name"
    found: dict[str, Any] = {
        "type": "multi_select",
        "label": capital(dimension.label),
        "options": source,
        "default": "all",
    }
    if dimension.column.kind in _VALUE_TYPES:
        found["value_type"] = _VALUE_TYPES[dimension.column.kind]
    return found


def _inputs(plan: Plan, queries: Queries, views: list[View]) -> dict[str, Any]:
    if plan.single:
        return {}
    used = {view.query for view in views}
    sources = [one for one in queries.built if one.name in used]
    found: dict[str, Any] = {}
    for dimension in plan.filters:
        if any(dimension in one.dimensions for one in sources) and dimension_name(dimension) != PERIOD:
            found[dimension_name(dimension)] = choice_input(dimension, f"{dimension.slug}_options")
    if any(one.time and one.grain != "hour" for one in sources) or any(one.time for one in sources):
        found[PERIOD] = {"type": "date_range", "label": "Period", "default": "all"}
    return found


def _description(plan: Plan) -> str:
    measures = sentence([measure.label for measure in plan.measures])
    return f"{capital(measures)} from {plan.base.name}."


def _ordered(view: dict[str, Any]) -> dict[str, Any]:
    order = ["type", "title", "insight", "kinds", "sort", "format", "unit", "labels"]
    return {key: view[key] for key in order if key in view} | {key: view[key] for key in view if key not in order}

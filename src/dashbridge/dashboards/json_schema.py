"""The JSON Schema of the dashboard file (2020-12), derived from the spec."""

from __future__ import annotations

import copy
import functools
import json
from typing import Any

from dashbridge.dashboards.spec import DashboardSpec

_ID = "https://dashbridge.dev/schemas/dashboard.schema.json"


def dashboard_schema() -> dict[str, Any]:
    """The schema as a fresh dict."""
    return copy.deepcopy(_schema())


def schema_text() -> str:
    """The schema as it stands in `schemas/dashboard.schema.json`."""
    return json.dumps(_schema(), indent=2, ensure_ascii=False) + "\n"


@functools.cache
def _schema() -> dict[str, Any]:
    schema = _tidy(DashboardSpec.model_json_schema())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _ID,
        **schema,
        "title": "Dashbridge dashboard",
    }


def _tidy(node: Any) -> Any:
    """Closed maps, no `null` beside optional keys; unions by `type` as if/then, for errors of the branch meant."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _tidy(value) for key, value in node.items()}
    if "discriminator" in node:
        return _by_type(node.pop("discriminator"))
    if "anyOf" in node:
        node = _without_null(node)
    if "patternProperties" in node and "properties" not in node:
        node.setdefault("additionalProperties", False)
    if node.get("default", 0) is None:
        del node["default"]
    if isinstance(node.get("title"), str) and "type" in node:
        del node["title"]
    return node


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    branches = [branch for branch in node["anyOf"] if branch != {"type": "null"}]
    if len(branches) > 1:
        return {**node, "anyOf": branches}
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    return {**branches[0], **rest}


def _by_type(discriminator: dict[str, Any]) -> dict[str, Any]:
    name, mapping = discriminator["propertyName"], discriminator["mapping"]
    branches = [
        {"if": {"properties": {name: {"const": value}}, "required": [name]}, "then": {"$ref": target}}
        for value, target in mapping.items()
    ]
    return {"type": "object", "required": [name], "properties": {name: {"enum": sorted(mapping)}}, "allOf": branches}

"""The description of the API: what every route answers, and the one form of every refusal."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI

from dashbridge.api.bodies.errors import ProblemDocument

FILE = "openapi.json"
PROBLEM_TYPE = "application/problem+json"
_COMPONENT = "#/components/schemas/"
_FASTAPI_S_OWN = ("HTTPValidationError", "ValidationError")


def describe_api(app: FastAPI) -> None:
    """Make `/openapi.json` say what this API answers, made once."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(plain())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def description_text(app: FastAPI) -> str:
    """The description as it stands in `schemas/`."""
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n"


def _described(found: dict[str, Any]) -> dict[str, Any]:
    schemas = found["components"]["schemas"]
    for name in _FASTAPI_S_OWN:
        schemas.pop(name, None)
    problem = ProblemDocument.model_json_schema(mode="serialization", ref_template=_COMPONENT + "{model}")
    schemas |= {"ProblemDocument": problem, **problem.pop("$defs", {})}
    refusal = {
        "description": "A problem document (RFC 9457)",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": _COMPONENT + "ProblemDocument"}}},
    }
    for methods in found["paths"].values():
        for operation in methods.values():
            responses = operation["responses"]
            responses.pop("422", None)
            for response in responses.values():
                _only_what_is_said(response)
            responses["default"] = refusal
    found["components"]["schemas"] = {name: _tidy(schemas[name]) for name in sorted(schemas)}
    return found


def _only_what_is_said(response: dict[str, Any]) -> None:
    """Without the schema that FastAPI makes of a handler's `Response` or `dict`."""
    content = response.get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if schema is not None and "$ref" in schema:
        content["application/json"]["schema"] = {"$ref": schema["$ref"]}
    elif "application/json" in content:
        del content["application/json"]


def _tidy(node: Any) -> Any:
    """Without the titles pydantic makes of names."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _tidy(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}

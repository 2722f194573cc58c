from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from dashbridge.api.insight_schema import FILE, insight_schema, schema_text
from dashbridge.kit import resource_folder


def test_the_committed_schema_is_fresh() -> None:
    written = (resource_folder("schemas") / FILE).read_text(encoding="utf-8")
    assert written == schema_text(), "run: python -m dashbridge.api.insight_schema"


def test_it_is_a_valid_schema_of_2020_12() -> None:
    schema = insight_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    Draft202012Validator.check_schema(schema)


def test_every_object_is_closed_or_a_map_of_columns() -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "properties" in node:
                assert node["additionalProperties"] is False
                assert set(node["required"]) == set(node["properties"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(insight_schema()["$defs"])


def test_what_is_no_answer_does_not_fit() -> None:
    validator = Draft202012Validator(insight_schema())
    for wrong in ({}, [], {"data": {}}, {"error": {}}, {"error": {"code": "x", "message": "y"}}, {"insight": "a"}):
        assert not validator.is_valid(wrong)
    assert validator.is_valid({"error": {"code": "x", "message": "y", "hint": None, "status": 422}})

from __future__ import annotations

from jsonschema import Draft202012Validator

from dashbridge.dashboards import dashboard_schema
from dashbridge.dashboards.json_schema import schema_text
from dashbridge.kit import resource_folder


def test_the_committed_schema_is_fresh() -> None:
    written = (resource_folder("schemas") / "dashboard.schema.json").read_text(encoding="utf-8")
    assert written == schema_text(), "run: python -m dashbridge.dashboards.schema"


def test_it_is_a_valid_schema_of_2020_12() -> None:
    schema = dashboard_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    Draft202012Validator.check_schema(schema)


def test_the_dict_is_the_callers_own() -> None:
    dashboard_schema()["title"] = "changed"
    assert dashboard_schema()["title"] == "Dashbridge dashboard"


def test_every_map_is_closed() -> None:
    def walk(node: object, path: str) -> None:
        if isinstance(node, dict):
            if "patternProperties" in node or ("properties" in node and "if" not in path and "allOf" not in node):
                assert node.get("additionalProperties") is False or path.endswith("/if"), path
            for key, value in node.items():
                walk(value, f"{path}/{key}")
        elif isinstance(node, list):
            for number, value in enumerate(node):
                walk(value, f"{path}/{number}")

    walk(dashboard_schema()["$defs"], "")

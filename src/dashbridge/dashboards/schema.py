"""`python -m dashbridge.dashboards.schema` writes the JSON Schema of the dashboard file into the checkout."""

from __future__ import annotations

from dashbridge.dashboards.json_schema import schema_text
from dashbridge.kit import resource_folder

if __name__ == "__main__":
    (resource_folder("schemas") / "dashboard.schema.json").write_text(schema_text(), encoding="utf-8")

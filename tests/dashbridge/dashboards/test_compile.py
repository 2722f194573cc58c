"""Golden files: YAML in, compiled JSON out. DASHBRIDGE_UPDATE_GOLDEN=1 rewrites them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dashbridge.dashboards import compile_dashboard, load_dashboard

GOLDEN = Path(__file__).parents[2] / "golden" / "dashboards"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.yaml"))


def compiled_text(name: str) -> str:
    loaded = load_dashboard((GOLDEN / f"{name}.yaml").read_bytes())
    found = compile_dashboard(loaded).as_json() | {"warnings": [one.as_dict() for one in loaded.warnings]}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_compiles_as_recorded(name: str) -> None:
    target = GOLDEN / f"{name}.json"
    if os.environ.get("DASHBRIDGE_UPDATE_GOLDEN"):
        target.write_text(compiled_text(name), encoding="utf-8")
    assert compiled_text(name) == target.read_text(encoding="utf-8")


def test_there_is_a_golden_for_every_view_type() -> None:
    assert len(NAMES) >= 15
    types = {
        view["type"]
        for name in NAMES
        for view in json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["views"].values()
    }
    assert types == {"metric", "line", "bar", "area", "scatter", "pie", "heatmap", "table", "text"}


@pytest.mark.parametrize("name", NAMES)
def test_specs_read_only_the_named_data(name: str) -> None:
    for view in json.loads(compiled_text(name))["views"].values():
        spec = view["vega_lite"]
        if spec is None:
            continue
        assert spec["data"] == {"name": "insight"}
        assert "url" not in json.dumps(spec).replace("vega.github.io/schema", "")
        assert "background" not in spec["config"]
        keys = {field["key"] for field in view["fields"]}
        shown = {channel["field"].replace("\\", "") for channel in spec["encoding"].values() if "field" in channel}
        assert {key for key in shown if key.startswith("props.")} <= keys


def test_the_shipped_dashboard_compiles_without_warnings() -> None:
    pack = Path(__file__).parents[3] / "packs" / "flights" / "dashboards" / "nyc-departures.yaml"
    loaded = load_dashboard(pack.read_bytes())
    assert loaded.warnings == ()
    assert compile_dashboard(loaded).views["trend"].vega_lite is not None

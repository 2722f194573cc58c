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


LINE = """version: 1
title: Missing
connection: flights
queries:
  d: {sql: "SELECT CAST(t AS DATE) AS day, carrier, CAST(n AS INT) AS n FROM x"}
insights: {i: {query: d, props: {x: day, y: count(*), color: COLOR}}}
views: {v: {type: TYPE, insight: i}}
layout: {rows: [{items: [{view: v}]}]}
"""


@pytest.mark.parametrize("kind", ["line", "area", "bar", "scatter"])
@pytest.mark.parametrize(
    ("color", "shown"),
    [("n", True), ("CAST(t AS DATE)", True), ("carrier", True), ("carrier || 'x'", False), ("count(*)", True)],
)
def test_marks_without_a_color_are_drawn_where_a_scale_would_drop_them(kind: str, color: str, shown: bool) -> None:
    compiled = compile_dashboard(load_dashboard(LINE.replace("TYPE", kind).replace("COLOR", color)))
    spec = compiled.views["v"].vega_lite
    assert spec is not None
    assert ("scale" in spec["config"]) == shown
    assert spec["encoding"]["color"]["field"] == "props\\.color"
    if shown:
        assert set(spec["config"]["scale"]["invalid"]) == {"color"}


def test_a_line_of_a_trace_is_ordered_by_x() -> None:
    text = LINE.replace("insights: {i:", "traces: {i:").replace("insight: i", "trace: i").replace("count(*)", "n")
    text = text.replace(", color: COLOR", "")
    line, table = (compile_dashboard(load_dashboard(text.replace("TYPE", kind))) for kind in ("area", "table"))
    assert "ORDER BY 1 ASC" in line.traces["i"].template
    assert "ORDER BY" not in table.traces["i"].template
    assert line.views["v"].trace == "i"
    assert line.views["v"].insight is None


def test_what_gives_the_options_of_an_input_is_compiled_in_the_dialect() -> None:
    text = (GOLDEN / "traces.yaml").read_text(encoding="utf-8")
    compiled = compile_dashboard(
        load_dashboard(text.replace("cohort_on: carrier", "cohort_on: '`carrier`'"), "bigquery")
    )
    assert list(compiled.options) == ["carrier"]
    assert compiled.timezone == "America/New_York"
    assert "`carrier`" in compiled.traces["delays"].split.whole.sql.replace("carrier AS", "`carrier` AS")

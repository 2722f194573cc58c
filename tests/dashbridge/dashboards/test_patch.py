from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.dashboards.patch import merge, patch_problems

FORBIDDEN = [
    "data",
    "url",
    "expr",
    "signal",
    "loader",
    "href",
    "src",
    "params",
    "transform",
    "datasets",
    "usermeta",
    "calculate",
]


@pytest.mark.parametrize("key", FORBIDDEN)
@pytest.mark.parametrize(
    "where", ["{}", '{"mark": {}}', '{"encoding": {"x": {}}}', '{"config": {"axis": {"a": [{}]}}}']
)
def test_nothing_that_loads_or_runs_passes_at_any_depth(key: str, where: str) -> None:
    patch = json.loads(where.replace("{}", json.dumps({key: 1})))
    assert "patch.forbidden" in {one.code for one in patch_problems(patch, "/p")}


def test_style_passes() -> None:
    patch = {
        "mark": {"type": "bar", "cornerRadius": 3},
        "title": {"text": "A", "fontSize": 12},
        "encoding": {"y": {"axis": {"grid": False}, "scale": {"domain": [0, 1]}}},
        "config": {"legend": {"disable": True}},
    }
    assert list(patch_problems(patch, "/p")) == []
    assert list(patch_problems(None, "/p")) == []


def test_size_is_capped() -> None:
    deep: dict[str, Any] = {"title": {}}
    node = deep["title"]
    for _ in range(30):
        node["a"] = {}
        node = node["a"]
    assert "patch.size" in {one.code for one in patch_problems(deep, "/p")}
    assert "patch.size" in {one.code for one in patch_problems({"title": [0] * 900}, "/p")}


def test_merge_replaces_removes_and_adds() -> None:
    base = {"mark": {"type": "line", "point": True}, "encoding": {"x": {"type": "temporal"}}}
    kept = copy.deepcopy(base)
    found = merge(base, {"mark": {"point": None, "size": 2}, "encoding": {"x": {"sort": [1]}}, "title": "T"})
    assert found == {
        "mark": {"type": "line", "size": 2},
        "encoding": {"x": {"type": "temporal", "sort": [1]}},
        "title": "T",
    }
    assert merge({"mark": {"type": "line", "tooltip": True}}, {"mark": "bar"})["mark"] == {
        "type": "bar",
        "tooltip": True,
    }
    assert base == kept


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FORBIDDEN, "mark", "x", "title"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["mark", "encoding", "config", "title", "data"]), JSON, max_size=4))
def test_what_passes_holds_no_forbidden_key(patch: dict[str, Any]) -> None:
    if not list(patch_problems(patch, "/p")):
        text = json.dumps(patch)
        assert not any(f'"{key}":' in text for key in FORBIDDEN)
        merge({"mark": {"type": "line"}, "encoding": {}}, patch)

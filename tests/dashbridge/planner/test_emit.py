from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dashbridge.dashboards import load_dashboard
from dashbridge.planner.emit import emit

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
KEY = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=12,
)


def read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


@given(st.dictionaries(KEY, VALUE, min_size=1, max_size=5))
def test_what_is_written_reads_back_the_same(document: dict[str, Any]) -> None:
    assert read(emit(document)) == document


@given(st.text(min_size=1, max_size=190).filter(lambda text: text.isprintable()))
def test_any_title_survives_the_dashboard_loader(title: str) -> None:
    text = emit(
        {
            "version": 1,
            "title": title,
            "connection": "c",
            "views": {"a": {"type": "text", "text": "x"}},
            "layout": {"rows": []},
        }
    )
    assert load_dashboard(text).spec.title == title


@pytest.mark.parametrize(
    "title",
    [
        "a: b",
        "- a",
        "#x",
        "yes",
        "null",
        "1e3",
        "0x1F",
        "*a",
        "&a",
        "!a",
        "{a}",
        "[a]",
        "a #b",
        "'",
        '"',
        "%x",
        "@x",
        "`x`",
        "? a",
        "| a",
        "> a",
        "2013-01-01",
        "é 🙂",
        " a ",
        "---",
        "...",
        "<<",
    ],
)
def test_texts_that_yaml_would_misread(title: str) -> None:
    assert read(
        emit({"title": title, "nested": {"format": {"x": title}}, "list": [{"filter": title}, {"a": 1, "b": title}]})
    ) == {
        "title": title,
        "nested": {"format": {"x": title}},
        "list": [{"filter": title}, {"a": 1, "b": title}],
    }


def test_sql_is_a_literal_block() -> None:
    assert emit({"sql": "SELECT 1\nFROM t"}) == "sql: |-\n  SELECT 1\n  FROM t\n"

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.planner.sqltext import SelectText, read_select

NAME = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
EXPRESSION = st.from_regex(r"[a-z]{1,6}\([a-z]{1,5}\)|[a-z]{1,8}", fullmatch=True)


@given(
    st.lists(st.tuples(EXPRESSION, NAME), min_size=1, max_size=5),
    st.lists(st.from_regex(r"[a-z]{1,5} = '[A-Z]{1,3}'", fullmatch=True), max_size=3),
    st.integers(0, 1),
)
def test_a_statement_reads_back_as_it_was_written(select: list[tuple[str, str]], where: list[str], group: int) -> None:
    text = SelectText(tuple(select), "main.flights AS t", ("LEFT JOIN a AS a ON t.x = a.x",), tuple(where), group)
    assert read_select(text.render()) == text


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT a FROM t",
        "SELECT\n  a AS a\nFROM t\nLIMIT 3",
        "SELECT\n  a AS a\nFROM t -- mine",
        "WITH x AS (SELECT 1)\nSELECT\n  a AS a\nFROM x",
        "select\n  a AS a\nfrom t",
        "",
    ],
)
def test_anything_else_was_written_by_a_person(sql: str) -> None:
    found = read_select(sql)
    assert found is None or found.render() == sql
    if "LIMIT" in sql or "WITH" in sql:
        assert found is None

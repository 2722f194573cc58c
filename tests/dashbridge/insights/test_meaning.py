"""What each accessor means for everything, nothing and some: the table of docs/language.md, row by row.

Every state is computed twice: by the whole statement, and by the post-query over the rows of the pre-query.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dashbridge.insights import CompiledInsight, InputSpec, InputValue, InsightSpec, compile_insight, read_inputs
from dashbridge.insights.statement import over_table, with_data

DAY = dt.date(2013, 7, 14)
ODD = [
    "AA",
    "O'Hare",
    '"q"',
    "back\\slash",
    "\\'",
    "${ref(city).value}",
    "${",
    "' OR 1=1 --",
    "'; DROP TABLE t; --",
    "🛫",
    "\u202eRTL\u202c",
    "مرحبا",
    "",
    " ",
    "null",
    "NULL",
    "all",
    "none",
    "=all",
    "==none",
    "?",
    "%",
    "_",
    "$1",
    "5",
    "05",
    "5.0",
    "1e1",
    "true",
    "a\nb",
    "a\tb",
    "é",
    "e\u0301",
    "ＡＡ",
    "aa",
]
INPUTS = TypeAdapter(dict[str, InputSpec]).validate_python(
    {
        "city": {"type": "select", "options": {"query": "q", "column": "city"}},
        "cities": {"type": "multi_select", "options": {"query": "q", "column": "city"}},
        "count": {"type": "select", "options": {"range": {"from": 0, "to": 20, "step": 1}}},
        "price": {"type": "select", "options": {"range": {"from": "0.10", "to": "2.00", "step": "0.10"}}},
        "days": {
            "type": "multi_select",
            "options": {"range": {"from": "2013-01-01", "to": "2013-12-01", "step": "1 month"}},
        },
        "period": {"type": "date_range"},
        "size": {"type": "number_range", "value_type": "integer"},
        "words": {"type": "text"},
        "late": {"type": "toggle"},
    }
)
Row = tuple[int, str | None, int | None, dt.date | None]
ROWS: list[Row] = [
    (at, city, None if at % 9 == 4 else at % 21, None if at % 7 == 3 else dt.date(2013, 1 + at % 12, 1))
    for at, city in enumerate([*ODD, None, *ODD])
]


@pytest.fixture(scope="module")
def table() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE source (id INTEGER, city VARCHAR, n INTEGER, day DATE, price DECIMAL(9,2))")
    connection.executemany("INSERT INTO source VALUES (?, ?, ?, ?, ?)", [(*row, f"{row[0] % 20 / 10}") for row in ROWS])
    yield connection
    connection.close()


def run(table: duckdb.DuckDBPyConnection, insight: CompiledInsight, values: dict[str, InputValue]) -> list[Any]:
    """The rows, equal both ways."""
    split = insight.split
    assert split.whole_local is not None
    assert split.pre_local is not None
    assert split.post is not None
    whole = split.whole_local.bind(values)
    rows = table.execute(over_table(whole.sql, "source"), whole.values).fetchall()
    table.execute(f"CREATE OR REPLACE TEMP TABLE pre AS {over_table(split.pre_local.sql, 'source')}")
    post = split.post.bind(values)
    assert sorted(table.execute(with_data(post.sql, "pre"), post.values).fetchall(), key=str) == sorted(rows, key=str)
    return rows


def kept(table: duckdb.DuckDBPyConnection, condition: str, raw: dict[str, list[str]]) -> set[int]:
    spec = InsightSpec.model_validate({"query": "q", "props": {"x": "id"}, "interactions": [{"filter": condition}]})
    found = run(table, compile_insight("i", spec, INPUTS), read_inputs(INPUTS, raw, DAY))
    return {row[0] for row in found}


def wanted(keeps: Callable[[str | None, int | None, dt.date | None], object]) -> set[int]:
    return {at for at, city, n, day in ROWS if keeps(city, n, day)}


EVERY = wanted(lambda city, n, day: True)
D = dt.date
STATES: list[tuple[str, str, list[str], set[int]]] = [
    # condition, input, what is chosen, the rows
    ("city = ${ref(city).value}", "city", ["all"], EVERY),
    ("city = ${ref(city).value}", "city", ["none"], set()),
    ("city = ${ref(city).value}", "city", ["=all"], wanted(lambda city, n, day: city == "all")),
    ("NOT city = ${ref(city).value}", "city", ["none"], set()),
    ("NOT city = ${ref(city).value}", "city", ["all"], EVERY),
    ("city = ${ref(city).value} OR n = 5", "city", ["all"], EVERY),
    ("city = ${ref(city).value} OR n = 5", "city", ["none"], wanted(lambda city, n, day: n == 5)),
    ("city = ${ref(city).value} AND n = 5", "city", ["all"], wanted(lambda city, n, day: n == 5)),
    ("city IN ${ref(cities).values}", "cities", ["all"], EVERY),
    ("city IN ${ref(cities).values}", "cities", ["none"], set()),
    ("city IN (${ref(cities).values})", "cities", ["AA", "?"], wanted(lambda city, n, day: city in ("AA", "?"))),
    ("city NOT IN ${ref(cities).values}", "cities", ["all"], EVERY),
    ("city NOT IN ${ref(cities).values}", "cities", ["none"], EVERY),
    ("city NOT IN ${ref(cities).values}", "cities", ["AA"], wanted(lambda c, n, d: c not in (None, "AA"))),
    ("day >= ${ref(days).min}", "days", ["all"], EVERY),
    ("day >= ${ref(days).min}", "days", ["none"], set()),
    (
        "day >= ${ref(days).min}",
        "days",
        ["2013-09-01", "2013-03-01"],
        wanted(lambda c, n, day: day and day >= D(2013, 3, 1)),
    ),
    (
        "day <= ${ref(days).max}",
        "days",
        ["2013-09-01", "2013-03-01"],
        wanted(lambda c, n, day: day and day <= D(2013, 9, 1)),
    ),
    ("day = ${ref(days).first}", "days", ["2013-09-01", "2013-03-01"], wanted(lambda c, n, day: day == D(2013, 9, 1))),
    ("day = ${ref(days).last}", "days", ["2013-09-01", "2013-03-01"], wanted(lambda c, n, day: day == D(2013, 3, 1))),
    ("day IN ${ref(days).values}", "days", ["start_of_month"], wanted(lambda c, n, day: day == D(2013, 7, 1))),
    ("n >= ${ref(count).value}", "count", ["15"], wanted(lambda c, n, day: n is not None and n >= 15)),
    ("day >= ${ref(period).from}", "period", ["all"], EVERY),
    ("day >= ${ref(period).from}", "period", ["..2013-02-01"], EVERY),
    ("day <= ${ref(period).to}", "period", ["..2013-02-01"], wanted(lambda c, n, day: day and day <= D(2013, 2, 1))),
    ("day < ${ref(period).until}", "period", ["..2013-02-01"], wanted(lambda c, n, day: day and day <= D(2013, 2, 1))),
    (
        "day BETWEEN ${ref(period).from} AND ${ref(period).to}",
        "period",
        ["2013-06-01.."],
        wanted(lambda c, n, day: day and day >= D(2013, 6, 1)),
    ),
    (
        "day >= ${ref(period).from} AND day < ${ref(period).until}",
        "period",
        ["last 3 months"],
        wanted(lambda c, n, day: day and D(2013, 4, 15) <= day <= DAY),
    ),
    ("n BETWEEN ${ref(size).min} AND ${ref(size).max}", "size", ["all"], EVERY),
    (
        "n BETWEEN ${ref(size).min} AND ${ref(size).max}",
        "size",
        ["3.."],
        wanted(lambda c, n, d: n is not None and n >= 3),
    ),
    ("n BETWEEN ${ref(size).min} AND ${ref(size).max}", "size", ["3..3"], wanted(lambda c, n, d: n == 3)),
    ("contains(city, ${ref(words).value})", "words", [""], EVERY),
    ("contains(city, ${ref(words).value})", "words", ["%"], wanted(lambda city, n, day: city and "%" in city)),
    (
        "contains(lower(city), lower(${ref(words).value}))",
        "words",
        ["AA"],
        wanted(lambda c, n, d: c and "aa" in c.lower()),
    ),
    ("city LIKE ${ref(words).value}", "words", ["%"], wanted(lambda city, n, day: city is not None)),
    ("n > 15 OR NOT ${ref(late).value}", "late", ["false"], EVERY),
    ("n > 15 OR NOT ${ref(late).value}", "late", ["true"], wanted(lambda c, n, d: n is not None and n > 15)),
]


@pytest.mark.parametrize(("condition", "name", "chosen", "rows"), STATES)
def test_states(table: duckdb.DuckDBPyConnection, condition: str, name: str, chosen: list[str], rows: set[int]) -> None:
    assert kept(table, condition, {name: chosen}) == rows


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize(
    "condition",
    [
        "city = ${ref(city).value}",
        "city IN ${ref(cities).values}",
        "city = ${ref(cities).first}",
        "city = ${ref(words).value}",
    ],
)
def test_odd_texts_find_the_rows_that_hold_them_and_no_other(
    table: duckdb.DuckDBPyConnection, condition: str, text: str
) -> None:
    if "words" in condition:
        found = kept(table, condition, {"words": [text]})
        assert found == (wanted(lambda city, n, day: city == text) if text else EVERY)
        return
    sent = f"={text}" if text.lstrip("=") in ("all", "none") else text
    found = kept(table, condition, {"city": [sent], "cities": [sent]})
    assert found == wanted(lambda city, n, day: city == text)
    assert len(found) == 2


@pytest.mark.parametrize("text", [text for text in ODD if text])
def test_an_odd_text_is_searched_as_it_is(table: duckdb.DuckDBPyConnection, text: str) -> None:
    found = kept(table, "contains(city, ${ref(words).value})", {"words": [text]})
    assert found == wanted(lambda city, n, day: city is not None and text in city)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12))
@settings(max_examples=60)
def test_any_text_comes_back_as_it_was_sent(text: str) -> None:
    spec = InsightSpec.model_validate({"query": "q", "props": {"x": "${ref(city).value}"}})
    insight = compile_insight("i", spec, INPUTS)
    sent = f"={text}" if text.lstrip("=") in ("all", "none") else text
    connection = duckdb.connect()
    try:
        connection.execute("CREATE TABLE source AS SELECT 1 AS id")
        assert run(connection, insight, read_inputs(INPUTS, {"city": [sent]}, DAY)) == [(text,)]
    finally:
        connection.close()


@pytest.mark.parametrize("value", ["0.10", "0.30", "1.90"])
def test_decimals_meet_exactly(table: duckdb.DuckDBPyConnection, value: str) -> None:
    found = kept(table, "price = ${ref(price).value}", {"price": [value]})
    assert found == {at for at, *_ in ROWS if at % 20 * 10 == float(value) * 100}
    assert found


def test_a_prop_of_an_open_input_is_missing(table: duckdb.DuckDBPyConnection) -> None:
    spec = InsightSpec.model_validate({"query": "q", "props": {"x": "${ref(city).value}"}, "limit": 1})
    insight = compile_insight("i", spec, INPUTS)
    for chosen, shown in (("all", None), ("none", None), ("AA", "AA")):
        found = run(table, insight, read_inputs(INPUTS, {"city": [chosen]}, DAY))
        assert {row[0] for row in found} == {shown}

"""Cohorts of a trace: every row once, in order, under the right name, and quickly."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.serving.cohorts import cohorts_of


def nested(table: pa.Table, column: str | None = "cohort") -> tuple[dict[str, Any], dict[str, Any] | None]:
    found = cohorts_of(table, column, alone="the_trace")
    nulls = None if found.null_cohort is None else json.loads(orjson.dumps(found.null_cohort))
    return json.loads(orjson.dumps(found.data)), nulls


def cohorts(values: list[Any], kind: pa.DataType | None = None) -> tuple[list[str], list[int]]:
    """The names of the cohorts, and the places of the rows of the null cohort."""
    data, nulls = nested(pa.table({"n": list(range(len(values))), "cohort": pa.array(values, kind)}))
    return list(data), [] if nulls is None else nulls["n"]


def test_rows_go_to_their_cohort_in_order_and_cohorts_come_as_they_first_appear() -> None:
    table = pa.table({"props.x": [3, 1, 2, 4], "props.y": [1.5, None, 0.5, 2.0], "cohort": ["b", "a", "b", "a"]})
    data, nulls = nested(table)
    assert list(data) == ["b", "a"]
    assert data == {
        "b": {"props.x": [3, 2], "props.y": [1.5, 0.5]},
        "a": {"props.x": [1, 4], "props.y": [None, 2.0]},
    }
    assert nulls is None


def test_a_missing_cohort_is_not_the_text_null() -> None:
    table = pa.table({"x": [1, 2, 3, 4, 5], "cohort": ["null", None, "None", "", None]})
    assert nested(table) == ({"null": {"x": [1]}, "None": {"x": [3]}, "": {"x": [4]}}, {"x": [2, 5]})


def test_without_a_cohort_column_all_is_one() -> None:
    assert nested(pa.table({"x": [2, 1]}), None) == ({"the_trace": {"x": [2, 1]}}, None)
    assert nested(pa.table({"x": pa.array([], pa.int64())}), None) == ({"the_trace": {"x": []}}, None)


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.int64(), pa.null(), pa.list_(pa.int64()), pa.month_day_nano_interval()]
)
def test_no_rows_are_no_cohorts(kind: pa.DataType) -> None:
    assert cohorts([], kind) == ([], [])


def test_what_is_not_text_is_named_by_its_json() -> None:
    assert cohorts([5, None, 2**60, 5]) == (["5", str(2**60)], [1])
    assert cohorts([True, False]) == (["true", "false"], [])
    assert cohorts([1.5, float("nan"), 2.0, float("inf"), -0.0]) == (["1.5", "2.0", "-0.0"], [1, 3])
    assert cohorts([Decimal("1.10")], pa.decimal128(9, 2)) == (["1.10"], [])
    assert cohorts([Decimal(7)], pa.decimal128(38, 0)) == (["7"], [])
    assert cohorts([dt.date(2024, 1, 1), None]) == (["2024-01-01"], [1])
    assert cohorts([dt.datetime(2024, 1, 1, 5, tzinfo=dt.UTC)]) == (["2024-01-01T05:00:00Z"], [])
    assert cohorts([[1], [2], [1], None]) == (["[1]", "[2]"], [3])
    assert cohorts([{"a": 1}, {"a": None}]) == (['{"a":1}', '{"a":null}'], [])
    assert cohorts([b"\xff", b""]) == (["ff", ""], [])
    assert cohorts([None, None]) == ([], [0, 1])


def test_numbers_are_written_alike_in_every_cohort() -> None:
    table = pa.table({"x": [1, 2**60], "cohort": ["small", "large"]})
    assert nested(table)[0] == {"small": {"x": ["1"]}, "large": {"x": [str(2**60)]}}


def test_chunks_and_dictionaries_are_one_column() -> None:
    chunked = pa.chunked_array([["a", "b"], [], ["b", None, "a"]], pa.string())
    plain = pa.table({"x": range(5), "cohort": chunked})
    encoded = pa.table({"x": range(5), "cohort": chunked.dictionary_encode()})
    assert nested(plain) == nested(encoded) == ({"a": {"x": [0, 4]}, "b": {"x": [1, 2]}}, {"x": [3]})


@given(st.lists(st.tuples(st.none() | st.text(max_size=2), st.none() | st.integers(-(2**40), 2**40)), max_size=60))
def test_no_row_is_lost_or_moved(rows: list[tuple[str | None, int | None]]) -> None:
    table = pa.table(
        {"x": pa.array([x for _, x in rows], pa.int64()), "cohort": pa.array([name for name, _ in rows], pa.string())}
    )
    data, nulls = nested(table)
    wanted: dict[str, list[int | None]] = {}
    for name, x in rows:
        if name is not None:
            wanted.setdefault(name, []).append(x)
    assert {name: columns["x"] for name, columns in data.items()} == wanted
    assert list(data) == list(wanted)
    assert (nulls["x"] if nulls else []) == [x for name, x in rows if name is None]


def test_a_hundred_thousand_rows_of_many_cohorts() -> None:
    rows = 100_000
    table = pa.table(
        {"x": range(rows), "y": [n / 7 for n in range(rows)], "cohort": [f"c{n % 997}" for n in range(rows)]}
    )
    data, _ = nested(table)
    assert (len(data), sum(len(one["x"]) for one in data.values())) == (997, rows)
    assert data["c3"]["x"][:3] == [3, 1000, 1997]

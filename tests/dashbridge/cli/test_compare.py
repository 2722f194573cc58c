"""Cohorts compared value by value: what is the same, and that nothing else is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from dashbridge.cli.compare import MOST_TOLD, Compared, compare_cohorts

NAN = float("nan")


def compared(left: dict[str, Any], right: dict[str, Any], *, ordered: bool = True, split: str | None = "k") -> Compared:
    trace = pa.table({"cohort": left["k"], "v": left["v"]})
    return compare_cohorts(trace, "cohort", pa.table(right), split, ordered=ordered)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([1, None, 3], [1, None, 3]),
        ([0.1 + 0.2, NAN, None], [0.3, NAN, None]),
        ([Decimal("1.10"), None, Decimal("-0.00")], [Decimal("1.1"), None, Decimal("0")]),
        ([dt.date(2013, 1, 1)] * 3, [dt.date(2013, 1, 1)] * 3),
        ([[1.0, NAN], [], None], [[1.0 + 1e-12, NAN], [], None]),
        ([float("inf"), -0.0, 1e300], [float("inf"), 0.0, 1e300]),
        ([1, 2, 3], [Decimal(1), Decimal(2), Decimal(3)]),
    ],
)
def test_the_same(left: list[Any], right: list[Any]) -> None:
    found = compared({"k": ["a", None, "null"], "v": left}, {"k": ["a", None, "null"], "v": right})
    assert found.differences == ()
    assert (found.cohorts, found.rows, found.columns) == (3, 3, ("v",))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([1], [None]),
        ([1], [2]),
        ([1.0], [1.0 + 1e-8]),
        ([NAN], [None]),
        ([NAN], [0.0]),
        ([0.0], [1e-300]),
        (["1"], [1]),
        (["a"], ["a "]),
        ([True], [1]),
        ([Decimal("1.10")], [Decimal("1.11")]),
        ([dt.date(2013, 1, 1)], [dt.datetime(2013, 1, 1, tzinfo=dt.UTC)]),
        ([[1]], [[1, 1]]),
    ],
)
def test_not_the_same(left: list[Any], right: list[Any]) -> None:
    (told,) = compared({"k": ["a"], "v": left}, {"k": ["a"], "v": right}).differences
    assert told.startswith("cohort 'a': v, row 1: ")


def test_cohorts_are_told_apart_by_value_and_kind() -> None:
    (one, other) = compared({"k": ["null"], "v": [1]}, {"k": [None], "v": [1]}).differences
    assert one == "cohort 'null': 1 rows in the trace, 0 in the insight"
    assert other == "cohort NULL: 0 rows in the trace, 1 in the insight"
    assert compared({"k": [1], "v": [1]}, {"k": ["1"], "v": [1]}).differences
    assert compared({"k": [NAN, NAN], "v": [1, 2]}, {"k": [NAN, NAN], "v": [1, 2]}).cohorts == 1


def test_order_counts_where_rows_are_sorted() -> None:
    left, right = {"k": ["a", "a"], "v": [1.0, 2.0]}, {"k": ["a", "a"], "v": [2.0, 1.0 + 1e-13]}
    assert len(compared(left, right).differences) == 2
    assert compared(left, right, ordered=False).differences == ()
    assert compared(left, {"k": ["a", "a"], "v": [2.0, 2.0]}, ordered=False).differences


def test_a_single_cohort_has_its_traces_name() -> None:
    assert compared({"k": ["t", "t"], "v": [1, 2]}, {"v": [1, 2]}, split=None).differences == ()
    assert compared({"k": ["t", "t"], "v": [1, 2]}, {"v": [1, 3]}, split=None).differences
    assert compared({"k": [], "v": []}, {"v": []}, split=None).differences == ()
    assert compared({"k": [], "v": pa.array([], pa.int64())}, {"v": [1]}, split=None).differences


def test_other_columns_and_many_differences_are_told_shortly() -> None:
    found = compare_cohorts(pa.table({"a": [1]}), None, pa.table({"b": [1]}), None, ordered=True)
    assert found.differences == ("the trace has the columns a, the insight b",)
    many = compared({"k": ["a"] * 99, "v": list(range(99))}, {"k": ["a"] * 99, "v": [-1] * 99})
    assert len(many.differences) == MOST_TOLD

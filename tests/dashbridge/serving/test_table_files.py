"""Arrow comes back as it went; CSV opens in a spreadsheet without running anything."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.serving import arrow_bytes, csv_bytes


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def column(values: list[object], kind: pa.DataType) -> list[str]:
    return [row[0] if row else "" for row in read(csv_bytes(pa.table({"a": pa.array(values, kind)})))[1:]]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=10))
def test_no_text_is_a_formula_and_none_is_lost(values: list[str]) -> None:
    kinds = (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string()))
    for kind in kinds:
        array = pa.array(values, pa.string()).cast(kind)
        rows = read(csv_bytes(pa.table({"n": pa.array(range(len(values))), "a": array})))[1:]
        for value, row in zip(values, rows, strict=True):
            assert row[1] in (value, "'" + value)
            assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize(
    "payload",
    [
        *("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＋1", "－1", "＠1"),
        *('=HYPERLINK("http://x")', "-", "=", '="a"', "=cmd|'/c calc'!A1", "+441234"),
    ],
)
def test_a_formula_is_led_by_an_apostrophe_in_cells_and_heads(payload: str) -> None:
    assert read(csv_bytes(pa.table({payload: [payload]}))) == [["'" + payload], ["'" + payload]]
    nested = column([[payload]], pa.list_(pa.string()))
    assert nested[0].startswith("[")


def test_numbers_and_times_stay_what_they_are() -> None:
    assert column([-1, None, 2**63 - 1], pa.int64()) == ["-1", "", "9223372036854775807"]
    assert column([-1.5, float("nan"), float("inf"), 1e300], pa.float64()) == ["-1.5", "", "", "1e+300"]
    assert column([Decimal("-1.50"), Decimal("0.00")], pa.decimal128(9, 2)) == ["-1.50", "0.00"]
    assert column([dt.date(2024, 2, 29), None], pa.date32()) == ["2024-02-29", ""]
    assert column([True, None], pa.bool_()) == ["true", ""]


def test_missing_and_empty_text_differ() -> None:
    assert csv_bytes(pa.table({"a": ["", None], "b": [1, 2]})) == b'"a","b"\n"",1\n,2\n'


def test_what_csv_has_no_word_for_is_text() -> None:
    assert column([b"\xff\x00"], pa.binary()) == ["ff00"]
    assert column([b"\xff\x00"], pa.binary(2)) == ["ff00"]
    assert column([[1, 2]], pa.list_(pa.int8())) == ["[1,2]"]
    assert column([{"a": "b"}], pa.struct([("a", pa.string())])) == ['{"a":"b"}']
    assert column([pa.MonthDayNano([1, 0, 0])], pa.month_day_nano_interval()) == ["P1M"]
    assert column([None], pa.null()) == [""]


def test_arrow_comes_back_as_it_went() -> None:
    table = pa.table({"a": [1, None], "b": pa.array(["x", "y"]).dictionary_encode(), "c": [[1.5], None]})
    assert pa.ipc.open_stream(arrow_bytes(table)).read_all().equals(table)
    empty = table.slice(0, 0)
    assert pa.ipc.open_stream(arrow_bytes(empty)).read_all().schema == table.schema

"""Whatever Arrow holds, the flat JSON columns decode back to it by the rules of the data answer."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.serving.payload import flat_columns

EXACT = 2**53
EPOCH = dt.datetime.fromtimestamp(0, dt.UTC)


@dataclass(frozen=True)
class Shape:
    """An Arrow type, values for it, and what the answer must hold for a whole column of them."""

    arrow: pa.DataType
    values: st.SearchStrategy[Any]
    type: str
    expected: Callable[[list[Any]], list[Any]]
    text: Callable[[list[Any]], bool] = lambda values: False


def each(say: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    return lambda values: [None if value is None else say(value) for value in values]


def too_big(values: list[Any]) -> bool:
    return any(value is not None and abs(int(value)) > EXACT for value in values)


def whole_numbers(values: list[Any]) -> list[Any]:
    say: Callable[[Any], Any] = (lambda value: str(int(value))) if too_big(values) else int
    return each(say)(values)


def stamps(values: list[dt.datetime | None]) -> list[Any]:
    """Microseconds for all where one has any; UTC times end in Z."""
    spec = "microseconds" if any(value is not None and value.microsecond for value in values) else "seconds"
    return each(lambda value: value.isoformat(timespec=spec).replace("+00:00", "Z"))(values)


def integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high) | st.sampled_from([low, high, 0, min(high, EXACT), min(high, EXACT + 1)])


def decimals(digits: int, scale: int) -> st.SearchStrategy[Decimal]:
    most = 10**digits - 1
    return integers(-most, most).map(lambda whole: Decimal(f"{whole}e-{scale}"))


FLOATS = st.floats(allow_nan=True, allow_infinity=True)
MOMENTS = st.datetimes()
SECONDS = MOMENTS.map(lambda moment: moment.replace(microsecond=0))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SHAPES = {
    "int8": Shape(pa.int8(), st.integers(-128, 127), "integer", whole_numbers, too_big),
    "int64": Shape(pa.int64(), integers(-(2**63), 2**63 - 1), "integer", whole_numbers, too_big),
    "uint64": Shape(pa.uint64(), integers(0, 2**64 - 1), "integer", whole_numbers, too_big),
    "float": Shape(pa.float64(), FLOATS, "float", each(lambda value: value if math.isfinite(value) else None)),
    "float32": Shape(pa.float32(), st.floats(width=32), "float", each(lambda v: v if math.isfinite(v) else None)),
    "decimal": Shape(pa.decimal128(20, 4), decimals(20, 4), "decimal", each(lambda v: f"{v:f}"), lambda v: True),
    "small decimal": Shape(
        pa.decimal128(38, 9), decimals(11, 9), "decimal", each(lambda v: f"{v:.9f}"), lambda v: True
    ),
    "sum of integers": Shape(pa.decimal128(38, 0), decimals(38, 0), "integer", whole_numbers, too_big),
    "boolean": Shape(pa.bool_(), st.booleans(), "boolean", each(bool)),
    "text": Shape(pa.string(), TEXT, "text", each(str)),
    "large text": Shape(pa.large_string(), TEXT, "text", each(str)),
    "enum": Shape(pa.dictionary(pa.int8(), pa.string()), st.sampled_from("abc"), "text", each(str)),
    "date": Shape(pa.date32(), st.dates(), "date", each(lambda value: value.isoformat())),
    "timestamp": Shape(pa.timestamp("us"), MOMENTS | SECONDS, "timestamp", stamps),
    "seconds": Shape(pa.timestamp("s"), SECONDS, "timestamp", stamps),
    "timestamptz": Shape(
        pa.timestamp("us", "America/New_York"),
        st.timedeltas(dt.timedelta(-60_000), dt.timedelta(80_000)).map(lambda passed: EPOCH + passed),
        "timestamptz",
        stamps,
    ),
    "time": Shape(pa.time64("us"), st.times(), "time", each(lambda value: value.isoformat(timespec="microseconds"))),
    "bytes": Shape(pa.binary(), st.binary(max_size=8), "bytes", each(lambda value: value.hex()), lambda v: True),
    "four bytes": Shape(
        pa.binary(4), st.binary(min_size=4, max_size=4), "bytes", each(lambda v: v.hex()), lambda v: True
    ),
    "list": Shape(
        pa.list_(pa.int64()),
        st.lists(st.none() | integers(-(2**63), 2**63 - 1), max_size=3),
        "json",
        each(lambda value: [one if one is None or abs(one) <= EXACT else str(one) for one in value]),
    ),
    "struct": Shape(
        pa.struct([("a", pa.float64()), ("b", pa.list_(pa.date32())), ("c", pa.decimal128(9, 2))]),
        st.fixed_dictionaries({"a": FLOATS, "b": st.lists(st.dates(), max_size=2), "c": decimals(9, 2)}),
        "json",
        each(
            lambda value: {
                "a": value["a"] if math.isfinite(value["a"]) else None,
                "b": [one.isoformat() for one in value["b"]],
                "c": f"{value['c']:.2f}",
            }
        ),
    ),
    "null": Shape(pa.null(), st.none(), "text", lambda values: values),
}


@pytest.mark.parametrize("name", SHAPES)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_column_decodes_back_by_the_rules(name: str, data: st.DataObject) -> None:
    shape = SHAPES[name]
    values = data.draw(st.lists(st.none() | shape.values, max_size=12))
    cut = data.draw(st.integers(0, len(values)))
    chunks = [pa.array(part, shape.arrow) for part in (values[:cut], [], values[cut:])]
    (column,) = flat_columns(pa.table({"props.x": pa.chunked_array(chunks, shape.arrow)}))
    assert (column.name, column.type) == ("props.x", shape.type)
    assert column.encoding == ("text" if shape.text(values) and (too_big_or_text(shape, values)) else "json")
    text = column.json
    assert json.loads(text, parse_constant=refuse) == shape.expected(values)


def too_big_or_text(shape: Shape, values: list[Any]) -> bool:
    return shape.type != "integer" or too_big(values)


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def test_no_chunks_no_rows_no_columns() -> None:
    assert flat_columns(pa.table({})) == []
    for shape in SHAPES.values():
        empty = pa.table({"a": pa.chunked_array([], shape.arrow)})
        (column,) = flat_columns(empty)
        assert column.json == b"[]"
        assert (column.type, column.encoding) == (shape.type, "text" if shape.text([]) else "json")


def test_a_slice_gives_its_own_rows() -> None:
    table = pa.table({"a": list(range(10)), "b": [str(n) for n in range(10)]}).slice(3, 2)
    assert [json.loads(column.json) for column in flat_columns(table)] == [[3, 4], ["3", "4"]]


ENGINE = {
    "DATE 'infinity'": ("date", None),
    "DATE '-infinity'": ("date", None),
    "TIMESTAMP 'infinity'": ("timestamp", None),
    "TIMESTAMPTZ '-infinity'": ("timestamptz", None),
    "'nan'::DOUBLE": ("float", None),
    "'-inf'::FLOAT": ("float", None),
    "[DATE 'infinity']": ("json", [None]),
    "['nan'::DOUBLE, 1]": ("json", [None, 1.0]),
    "TIMESTAMP_NS '2024-01-01 00:00:00.123456789'": ("timestamp", "2024-01-01T00:00:00.123456789"),
    "TIMESTAMP_NS '2024-01-01 00:00:00.5'": ("timestamp", "2024-01-01T00:00:00.500000"),
    "TIMESTAMP_MS '1969-12-31 23:59:59.5'": ("timestamp", "1969-12-31T23:59:59.500000"),
    "TIMESTAMPTZ '2024-01-01 00:00:00+02'": ("timestamptz", "2023-12-31T22:00:00Z"),
    "sum(9007199254740993::BIGINT)": ("integer", "9007199254740993"),
    "sum(3)": ("integer", 3),
    "9223372036854775807::HUGEINT * 10": ("integer", "92233720368547758070"),
    "0::DECIMAL(38,9)": ("decimal", "0.000000000"),
    "1.10::DECIMAL(9,2)": ("decimal", "1.10"),
    "INTERVAL '1 year 2 months 3 days 4.5 seconds'": ("interval", "P1Y2M3DT4.5S"),
    "INTERVAL 0 DAY": ("interval", "PT0S"),
    "[INTERVAL (-1) DAY]": ("json", ["P-1D"]),
    "'101'::BIT": ("bytes", "05fd"),
    "'\\xFF'::BLOB": ("bytes", "ff"),
    "MAP{'a': 1}": ("json", [["a", 1]]),
    "union_value(k := 1)": ("json", 1),
    "'x'::ENUM('x', 'y')": ("text", "x"),
    "TIME '12:00:01.5'": ("time", "12:00:01.500000"),
    "'6d5e4f3c-2b1a-4c8d-9e7f-0a1b2c3d4e5f'::UUID": ("text", "6d5e4f3c-2b1a-4c8d-9e7f-0a1b2c3d4e5f"),
    "NULL::INTEGER": ("integer", None),
}


@pytest.mark.parametrize("expression", ENGINE)
def test_what_the_engine_makes(expression: str) -> None:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'America/New_York'")
        table = con.sql(f"SELECT {expression} AS v").to_arrow_table()
    (column,) = flat_columns(table)
    assert (column.type, *json.loads(column.json)) == ENGINE[expression]

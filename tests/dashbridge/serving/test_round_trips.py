"""Random Arrow tables go out as JSON, Arrow and CSV and are read back equal, by readers that are none of ours."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
import subprocess
from collections.abc import Callable
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.serving import arrow_bytes, csv_bytes
from dashbridge.serving.payload import flat_columns, object_pieces
from emulator.process import HOME

CONTEXT = Context(prec=80)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(['"', "\\", "\x00", "\x1f", ""])
FLOATS = st.floats(allow_nan=True, allow_infinity=True)
EPOCH = dt.datetime.fromtimestamp(0, dt.UTC)
NAIVE = st.datetimes()
ZONED = st.timedeltas(dt.timedelta(-700_000), dt.timedelta(2_900_000)).map(lambda passed: EPOCH + passed)


def whole(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high) | st.sampled_from([low, high, 0])


def decimals(digits: int, scale: int) -> st.SearchStrategy[Decimal]:
    return whole(-(10**digits) + 1, 10**digits - 1).map(lambda number: Decimal(number).scaleb(-scale, CONTEXT))


LEAVES: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
    *((kind, whole(-(2 ** (kind.bit_width - 1)), 2 ** (kind.bit_width - 1) - 1)) for kind in (pa.int8(), pa.int64())),
    *((kind, whole(0, 2**kind.bit_width - 1)) for kind in (pa.uint16(), pa.uint64())),
    (pa.float64(), FLOATS),
    (pa.float32(), st.floats(width=32)),
    (pa.bool_(), st.booleans()),
    *((kind, TEXT) for kind in (pa.string(), pa.large_string(), pa.string_view())),
    *((kind, st.binary(max_size=5)) for kind in (pa.binary(), pa.large_binary(), pa.binary_view())),
    (pa.binary(3), st.binary(min_size=3, max_size=3)),
    *(
        (pa.decimal128(digits, scale), decimals(digits, scale))
        for digits, scale in ((9, 2), (18, 18), (38, 9), (38, 0))
    ),
    (pa.decimal256(60, 20), decimals(60, 20)),
    (pa.date32(), st.dates()),
    (pa.timestamp("s"), NAIVE.map(lambda one: one.replace(microsecond=0))),
    (pa.timestamp("us"), NAIVE),
    (pa.timestamp("us", "America/New_York"), ZONED),
    (pa.time64("us"), st.times()),
    (pa.duration("us"), st.timedeltas(dt.timedelta(-9999), dt.timedelta(9999))),
    (pa.null(), st.none()),
]


def leaf() -> st.SearchStrategy[tuple[pa.DataType, st.SearchStrategy[Any]]]:
    return st.sampled_from(LEAVES)


def around(inner: tuple[pa.DataType, st.SearchStrategy[Any]], how: str) -> tuple[pa.DataType, st.SearchStrategy[Any]]:
    kind, values = inner
    some = st.lists(st.none() | values, max_size=3)
    if how == "list":
        return pa.list_(kind), some
    if how == "two":
        return pa.list_(kind, 2), st.lists(st.none() | values, min_size=2, max_size=2)
    if how == "struct":
        return pa.struct([("a", kind), ('b"', pa.int64())]), st.fixed_dictionaries(
            {"a": values, 'b"': st.integers(0, 9)}
        )
    return pa.map_(pa.string(), kind), st.lists(st.tuples(TEXT, st.none() | values), max_size=2)


SHAPES = leaf() | st.builds(around, leaf(), st.sampled_from(["list", "two", "struct", "map"]))


@st.composite
def columns(draw: st.DrawFn) -> tuple[pa.ChunkedArray, list[Any]]:
    """A column in chunks, some of them empty or cut out of longer ones, and its values."""
    kind, values = draw(SHAPES)
    rows = draw(st.lists(st.none() | values, max_size=8))
    cut = draw(st.integers(0, len(rows)))
    before = pa.array([*rows[:cut], *rows[:1]], kind)
    return pa.chunked_array([before.slice(0, cut), pa.array([], kind), pa.array(rows[cut:], kind)], kind), rows


@st.composite
def tables(draw: st.DrawFn) -> tuple[pa.Table, list[list[Any]]]:
    found = draw(st.lists(columns(), min_size=1, max_size=3))
    rows = min(len(values) for _, values in found)
    names = [f"c{place}" for place in range(len(found))]
    return pa.table([one.slice(0, rows) for one, _ in found], names), [values[:rows] for _, values in found]


def read(kind: pa.DataType, said: Any) -> Any:
    """The value that a JSON value of such a column stands for, by Python's own means."""
    kinds = pa.types
    if said is None or kinds.is_boolean(kind) or kinds.is_null(kind):
        return said
    if kinds.is_list(kind) or kinds.is_fixed_size_list(kind):
        return [read(kind.value_type, one) for one in said]
    if kinds.is_map(kind):
        return [(key, read(kind.item_type, one)) for key, one in said]
    if kinds.is_struct(kind):
        return {field.name: read(field.type, said[field.name]) for field in kind}
    if kinds.is_duration(kind):
        seconds = re.fullmatch(r"PT(-?[0-9.]+)S", said)
        assert seconds is not None
        return dt.timedelta(microseconds=int(Decimal(seconds[1]) * 10**6))
    return next((take for test, take in READERS if test(kind)), str)(said)


READERS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[Any], Any]], ...] = (
    (pa.types.is_integer, int),
    (pa.types.is_floating, float),
    (pa.types.is_decimal, Decimal),
    (pa.types.is_date, dt.date.fromisoformat),
    (pa.types.is_timestamp, dt.datetime.fromisoformat),
    (pa.types.is_time, dt.time.fromisoformat),
    (lambda kind: "binary" in str(kind), bytes.fromhex),
)


def finite(value: Any) -> Any:
    """A value as answers have it: NaN and infinities are missing, and -0.0 is not 0.0."""
    if isinstance(value, float):
        return (value, math.copysign(1, value)) if math.isfinite(value) else None
    if isinstance(value, list):
        return [finite(one) for one in value]
    if isinstance(value, tuple):
        return tuple(finite(one) for one in value)
    if isinstance(value, dict):
        return {name: finite(one) for name, one in value.items()}
    return value


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


@given(tables())
@settings(max_examples=100, deadline=None)
def test_json_reads_back_equal(made: tuple[pa.Table, list[list[Any]]]) -> None:
    table, rows = made
    flat = flat_columns(table)
    body = json.loads(b"".join(object_pieces(flat)), parse_constant=refuse)
    assert list(body) == table.column_names
    for column, values in zip(flat, rows, strict=True):
        found = body[column.name]
        assert [finite(read(column.column.type, one)) for one in found] == [finite(value) for value in values]
        if column.encoding == "text":
            assert all(one is None or isinstance(one, str) for one in found)
        for one in found:
            assert not isinstance(one, int) or abs(one) <= 2**53


@given(tables())
@settings(max_examples=40, deadline=None)
def test_arrow_reads_back_equal(made: tuple[pa.Table, list[list[Any]]]) -> None:
    table, rows = made
    found = pa.ipc.open_stream(arrow_bytes(table)).read_all()
    for column, values in zip(found.columns, rows, strict=True):
        assert [kept(one) for one in column.to_pylist()] == [kept(one) for one in values]


def kept(value: Any) -> Any:
    """A value that can be compared: NaN is itself, a moment the same in every zone."""
    if isinstance(value, list | tuple):
        return [kept(one) for one in value]
    if isinstance(value, dict):
        return {name: kept(one) for name, one in value.items()}
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC)
    return repr(value) if isinstance(value, float) else value


@given(tables())
@settings(max_examples=40, deadline=None)
def test_csv_reads_back_equal(made: tuple[pa.Table, list[list[Any]]]) -> None:
    table, rows = made
    head, *lines = csv.reader(io.StringIO(csv_bytes(table).decode(), newline=""))
    assert head == table.column_names
    assert len(lines) == table.num_rows
    for place, (column, values) in enumerate(zip(table.columns, rows, strict=True)):
        cells = [line[place] if line else "" for line in lines]
        for cell, value in zip(cells, values, strict=True):
            if isinstance(value, str):
                assert cell in (value, "'" + value)
            else:
                nested = pa.types.is_nested(column.type) or pa.types.is_boolean(column.type)
                taken = None if cell == "" else json.loads(cell) if nested else cell
                empty = finite(value) is None or value == b""
                assert empty if taken is None else finite(read(column.type, taken)) == finite(value)


FAR = {
    "DATE '12024-02-29'": "+012024-02-29",
    "DATE '0044-03-15 (BC)'": "-000043-03-15",
    "DATE '0001-12-31 (BC)'": "0000-12-31",
    "DATE '9999-12-31'": "9999-12-31",
    "TIMESTAMP '294246-01-01 01:02:03.5'": "+294246-01-01T01:02:03.500000",
    "TIMESTAMP '100000-03-01 (BC) 00:00:01'": "-099999-03-01T00:00:01",
    "TIMESTAMP_S '20000-01-01 00:00:00'": "+020000-01-01T00:00:00",
    "TIME '24:00:00'": "24:00:00.000000",
    "[TIMESTAMP '20000-01-01 00:00:00', NULL]": ["+020000-01-01T00:00:00.000000", None],
    "{'a': MAP{'x': [1.50::DECIMAL(9,2)]}}": {"a": [["x", ["1.50"]]]},
    "[9007199254740993, 1]": ["9007199254740993", 1],
}


@pytest.mark.parametrize("expression", FAR)
def test_what_lies_far_out_is_exact_beside_what_does_not(expression: str) -> None:
    with duckdb.connect() as con:
        table = con.sql(f"SELECT {expression} AS v UNION ALL SELECT NULL").to_arrow_table()
    (column,) = flat_columns(table)
    found = json.loads(column.json)
    assert sorted(found, key=lambda one: one is None) == [FAR[expression], None]


@pytest.mark.slow
def test_pieces_of_long_columns_join(tmp_path: Path) -> None:
    """More rows than go into one piece, of every width, read by DuckDB, pandas and Arrow."""
    rows = 200_001
    with duckdb.connect() as con:
        sent = con.sql(LONG.format(rows=rows)).to_arrow_table()
        body = b"".join(object_pieces(flat_columns(sent)))
        (tmp_path / "answer.json").write_bytes(body)
        (tmp_path / "answer.csv").write_bytes(csv_bytes(sent))
        subprocess.run([PANDAS, "-c", READ_BY_PANDAS], cwd=tmp_path, check=True)
        frame, numbers = (pa.ipc.open_file(tmp_path / name).read_all() for name in ("json.arrow", "csv.arrow"))
        assert len(frame) == rows
        again = pa.ipc.open_stream(arrow_bytes(sent)).read_all()
        assert pa.types.is_dictionary(again.schema.field("few").type)
        assert not pa.types.is_dictionary(again.schema.field("many").type)
        same = "SELECT count(*) FROM {0} a POSITIONAL JOIN {1} b WHERE {2}"
        names = sent.column_names
        alike = " AND ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in names)
        assert con.sql(same.format("again", "sent", alike)).fetchall() == [(rows,)]
        kinds = zip(names, con.sql("FROM sent").types, strict=True)
        typed = "SELECT " + ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in kinds)
        assert con.sql(same.format(f"({typed} FROM frame)", "sent", alike)).fetchall() == [(rows,)]
    assert numbers["n"].to_pylist() == list(range(rows))


PANDAS = HOME / "bin" / "python"
READ_BY_PANDAS = """
import json, pandas, pyarrow.feather as feather
feather.write_feather(pandas.DataFrame(json.load(open("answer.json"))), "json.arrow", compression="uncompressed")
feather.write_feather(pandas.read_csv("answer.csv"), "csv.arrow", compression="uncompressed")
"""

LONG = """
SELECT i AS n, CASE WHEN i % 10 > 0 THEN 'region "' || (hash(i, 1) % 200) END AS few, 'customer ' || hash(i, 2) AS many,
    DATE '2020-01-01' + CAST(hash(i, 3) % 2000 AS INTEGER) AS day, (hash(i) % 1000) / 7.0::DOUBLE AS ratio,
    TIMESTAMP '2020-01-01' + to_microseconds(CAST(hash(i, 4) % 100000000000000 AS BIGINT)) AS moment,
    CAST((CAST(hash(i, 6) % 100000000 AS BIGINT) - 50000000) / 100.0 AS DECIMAL(12, 2)) AS amount,
    CASE WHEN i % 7 > 0 THEN i % 3 = 0 END AS flag
FROM range({rows}) t(i)
"""

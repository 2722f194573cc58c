"""Files as people have them: what they become, and what is said of those that are none."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from dashbridge.kit import DashbridgeError
from dashbridge.warehouse.intake.names import column_names, plain_name
from dashbridge.warehouse.intake.tabular import read_upload

MOST = 1 << 26
at = datetime.fromisoformat


def read(data: bytes, folder: Path) -> pa.Table:
    path = folder / "file"
    path.write_bytes(data)
    return read_upload(path, most_bytes=MOST)


CSV: dict[str, tuple[bytes, dict[str, list[Any]]]] = {
    "plain": (b"a,b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}),
    "a BOM": (b"\xef\xbb\xbfName,N\nx,1\n", {"name": ["x"], "n": [1]}),
    "UTF-16": ("Name\tN\nż\t1\n".encode("utf-16"), {"name": ["ż"], "n": [1]}),
    "semicolons and decimal commas": (b"a;b\n1,5;x\n2,25;y\n", {"a": [1.5, 2.25], "b": ["x", "y"]}),
    "tabs": (b"a\tb\n1\t2,3\n", {"a": [1], "b": [2.3]}),
    "pipes": (b"a|b\n1|2\n", {"a": [1], "b": [2]}),
    "quotes": (b'a,b\n"x, ""y""","1\n2"\n', {"a": ['x, "y"'], "b": ["1\n2"]}),
    "CRLF, blank lines": (b"\r\n\r\na,b\r\n1,2\r\n\r\n3,4\r\n", {"a": [1, 3], "b": [2, 4]}),
    "old line ends": (b"a,b\r1,2\r", {"a": [1], "b": [2]}),
    "one column": (b"city\nOslo\nRoma\n", {"city": ["Oslo", "Roma"]}),
    "ids with zeros": (b"zip,n\n00123,0\n10115,1\n", {"zip": ["00123", "10115"], "n": [0, 1]}),
    "long ids": (
        b"a,b\n12345678901234567890,+4930\n1,+49\n",
        {"a": ["12345678901234567890", "1"], "b": ["+4930", "+49"]},
    ),
    "big numbers": (b"a\n123456789012345678\n-1\n", {"a": [123456789012345678, -1]}),
    "inexact numbers": (b"a\n1234567890123456.5\n1\n", {"a": ["1234567890123456.5", "1"]}),
    "numbers": (b"a,b\n1e3,-.5\n2.,NaN\n", {"a": [1000.0, 2.0], "b": [-0.5, None]}),
    "a number too far": (b"a\n1e999\n", {"a": ["1e999"]}),
    "nothing": (b"a,b,c\n1,,NA\nNA,x,\n", {"a": [1, None], "b": [None, "x"], "c": ["NA", None]}),
    "NA is a country": (b"land,n\nNA,1\nDE,2\n", {"land": ["NA", "DE"], "n": [1, 2]}),
    "truth": (b"a,b\ntrue,yes\nFALSE,no\n", {"a": [True, False], "b": ["yes", "no"]}),
    "days": (b"a\n2024-02-29\n\n2024-03-01\n", {"a": [date(2024, 2, 29), date(2024, 3, 1)]}),
    "no such day": (b"a\n2024-02-30\n", {"a": ["2024-02-30"]}),
    "German days": (b"a\n29.2.2024\n", {"a": [date(2024, 2, 29)]}),
    "American days": (b"a\n3/14/2024\n1/2/2024\n", {"a": [date(2024, 3, 14), date(2024, 1, 2)]}),
    "British days": (b"a\n14/3/2024\n1/2/2024\n", {"a": [date(2024, 3, 14), date(2024, 2, 1)]}),
    "days of two readings": (b"a\n1/2/2024\n", {"a": ["1/2/2024"]}),
    "moments": (
        b"a\n2024-01-02 03:04\n2024-01-02T03:04:05.25\n",
        {"a": [at("2024-01-02T03:04"), at("2024-01-02T03:04:05.250")]},
    ),
    "moments of a zone": (b"a\n2024-01-02T03:04:05+01:00\n", {"a": [at("2024-01-02T02:04:05+00:00")]}),
    "formulas": (b"a,b\n=1+1,\"=cmd|'/c calc'!A0\"\n", {"a": ["=1+1"], "b": ["=cmd|'/c calc'!A0"]}),
    "names": (
        b"Order ID,Gr\xc3\xb6\xc3\x9fe,Order id,2024,,select\n1,2,3,4,5,6\n",
        {"order_id": [1], "grosse": [2], "order_id_2": [3], "column_2024": [4], "column_5": [5], "select": [6]},
    ),
    "a column of nothing": (b"a,b,\n1,2,\n3,4,\n", {"a": [1, 3], "b": [2, 4]}),
    "no header": (b"1,2.5\n3,4.5\n", {"column_1": [1, 3], "column_2": [2.5, 4.5]}),
    "a huge field": (b'a,b\n"' + b"x" * 900_000 + b'",1\n', {"a": ["x" * 900_000], "b": [1]}),
    "markup in values": (b"a\n<script>alert(1)</script>\n", {"a": ["<script>alert(1)</script>"]}),
}


@pytest.mark.parametrize("name", CSV)
def test_a_csv_becomes_what_it_says(name: str, tmp_path: Path) -> None:
    data, wanted = CSV[name]
    assert read(data, tmp_path).to_pydict() == wanted


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty_upload"),
    "blank": (b"\xef\xbb\xbf \n\n", "empty_upload"),
    "a header alone": (b"a,b,c\n", "empty_upload"),
    "bytes": (b"a,b\n1,\0\n", "not_a_table_file"),
    "latin": (b"a,b\n1,2\n3,\xe9t\xe9\n", "not_utf8"),
    "a cut UTF-16": (b"\xff\xfea", "not_a_table_file"),
    "a spreadsheet": (b"PK\x03\x04" + b"\0" * 50, "not_a_table_file"),
    "gzip": (b"\x1f\x8b\x08" + b"\0" * 50, "not_a_table_file"),
    "JSON": (b'[{"a": 1}]', "not_a_table_file"),
    "HTML": (b"<!doctype html><p>hello", "not_a_table_file"),
    "ragged": (b"a,b\n1,2\n1,2,3\n", "ragged_rows"),
    "short": (b"a,b,c\n1,2,3\n1,2\n", "ragged_rows"),
    "an open quote": (b'a,b\n1,"2\n3,4\n', "open_quote"),
    "a cell beyond": (b'a,b\n"' + b"x" * 1_100_000 + b'",1\n', "value_too_large"),
    "501 columns": (b",".join(b"c%d" % n for n in range(501)) + b"\n" + b"," * 500 + b"\n", "too_many_columns"),
    "no Parquet": (b"PAR1" + b"\xff" * 200 + b"PAR1", "bad_parquet"),
    "half a Parquet": (b"PAR1abc", "bad_parquet"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_told(name: str, tmp_path: Path) -> None:
    data, code = REFUSED[name]
    with pytest.raises(DashbridgeError) as refused:
        read(data, tmp_path)
    assert refused.value.code == code, refused.value
    assert 400 <= refused.value.status < 500
    assert str(tmp_path) not in str(refused.value)


def test_the_line_of_a_wrong_byte_is_told(tmp_path: Path) -> None:
    with pytest.raises(DashbridgeError, match="Line 3 is not UTF-8 text"):
        read(REFUSED["latin"][0], tmp_path)
    with pytest.raises(DashbridgeError, match="Row 3 has 3 columns, not 2"):
        read(REFUSED["ragged"][0], tmp_path)


def test_the_length_of_a_file_is_no_limit_for_what_is_read_next(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    read(b"a,b\n1,2\n", tmp_path)
    assert csv.field_size_limit() >= limit


def parquet(table: pa.Table, **how: Any) -> bytes:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink, **how)
    return sink.getvalue()


def test_a_parquet_keeps_its_types(tmp_path: Path) -> None:
    moment = at("2024-01-02T03:04:05")
    table = pa.table(
        {
            "Order ID": pa.array(["007", None]),
            "at": pa.array([moment, None], pa.timestamp("ns")),
            "none": pa.nulls(2),
            "list": [[1], None],
        }
    )
    found = read(parquet(table), tmp_path)
    assert found.schema.names == ["order_id", "at", "none", "list"]
    assert found.schema.field("at").type == pa.timestamp("us")
    assert found.to_pydict() == {
        "order_id": ["007", None],
        "at": [moment, None],
        "none": [None] * 2,
        "list": [[1], None],
    }


def test_a_parquet_bomb_is_stopped(tmp_path: Path) -> None:
    bomb = parquet(pa.table({"a": pa.repeat(pa.scalar(7, pa.int64()), 10_000_000)}), compression="zstd")
    assert len(bomb) < 1_000_000
    with pytest.raises(DashbridgeError) as refused:
        read(bomb, tmp_path)
    assert refused.value.code == "too_large_unpacked"
    for broken in (bomb[:1000], bomb[:-20] + b"\0" * 20, bomb.replace(b"\x15", b"\x16")):
        with pytest.raises(DashbridgeError):
            read(broken, tmp_path)


def test_names_are_plain_and_no_two_alike() -> None:
    assert plain_name("  Umsatz (€) 2024 ", "table") == "umsatz_2024"
    assert plain_name("'; DROP TABLE x --", "table") == "drop_table_x"
    assert plain_name("日本", "table") == "table"
    assert plain_name("2024", "table") == "table_2024"
    assert len(plain_name("x" * 500, "table")) == 60
    assert column_names(["a", "A", "a_2", "", "日本", "a"]) == ["a", "a_2", "a_2_2", "column_4", "column_5", "a_3"]

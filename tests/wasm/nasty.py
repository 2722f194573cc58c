"""A table of values on which engines differ: ends of types, halves, days before the epoch, texts of every kind.

`k` numbers the rows, `g` groups them; i BIGINT, n INTEGER, h HUGEINT, d DECIMAL(12,2), e DECIMAL(20,6), f DOUBLE,
s and t VARCHAR, day DATE, made TIMESTAMP, clock TIME, flag BOOLEAN. `common_calls.txt` holds expressions over it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

ROWS = 99
TEXTS = [
    "AA", "O'Hare", '"quoted"', "back\\slash", "", "null", "NULL", "🛫 emoji", "👩‍👩‍👧 family", "\u202eRTL", "e\u0301",
    "é", "İstanbul", "ıI", "straße", "ΑΣ", "日本語", " padded ", "\ttab", "a.b*c", "%", "_", "x\ny", "2013-02-29",
    "12", "-3.5", "1e400", "true", "ａ", "ﬁ", "Ångström", "a,b,,c", "\u00a0nbsp", None,
]  # fmt: skip
BIG = [0, 1, -1, 7, -7, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 100, 12345, 3, 10**15 + 7, None]
SMALL = [0, 1, -1, 5, -5, 2**31 - 1, -(2**31), 10, None]
CENTS = ["0.00", "0.01", "-0.01", "2.50", "-2.50", "0.05", "1.15", "-1.15", "9999999999.99", "-9999999999.99", "3.45"]
MILLIONTHS = ["0.000001", "-12345678.654321", "2.500000"]
DOUBLES = [0.0, -0.0, 0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1e-7, 1e15, 123456.789, 0.1, -7.25, 1e300, 3.0, None]
DAYS = [
    "1970-01-01", "1969-12-31", "2000-02-29", "2013-01-01", "2013-12-31", "2012-12-31", "1899-03-01", "2400-02-28",
    "2016-01-03", "2015-12-28", "2026-11-21", "0001-01-01", "9999-12-31",
]  # fmt: skip
TIMES = [
    "2013-01-01 00:00:00", "2013-12-31 23:59:59.999999", "1969-12-31 23:59:59.5", "2012-02-29 12:30:15.000001",
    "1900-01-01 06:00:00", "2026-03-08 02:30:00", "2013-07-04 18:45:30.25",
]  # fmt: skip


def nasty_rows() -> pa.Table:
    """The table as Arrow; its HUGEINT crosses as a decimal."""
    huge = [None if one is None else Decimal(one) * 1000 for one in BIG]
    columns: dict[str, tuple[pa.DataType, Sequence[Any]]] = {
        "k": (pa.int64(), range(ROWS)),
        "g": (pa.int64(), range(4)),
        "i": (pa.int64(), BIG),
        "n": (pa.int32(), SMALL),
        "h": (pa.decimal128(38, 0), huge),
        "d": (pa.decimal128(12, 2), [*map(Decimal, CENTS), None]),
        "e": (pa.decimal128(20, 6), [*map(Decimal, MILLIONTHS), None]),
        "f": (pa.float64(), DOUBLES),
        "s": (pa.string(), TEXTS),
        "t": (pa.string(), ["a", "", "O", "null", "é", None, "a"]),
        "day": (pa.date32(), [*map(dt.date.fromisoformat, DAYS), None]),
        "made": (pa.timestamp("us"), [*map(dt.datetime.fromisoformat, TIMES), None]),
        "clock": (pa.time64("us"), [dt.time(0), dt.time(23, 59, 59, 999999), dt.time(12, 30), None, None]),
        "flag": (pa.bool_(), [True, False, None]),
    }
    arrays = [pa.array([values[at % len(values)] for at in range(ROWS)], kind) for kind, values in columns.values()]
    return pa.table(arrays, list(columns))


def nasty_server() -> duckdb.DuckDBPyConnection:
    """The server's engine with the table as `insight_data`."""
    connection = duckdb.connect()
    connection.register("insight_rows", nasty_rows())
    connection.execute("CREATE TABLE insight_data AS SELECT * REPLACE (CAST(h AS HUGEINT) AS h) FROM insight_rows")
    return connection

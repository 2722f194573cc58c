"""Random tables, and the author's queries over them. Every query gives the same columns; `rid` is unique in each."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import duckdb
import pyarrow as pa

TEXTS = [
    "AA", "aa", "O'Hare", '"quoted"', "back\\slash", "${ref(one).value}", "' OR 1=1 --", "🛫 emoji", "\u202eRTL", "",
    "null", "NULL", "all", "none", "=all", "?", "why?", "a;b", "%", "_", "$1", "x\ny", "'; DROP TABLE facts; --", "é",
    "e\u0301", "null island", "10", "\u0001",
]  # fmt: skip
KINDS = ["A", "B", "null", "", None]
WHOLE = [0, 1, 2, 3, 4, 5, -1, -2, 6, None]
BIG = [2**53 + 1, 2**53 + 2, -(2**53) - 1, 2**62 + 3, 10, 0, -7, None]
PRICES = ["0.10", "1.10", "-2.50", "9999999.99", "0.00", "3.30", "2.50", None]
AMOUNTS = [0.0, 0.125, 0.5, -0.5, 1.5, 2.5, 1024.625, -33.25, 100000.875, None]
DAYS = ["2012-12-31", "2013-01-01", "2013-01-31", "2013-02-28", "2013-03-01", "2013-06-15", "2013-12-31", "2016-02-29"]
TIMES = ["2012-12-31 23:59:59.5", "2013-01-01 00:00:00", "2013-01-31 12:30:15.25", "2013-06-15 23:59:59.999999"]

_COLUMNS = 'city, {kind}, day, made, n, big, price, amount, flag, "odd ""name", "Order"'
_PLAIN, _JOINED = _COLUMNS.format(kind="kind"), _COLUMNS.format(kind="d.kind AS kind")
QUERIES = [
    f"SELECT rid, {_PLAIN} FROM facts",
    "SELECT * FROM facts;",
    f"SELECT rid, {_JOINED} FROM facts f JOIN dims d ON f.n = d.n2",
    "SELECT f.* EXCLUDE (kind), coalesce(d.kind, 'no') AS kind FROM facts f LEFT JOIN dims d ON f.n = d.n2 -- a join",
    "SELECT min(rid) AS rid, city, kind, max(day) AS day, min(made) AS made, n, sum(big) AS big, sum(price) AS price,"
    ' max(amount) AS amount, bool_or(flag) AS flag, min("Order") AS "Order", max("odd ""name") AS "odd ""name"'
    " FROM facts GROUP BY city, kind, n",
    "WITH good AS (SELECT * FROM facts WHERE n IS NULL OR n < 5) SELECT * REPLACE (upper(kind) AS kind) FROM good",
    "SELECT * FROM facts WHERE kind = 'A' UNION ALL SELECT * FROM facts WHERE kind IS DISTINCT FROM 'A'",
]


def fill(connection: duckdb.DuckDBPyConnection, rows: list[int]) -> None:
    """Make `facts` and `dims` anew; each number stands for one row."""
    names = ("rid", "city", "kind", "day", "made", "n", "big", "price", "amount", "flag", 'odd "name', "Order")
    made = [(at, *_row(seed)) for at, seed in enumerate(rows)]
    columns = list(zip(*made, strict=True)) if made else [()] * len(names)
    kinds = [pa.int64(), pa.string(), pa.string(), pa.date32(), pa.timestamp("us"), pa.int32(), pa.int64()]
    kinds += [pa.decimal128(12, 2), pa.float64(), pa.bool_(), pa.string(), pa.string()]
    facts = pa.table([pa.array(one, kind) for one, kind in zip(columns, kinds, strict=True)], list(names))
    connection.register("drawn", facts)
    connection.execute("CREATE OR REPLACE TABLE facts AS FROM drawn")
    connection.unregister("drawn")


def make_dims(connection: duckdb.DuckDBPyConnection) -> None:
    """The table that `facts` is joined with: at most one row for each n."""
    rows = "(0, 'A'), (1, 'B'), (2, NULL), (3, 'null'), (4, ''), (5, 'A')"
    connection.execute(f"CREATE TABLE dims AS FROM (VALUES {rows}) AS d(n2, kind)")


def _row(seed: int) -> tuple[object, ...]:
    pick = random.Random(seed).choice
    cities = TEXTS[:3] if seed % 3 else TEXTS
    price = pick(PRICES)
    return (
        None if seed % 11 == 7 else pick(cities),
        pick(KINDS),
        None if seed % 13 == 5 else dt.date.fromisoformat(pick(DAYS)),
        None if seed % 17 == 3 else dt.datetime.fromisoformat(pick(TIMES)),
        pick(WHOLE),
        pick(BIG),
        None if price is None else Decimal(price),
        pick(AMOUNTS),
        pick([True, False, None]),
        pick(KINDS),
        pick(TEXTS),
    )

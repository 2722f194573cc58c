"""What the suite of warehouses says in each dialect, and what only one engine can be asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashbridge.warehouse.base import Kind


@dataclass(frozen=True)
class Words:
    """Statements of one dialect."""

    references: list[tuple[str, list[str]]]  # and the tables that a dry run names
    refused: list[str]
    not_selects: list[str]
    own_tables: list[str]
    endless: str
    many_rows: str  # over 10, and where rows come lazily without an end
    fails_late: str
    types: str
    row: dict[str, Any]
    kinds: dict[str, Kind]
    whole_numbers: list[int]
    instant: str
    casts: list[tuple[str, str | None, Any]]


_COMMON = [
    ("SELECT 1", []),
    ("SELECT count(*) FROM flights", ["main.flights"]),
    ("SELECT * FROM flights WHERE 1 = 0", ["main.flights"]),
    ("SELECT * FROM late", ["main.flights", "main.late"]),
    ("WITH x AS (SELECT * FROM ref.carriers) SELECT name, id FROM x, flights", ["main.flights", "ref.carriers"]),
    ("WITH flights AS (SELECT * FROM main.flights) SELECT * FROM flights", ["main.flights"]),
]
_REFUSED = ["", "SELEC 1", "SELECT nope FROM flights", "SELECT * FROM nosuch"]
_MOMENT = dt.datetime.fromisoformat("2013-02-28T01:02:03")

DUCKDB = Words(
    references=[
        *_COMMON,
        ("SELECT name FROM REF.Named", ["main.flights", "ref.carriers", "ref.named"]),
        ("SELECT (SELECT max(name) FROM ref.carriers) FROM range(3)", ["ref.carriers"]),
        ("SELECT * FROM query('SELECT * FROM ref.carriers')", ["ref.carriers"]),
    ],
    refused=[*_REFUSED, "SELECT 1; SELECT 2"],
    not_selects=["CREATE TABLE x AS SELECT 1", "DROP TABLE flights", "SET VARIABLE a = 1", "CHECKPOINT"],
    own_tables=["SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_tables()"],
    endless="SELECT count(*) FROM range(1000000000000) a, range(1000000) b",
    many_rows="SELECT * FROM range(1000000000000)",
    fails_late="SELECT CASE WHEN range < 200000 THEN 1 ELSE CAST('x' || range AS INT) END AS v FROM range(400000)",
    types="""SELECT 1.10::DECIMAL(9,2) AS dec, (2::HUGEINT ** 60)::HUGEINT AS big,
        'b'::ENUM('a', 'b') AS enum, [1, NULL, 3] AS list, {'a': 1, 'b': 'x'} AS struct,
        TIMESTAMPTZ '2020-01-01 00:00:00+00' AS tz, NULL AS nothing,
        'ab'::BLOB AS bytes, TIME '01:02:03' AS clock, true AS yes, DATE '2020-02-29' AS day, MAP {'k': 1} AS map,
        '{"a": 1}'::JSON AS json, uuid '00000000-0000-0000-0000-000000000001' AS id,
        'NaN'::DOUBLE AS nan, INTERVAL '1 month 2 days 3 seconds' AS gap""",
    row={"big": 2**60, "enum": "b", "list": [1, None, 3], "struct": {"a": 1, "b": "x"}, "map": [("k", 1)]},
    kinds={
        "big": Kind.INTEGER,
        "enum": Kind.TEXT,
        "list": Kind.LIST,
        "struct": Kind.STRUCT,
    },
    whole_numbers=[0, -(2**63), 2**63 - 1, 2**100],
    instant="SELECT ?::TIMESTAMPTZ AS v",
    casts=[
        ("CAST(? AS BIGINT)", "9223372036854775807", 2**63 - 1),
        ("CAST(? AS BIGINT)", "-9223372036854775808", -(2**63)),
        ("CAST(? AS HUGEINT) = CAST(? AS HUGEINT)", "170141183460469231731687303715884105727", True),
        ("CAST(? AS DECIMAL(38, 9))", "1.10", Decimal("1.100000000")),
        ("CAST(? AS DATE)", "2013-02-28", dt.date(2013, 2, 28)),
        ("CAST(? AS TIMESTAMP)", "2013-02-28 01:02:03", _MOMENT),
        ("CAST(? AS VARCHAR)", "' OR 1=1 --", "' OR 1=1 --"),
        ("CAST(? AS VARCHAR)", None, None),
        ("CAST(? AS BIGINT)", None, None),
    ],
)

BIGQUERY = Words(
    references=[
        *_COMMON,
        ("SELECT name FROM ref.named", ["main.flights", "main.late", "ref.carriers", "ref.named"]),
        ("SELECT name FROM `shop.ref.carriers`", ["ref.carriers"]),
        ("SELECT (SELECT max(name) FROM ref.carriers) FROM UNNEST([1, 2, 3])", ["ref.carriers"]),
    ],
    refused=[*_REFUSED, "SELECT * FROM FLIGHTS", "SELECT 1 AS a, 2 AS a"],
    not_selects=[
        "CREATE TABLE x AS SELECT 1",
        "DROP TABLE flights",
        "DELETE FROM flights WHERE TRUE",
        "SELECT 1; SELECT 2",
    ],
    own_tables=["SELECT * FROM INFORMATION_SCHEMA.NOSUCH"],
    endless="SELECT count(*) FROM UNNEST(GENERATE_ARRAY(1, 100000)) a, UNNEST(GENERATE_ARRAY(1, 100000)) b, "
    "UNNEST(GENERATE_ARRAY(1, 100000)) c",
    many_rows="SELECT v FROM UNNEST(GENERATE_ARRAY(1, 5000)) AS v",
    fails_late="SELECT CAST(IF(v < 3000, '1', 'x') AS INT64) AS v FROM UNNEST(GENERATE_ARRAY(1, 4000)) AS v",
    types="""SELECT NUMERIC '1.10' AS dec, 1152921504606846976 AS big, 'b' AS enum, [1, 2, 3] AS list,
        STRUCT(1 AS a, 'x' AS b) AS struct, TIMESTAMP '2020-01-01 00:00:00+00' AS tz, NULL AS nothing,
        CAST('ab' AS BYTES) AS bytes, TIME '01:02:03' AS clock, TRUE AS yes, DATE '2020-02-29' AS day,
        PARSE_JSON('{"a": 1}') AS json, CAST('NaN' AS FLOAT64) AS nan, INTERVAL 2 DAY AS gap""",
    row={"big": 2**60, "enum": "b", "list": [1, 2, 3], "struct": {"a": 1, "b": "x"}},
    kinds={"big": Kind.INTEGER, "enum": Kind.TEXT, "list": Kind.LIST, "struct": Kind.STRUCT},
    whole_numbers=[0, -(2**63), 2**63 - 1, 2**80],
    instant="SELECT CAST(? AS TIMESTAMP) AS v",
    casts=[
        ("CAST(? AS INT64)", "9223372036854775807", 2**63 - 1),
        ("CAST(? AS INT64)", "-9223372036854775808", -(2**63)),
        ("CAST(? AS NUMERIC)", "1.10", Decimal("1.100000000")),
        ("CAST(? AS DATE)", "2013-02-28", dt.date(2013, 2, 28)),
        ("CAST(? AS DATETIME)", "2013-02-28 01:02:03", _MOMENT),
        ("CAST(? AS STRING)", "' OR 1=1 --", "' OR 1=1 --"),
        ("CAST(? AS STRING)", None, None),
        ("CAST(? AS INT64)", None, None),
    ],
)

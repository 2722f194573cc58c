"""What a BigQuery dashboard's post-query may say: the emulator, DuckDB and the browser's DuckDB on edge values.

The emulator is DuckDB underneath. Where it departs from BigQuery's documentation, or cannot say, `DOCUMENTED` has the
answer that the documentation gives.
"""

from __future__ import annotations

import math
from typing import Any

import duckdb
import pytest

from dashbridge.insights.engines import post_problem
from dashbridge.insights.expression import parse
from dashbridge.insights.localize import localized
from emulator.wire import Wire
from wasm.wasm_duckdb import WasmDuckDB, WasmFailed, WasmStatement

VALUES = {  # of a BigQuery type: the values as BigQuery writes them, and DuckDB's word for the type
    "s": ("VARCHAR", ["'Hello World'", "''", "NULL", "'straße ÄÖ'", "'日本 🛫'", "'  pad  '", "'a%b_c.d'", "'ABC'"]),
    "d": (
        "DATE",
        ["DATE '2024-02-29'", "DATE '2023-12-31'", "NULL", "DATE '2024-01-01'", "DATE '2021-01-03'",
         "DATE '1969-12-28'", "DATE '2000-02-29'", "DATE '1582-10-10'", "DATE '9999-01-31'"],
    ),
    "m": (
        "TIMESTAMP",
        ["DATETIME '2024-02-29 23:59:59.999999'", "NULL", "DATETIME '2023-12-31 00:00:00'",
         "DATETIME '1969-12-31 12:30:15.5'"],
    ),
    "z": (
        "TIMESTAMP WITH TIME ZONE",
        ["TIMESTAMP '2024-03-01 00:30:00+00'", "NULL", "TIMESTAMP '1969-12-31 23:59:59+00'",
         "TIMESTAMP '2021-01-03 12:00:00+00'"],
    ),
    "f": ("DOUBLE", ["1.5", "-1.5", "2.5", "0.5", "-0.5", "NULL", "0.0", "1e15", "1e300", "1234.5678", "-2.675"]),
    "i": ("BIGINT", ["0", "1", "-1", "7", "-7", "NULL", "123456789012345"]),
}  # fmt: skip
CALLS = {
    "s": """
        LOWER(s) | TRIM(s, 'Hd') | LTRIM(s, ' H') | RTRIM(s, 'd ') | CHAR_LENGTH(s)
        REPLACE(s, 'l', 'LL') | REPLACE(s, '', 'x')
        SUBSTR(s, 2) | SUBSTR(s, 1, 3) | SUBSTR(s, 5, 100) | SUBSTR(s, 3, 0) | LEFT(s, 3) | LEFT(s, 0) | RIGHT(s, 3)
        RIGHT(s, 0) | STRPOS(s, 'o') | INSTR(s, '🛫') | LPAD(s, 8, '.') | RPAD(s, 3, 'xy') | STARTS_WITH(s, 'He')
        ENDS_WITH(s, 'd') | REGEXP_CONTAINS(s, r'o\\s') | REGEXP_CONTAINS(s, '^$') | REGEXP_REPLACE(s, '[aeiou]', '_')
        REGEXP_REPLACE(s, r'(\\w)o', r'<\\1>') | s LIKE '%o%' | LOWER(s) LIKE '%abc%' | GREATEST(s, 'b') | NULLIF(s, '')
    """,
    "d": """
        EXTRACT(YEAR FROM d) | EXTRACT(QUARTER FROM d) | EXTRACT(MONTH FROM d) | EXTRACT(DAY FROM d)
        EXTRACT(DAYOFYEAR FROM d) | EXTRACT(DAYOFWEEK FROM d) | EXTRACT(ISOWEEK FROM d) | EXTRACT(ISOYEAR FROM d)
        DATE(d) | DATE_TRUNC(DATE(d), DAY) | DATE_TRUNC(DATE(d), MONTH) | DATE_TRUNC(DATE(d), QUARTER)
        DATE_TRUNC(DATE(d), YEAR)
        DATE_TRUNC(DATE(d), WEEK) | DATE_TRUNC(DATE(d), WEEK(MONDAY)) | DATE_TRUNC(DATE(d), ISOWEEK)
        DATE_ADD(DATE(d), INTERVAL 1 MONTH)
        DATE_ADD(DATE(d), INTERVAL 10 DAY) | DATE_SUB(DATE(d), INTERVAL 1 YEAR) | DATE_SUB(DATE(d), INTERVAL 2 WEEK)
        DATE_DIFF(DATE(d), DATE '2020-01-31', DAY) | DATE_DIFF(DATE(d), DATE '2020-01-31', MONTH)
        DATE_DIFF(DATE '2020-12-31', DATE(d), YEAR) | DATE_DIFF(DATE(d), DATE '2020-01-31', QUARTER) | LAST_DAY(DATE(d))
        LAST_DAY(DATE(d), MONTH) | FORMAT_DATE('%Y-%m-%d', DATE(d)) | FORMAT_DATE('%b %d, %y', DATE(d))
        FORMAT_DATE('%A %j %B', DATE(d)) | GREATEST(d, DATE '2000-01-01')
    """,
    "m": """
        DATE(m) | EXTRACT(HOUR FROM m) | EXTRACT(MINUTE FROM m) | EXTRACT(SECOND FROM m) | EXTRACT(DAY FROM m)
        DATE_TRUNC(DATE(m), MONTH)
    """,
    "z": "DATE(z) | EXTRACT(HOUR FROM z) | EXTRACT(DAYOFWEEK FROM z) | EXTRACT(YEAR FROM z) | LAST_DAY(DATE(z))",
    "f": "ROUND(f) | FLOOR(f) | CEIL(f) | TRUNC(f) | ABS(f) | SAFE_DIVIDE(f, f) | SAFE_DIVIDE(1, f) | GREATEST(f, 1)",
    "i": "MOD(i, 3) | MOD(i, 1) | SAFE_DIVIDE(i, 2) | i / 2 | GREATEST(i, 0) | FLOOR(i / 3) | ROUND(i / 2)",
}
_SUNDAYS = ["2024-02-25", "2023-12-31", None, "2023-12-31", "2021-01-03", "1969-12-28", "2000-02-27", "1582-10-10"]
_MONDAYS = ["2024-02-26", "2023-12-25", None, "2024-01-01", "2020-12-28", "1969-12-22", "2000-02-28", "1582-10-04"]
DOCUMENTED = {
    "DATE_TRUNC(DATE(d), WEEK)": [*_SUNDAYS, "9999-01-31"],
    "DATE_TRUNC(DATE(d), WEEK(MONDAY))": [*_MONDAYS, "9999-01-25"],
    "DATE_TRUNC(DATE(d), ISOWEEK)": [*_MONDAYS, "9999-01-25"],
}


def calls() -> list[tuple[str, str]]:
    pairs = [(kind, call.strip()) for kind, text in CALLS.items() for call in text.replace("\n", "|").split("|")]
    return [(kind, call) for kind, call in pairs if call]


def local_statement(kind: str, call: str) -> str:
    """The call as the browser is given it, over the values in order."""
    tree = localized(parse(call, {}, "/call", "bigquery").tree, "bigquery")
    assert post_problem([tree]) is None, call
    word, values = VALUES[kind]
    plain = [value.split(" ", 1)[1] if value[:4] in ("DATE", "TIME") else value for value in values]
    rows = ", ".join(f"({at}, CAST({value} AS {word}))" for at, value in enumerate(plain))
    return f"SELECT {tree.sql(dialect='duckdb')} AS v FROM (VALUES {rows}) AS t(o, {kind}) ORDER BY o"


def plain(value: Any) -> Any:
    if value is None:
        return None
    text = str(value).replace("T00:00:00", "").replace(" 00:00:00", "")
    if text.lower() in ("true", "false"):
        return text.lower()
    try:
        return float(text)
    except ValueError:
        return text


def same(some: list[Any], others: list[Any]) -> bool:
    return len(some) == len(others) and all(
        math.isclose(one, other, rel_tol=1e-9) if isinstance(one, float) and isinstance(other, float) else one == other
        for one, other in zip(map(plain, some), map(plain, others), strict=True)
    )


def of_bigquery(emulator: Wire, kind: str, wanted: list[str]) -> dict[str, list[Any]]:
    """What each call gives for the values in order: asked for all at once."""
    values = ", ".join(f"STRUCT({value} AS {kind}, {at} AS o)" for at, value in enumerate(VALUES[kind][1]))
    columns = ", ".join(f"{call} AS c{at}" for at, call in enumerate(wanted))
    _, rows = emulator.ask(f"SELECT {columns} FROM UNNEST([{values}]) ORDER BY o")
    return {call: [row[at] for row in rows] for at, call in enumerate(wanted)}


@pytest.mark.slow
@pytest.mark.xdist_group("bigquery_emulator")
def test_every_call_gives_what_bigquery_gives(emulator: Wire) -> None:
    wrong: list[str] = []
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'America/New_York'")  # of no account: a moment is read by the UTC clock
        for kind in CALLS:
            asked = [call for one, call in calls() if one == kind]
            wanted = DOCUMENTED | of_bigquery(emulator, kind, [call for call in asked if call not in DOCUMENTED])
            for call in asked:
                found = [row[0] for row in connection.execute(local_statement(kind, call)).fetchall()]
                if not same(wanted[call], found):
                    wrong.append(f"{call}: BigQuery {wanted[call]}, DuckDB {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_every_call_gives_the_same_in_the_browser() -> None:
    statements = [local_statement(kind, call) for kind, call in calls()]
    with WasmDuckDB() as wasm, duckdb.connect() as connection:
        answers = wasm.ask([], [WasmStatement(one) for one in statements])
        wrong = [
            f"{statement}: {answer}"
            for statement, answer in zip(statements, answers, strict=True)
            if isinstance(answer, WasmFailed)
            or not same([row[0] for row in connection.execute(statement).fetchall()], answer.column(0).to_pylist())
        ]
    assert not wrong, "\n".join(wrong)

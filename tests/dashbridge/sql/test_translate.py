"""Translations give the same values, or are refused."""

from __future__ import annotations

import duckdb
import pytest

from dashbridge.sql import Scope, SqlRefused, check, translate

VALUES = [
    ("DATE_TRUNC(DATE '2024-01-03', WEEK)", "2023-12-31"),
    ("DATE_TRUNC(DATE '2024-01-03', WEEK(MONDAY))", "2024-01-01"),
    ("DATE_TRUNC(DATE '2024-05-03', MONTH)", "2024-05-01"),
    ("EXTRACT(DAYOFWEEK FROM DATE '2024-01-07')", "1"),
    ("EXTRACT(DAYOFWEEK FROM DATE_ADD(DATE '2024-01-06', INTERVAL 1 DAY))", "1"),
    ("EXTRACT(ISOWEEK FROM DATE '2024-01-07')", "1"),
    ("DATE_DIFF(DATE '2024-02-01', DATE '2024-01-31', MONTH)", "1"),
    ("DATE_DIFF(DATE '2024-01-07', DATE '2024-01-06', WEEK)", "1"),
    ("TIMESTAMP_DIFF(TIMESTAMP '2024-01-01 01:01:00+00', TIMESTAMP '2024-01-01 00:59:00+00', HOUR)", "0"),
    ("TIMESTAMP_DIFF(TIMESTAMP '2024-01-01 01:59:00+00', TIMESTAMP '2024-01-01 00:00:00+00', MINUTE)", "119"),
    ("DATETIME_DIFF(DATETIME '2024-01-01 01:01:00', DATETIME '2024-01-01 00:59:00', HOUR)", "1"),
    ("DATE_ADD(DATE '2024-01-31', INTERVAL 1 MONTH)", "2024-02-29"),
    ("DATE_SUB(DATE '2024-03-31', INTERVAL 1 MONTH)", "2024-02-29"),
    ("LAST_DAY(DATE '2024-02-03')", "2024-02-29"),
    ("FORMAT_DATE('%Y-%m', DATE '2024-01-07')", "2024-01"),
    ("PARSE_DATE('%Y%m%d', '20240107')", "2024-01-07"),
    ("[1, 2, 3][OFFSET(0)]", "1"),
    ("[1, 2, 3][ORDINAL(1)]", "1"),
    ("[1, 2, 3][SAFE_OFFSET(5)]", "None"),
    ("SPLIT('a,b', ',')[OFFSET(1)]", "b"),
    ("SAFE_DIVIDE(1, 0)", "None"),
    ("SAFE_CAST('x' AS INT64)", "None"),
    ("7 / 2", "3.5"),
    ("DIV(-7, 2)", "-3"),
    ("MOD(-7, 2)", "-1"),
    ("CONCAT('a', NULL)", "None"),
    ("GREATEST(1, NULL)", "None"),
    ("5 ^ 3", "6"),
    ("SUBSTR('hello', -3)", "llo"),
    ("REGEXP_EXTRACT('abc', 'b(c)')", "c"),
    ("REGEXP_REPLACE('aaa', 'a', 'b')", "bbb"),
    ("TO_HEX(MD5('a'))", "0cc175b9c0f1b6a831c399e269772661"),
    ("JSON_VALUE(JSON '{\"a\": \"x\"}', '$.a')", "x"),
    ("ARRAY_LENGTH(GENERATE_DATE_ARRAY('2024-01-01', '2024-01-03'))", "3"),
    ("LPAD('abc', 2, 'x')", "ab"),
    ("UNIX_SECONDS(TIMESTAMP '1970-01-01 00:00:10+00')", "10"),
    ("IF(NULL, 1, 2)", "2"),
    ("(SELECT COUNTIF(x > 1) FROM UNNEST([1, 2, 3]) AS x)", "2"),
    ("(SELECT STRING_AGG(x, ',' ORDER BY x) FROM UNNEST(['b', 'a']) AS x)", "a,b"),
    ("(SELECT x FROM UNNEST([2, NULL, 1]) AS x ORDER BY x LIMIT 1)", "None"),
    ("(SELECT x FROM UNNEST([2, NULL, 1]) AS x ORDER BY x DESC LIMIT 1)", "2"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_bigquery_gives_the_same_value_in_duckdb(text: str, value: str) -> None:
    sql = translate(f"SELECT {text}", source="bigquery", target="duckdb")
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        rows = connection.sql(sql).fetchall()
    assert str(rows[0][0]) == value


@pytest.mark.parametrize(
    ("sql", "source", "target"),
    [
        ("SELECT FORMAT('%05d', 5)", "bigquery", "duckdb"),
        ("SELECT EXTRACT(WEEK FROM d) FROM s.t", "bigquery", "duckdb"),
        ("SELECT FORMAT_DATE('%Q', d) FROM s.t", "bigquery", "duckdb"),
        ("SELECT x FROM UNNEST([1]) AS x WITH OFFSET AS o", "bigquery", "duckdb"),
        ("SELECT NET.HOST(u) FROM s.t", "bigquery", "duckdb"),
        ("SELECT [1, 2][OFFSET(i)] FROM s.t", "bigquery", "duckdb"),
        ("SELECT [1, 2][SAFE_ORDINAL(i + 1)] FROM s.t", "bigquery", "duckdb"),
        ("SELECT EXTRACT(MILLISECOND FROM d) FROM s.t", "bigquery", "duckdb"),
        ("SELECT EXTRACT(DATE FROM d) FROM s.t", "bigquery", "duckdb"),
        ("SELECT a[i] FROM s.t", "duckdb", "bigquery"),
        ("SELECT a[-1] FROM s.t", "duckdb", "bigquery"),
        ("SELECT extract('milliseconds' FROM d) FROM s.t", "duckdb", "bigquery"),
        ("SELECT APPROX_TOP_COUNT(a, 3) FROM s.t", "bigquery", "duckdb"),
        ("SELECT SUBSTR(a, 0, 3) FROM s.t", "bigquery", "duckdb"),
        ("SELECT median(a) FROM s.t", "duckdb", "bigquery"),
        ("SELECT COLUMNS('a') FROM s.t", "duckdb", "bigquery"),
        ("SELECT bar(a, 0, 1) FROM s.t", "duckdb", "bigquery"),
        ("SELECT a FROM s.t INTERSECT ALL SELECT a FROM s.u", "duckdb", "bigquery"),
    ],
)
def test_what_has_no_counterpart_is_refused(sql: str, source: str, target: str) -> None:
    with pytest.raises(SqlRefused) as caught:
        translate(sql, source=source, target=target)
    assert caught.value.code == "not_translatable"


def test_hostile_statement_is_not_translated(hostile: list[tuple[str, str]], dialect: str) -> None:
    target = "duckdb" if dialect == "bigquery" else "bigquery"
    for code, sql in hostile:
        if code in ("table_not_allowed", "ambiguous_table"):
            continue  # which tables may be read is not for the translator to say
        with pytest.raises(SqlRefused) as caught:
            translate(sql, source=dialect, target=target)
        assert caught.value.code == code


def test_every_translation_passes_the_target_gate(benign: list[str], dialect: str) -> None:
    target = "duckdb" if dialect == "bigquery" else "bigquery"
    done, refused = 0, set()
    for sql in benign:
        try:
            text = translate(sql, source=dialect, target=target)
        except SqlRefused as error:
            refused.add(error.code)
            continue
        done += 1
        check(text, scope=Scope(target, None))
    assert done > len(benign) * 0.7
    assert refused == {"not_translatable"}


def test_same_dialect_keeps_the_text() -> None:
    assert translate("select  1 -- x", source="duckdb", target="duckdb") == "select  1 -- x"


def test_unknown_dialects_are_refused() -> None:
    for source, target in (("mysql", "duckdb"), ("duckdb", "mysql")):
        with pytest.raises(SqlRefused) as caught:
            translate("SELECT 1", source=source, target=target)
        assert caught.value.code == "unknown_dialect"

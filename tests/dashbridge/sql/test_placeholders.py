"""A `?` passes only where a value stands, and only with its value."""

from __future__ import annotations

import pytest

from dashbridge.sql import Scope, SqlRefused, check

SCOPES = [
    Scope("duckdb", frozenset({"main"}), default_dataset="main"),
    Scope("bigquery", frozenset({"main"}), default_dataset="main", default_project="acme"),
]
VALUES = [
    "SELECT a FROM t WHERE a = ?",
    "SELECT CAST(? AS BIGINT) AS x FROM t",
    "SELECT a FROM t WHERE ? OR a IN (?, ?)",
    "SELECT a FROM t WHERE a NOT IN (?)",
    "SELECT CASE WHEN ? THEN a ELSE ? END FROM t",
    "SELECT CASE ? WHEN a THEN b END FROM t",
    "SELECT a FROM t WHERE a BETWEEN ? AND ?",
    "SELECT coalesce(a, ?), -?, NOT ? FROM t",
    "SELECT x.a FROM (SELECT a FROM t WHERE b LIKE ?) AS x WHERE (?) IS NULL",
    "SELECT [?, a] FROM t",
    "SELECT substring(a, ?, ?) FROM t",
    "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY b = ?) = ?",
    "WITH w AS (SELECT ? AS v FROM t) SELECT * FROM w WHERE v = ?",
    "SELECT a || ? FROM t",
]
NOT_VALUES = [
    "SELECT a FROM ?",
    "SELECT a FROM t, ?",
    "SELECT a FROM main.?",
    "SELECT a FROM t LIMIT ?",
    "SELECT a FROM t LIMIT (?)",
    "SELECT a FROM t LIMIT 1 OFFSET ?",
    "SELECT a AS ? FROM t",
    "SELECT a FROM t ORDER BY ?",
    "SELECT a FROM t ORDER BY (?)",
    "SELECT a FROM t GROUP BY ?",
    "SELECT a FROM range(?) AS t(a)",
    "SELECT a FROM unnest(?) AS u(a)",
    "SELECT a FROM query_table(?)",
    "SELECT a FROM read_csv(?)",
    "SELECT getenv(?) FROM t",
    "SELECT t.? FROM t",
    "SELECT ?.a FROM t",
    "SELECT ?(a) FROM t",
    "SELECT a FROM t TABLESAMPLE (? PERCENT)",
    "SELECT INTERVAL ? DAY FROM t",
    "SELECT EXTRACT(? FROM a) FROM t",
    "SELECT a COLLATE ? FROM t",
    "SELECT a AT TIME ZONE ? FROM t",
    "SELECT * EXCLUDE (?) FROM t",
    "SELECT COLUMNS(?) FROM t",
    "SELECT sum(a) OVER (ORDER BY b ROWS ? PRECEDING) FROM t",
    "SELECT * FROM t PIVOT (sum(a) FOR b IN (?))",
    "SELECT list_transform(b, x -> ?) FROM t",
    "SELECT CAST(a AS ?) FROM t",
    "SELECT a::? FROM t",
    "WITH ? AS (SELECT 1) SELECT 1",
    "SELECT a ? b FROM t",
    "SELECT a ?| b FROM t",
    "SELECT ?1 FROM t",
    "SELECT ?? FROM t",
    "SELECT ?; SELECT 1",
    "DELETE FROM t WHERE a = ?",
    "SELECT a FROM private.t WHERE a = ?",
    "SELECT a FROM t WHERE a = $1",
    "SELECT a FROM t WHERE a = :x",
    "SELECT a FROM t WHERE a = @x",
]


@pytest.fixture(params=SCOPES, ids=lambda scope: scope.dialect)
def scope(request: pytest.FixtureRequest) -> Scope:
    found = request.param
    assert isinstance(found, Scope)
    return found


@pytest.mark.parametrize("sql", VALUES)
def test_a_value_passes_with_its_count_alone(sql: str, scope: Scope) -> None:
    count = sql.count("?")
    assert check(sql, scope=scope, placeholders=count).sql == sql
    for wrong in {0, count - 1, count + 1} - {count}:
        with pytest.raises(SqlRefused) as refused:
            check(sql, scope=scope, placeholders=wrong)
        assert refused.value.code == ("wrong_parameters" if wrong else "construct_not_allowed")


@pytest.mark.parametrize("sql", NOT_VALUES)
def test_anything_but_a_value_is_refused(sql: str, scope: Scope) -> None:
    for count in range(4):
        with pytest.raises(SqlRefused):
            check(sql, scope=scope, placeholders=count)


def test_a_mark_in_text_or_comment_is_no_placeholder(scope: Scope) -> None:
    sql = "SELECT '?' AS a, b -- ?\n FROM t /* ? */ WHERE c = ?"
    assert check(sql, scope=scope, placeholders=1).tables
    with pytest.raises(SqlRefused):
        check(sql, scope=scope, placeholders=2)


def test_a_placeholder_opens_no_door_for_a_hostile_statement(hostile_case: tuple[Scope, str, str]) -> None:
    scope, code, sql = hostile_case
    if "?" in sql:  # hostile for want of a value alone
        return
    wrapped = f"SELECT s.a FROM (\n{sql}\n) AS s WHERE s.a = ?"
    for statement in (sql, wrapped) if code != "not_a_select" else (sql,):
        with pytest.raises(SqlRefused):
            check(statement, scope=scope, placeholders=1)

"""The gate over the corpora, and its edges one by one."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from sqlglot import exp

from dashbridge.kit import Invalid, TableName
from dashbridge.sql import Scope, SqlRefused, check, check_expression

OPEN = Scope("duckdb", None)


def refusal(sql: str, scope: Scope) -> SqlRefused:
    with pytest.raises(SqlRefused) as caught:
        check(sql, scope=scope)
    return caught.value


def tables_of(sql: str, scope: Scope) -> list[str]:
    return [str(table) for table in check(sql, scope=scope).tables]


def test_benign_statement_passes_unchanged(benign_case: tuple[Scope, str]) -> None:
    scope, sql = benign_case
    checked = check(sql, scope=scope)
    assert checked.sql == sql
    assert checked.dialect == scope.dialect


def test_hostile_statement_is_refused_for_its_reason(hostile_case: tuple[Scope, str, str]) -> None:
    scope, code, sql = hostile_case
    error = refusal(sql, scope)
    assert error.code == code, str(error)
    assert isinstance(error, Invalid)
    assert error.place.line is not None
    assert error.place.column is not None
    assert error.hint or error.code == "not_sql"


def test_corpora_are_large_enough(benign: list[str], hostile: list[tuple[str, str]]) -> None:
    assert len(set(benign)) >= 100
    assert len({sql for _, sql in hostile}) >= 400


@pytest.fixture(scope="module")
def locked_duckdb(schema_sql: str) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(schema_sql)
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        yield connection


def test_benign_duckdb_statement_is_real_sql(duckdb_benign_case: str, locked_duckdb: duckdb.DuckDBPyConnection) -> None:
    locked_duckdb.sql(duckdb_benign_case).fetchall()


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT 1", []),
        ("SELECT * FROM a, main.b, memory.main.c, A", ["main.a", "main.b", "memory.main.c"]),
        ("WITH a AS (SELECT * FROM a) SELECT * FROM a", ["main.a"]),
        ("WITH a AS (SELECT 1) SELECT * FROM A", []),
        ("WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a, b", ["main.b"]),
        ("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) x, a", ["main.a"]),
        ("WITH a AS (SELECT 1) SELECT (SELECT max(x) FROM (SELECT * FROM a))", []),
        ("WITH a AS (SELECT 1) SELECT * FROM main.a", ["main.a"]),
        ("WITH a AS (SELECT 1) (SELECT * FROM a UNION ALL SELECT * FROM b)", ["main.b"]),
        ("WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT * FROM a) SELECT * FROM a", []),
        ("WITH RECURSIVE a AS (SELECT * FROM a UNION ALL SELECT * FROM a) SELECT * FROM a", ["main.a"]),
        ("WITH RECURSIVE a AS (SELECT * FROM a) SELECT * FROM a", ["main.a"]),
        ("SELECT * FROM a AS b, (SELECT * FROM b)", ["main.a", "main.b"]),
        ("SELECT * FROM range(3), unnest([1])", []),
        ("SELECT * FROM t AS t(a, b)", ["main.t"]),
    ],
)
def test_tables_are_resolved_by_scope(sql: str, tables: list[str]) -> None:
    assert tables_of(sql, Scope("duckdb", frozenset({"main"}), frozenset({"memory"}))) == tables


def test_bigquery_names_are_normalised() -> None:
    scope = Scope("bigquery", frozenset({"shop"}), frozenset({"other-1"}), "shop", "acme-1")
    sql = "SELECT * FROM orders, shop.orders, `acme-1.shop.orders`, acme-1.shop.orders, `other-1`.`shop`.x, o.tags"
    assert check(sql.replace(", o.tags", ""), scope=scope).tables == (
        TableName("shop", "orders", "acme-1"),
        TableName("shop", "x", "other-1"),
    )
    assert refusal(sql, scope).code == "table_not_allowed"


def test_open_scope_reads_any_ordinary_table() -> None:
    assert tables_of("SELECT * FROM s.t, c.s.u", OPEN) == ["c.s.u", "s.t"]
    open_bigquery = Scope("bigquery", None)
    assert tables_of("SELECT * FROM t, d.u, `p-1.d.v`", open_bigquery) == ["d.u", "p-1.d.v", "t"]
    assert refusal("SELECT * FROM pg_tables", OPEN).code == "system_table"
    assert refusal("SELECT * FROM d.INFORMATION_SCHEMA.TABLES", open_bigquery).code == "system_table"


def test_other_projects_are_refused_unless_named() -> None:
    sql = "SELECT * FROM `other.shop.t`"
    assert refusal(sql, Scope("bigquery", frozenset({"shop"}))).code == "table_not_allowed"
    assert refusal(sql, Scope("bigquery", None, default_project="acme")).code == "table_not_allowed"
    assert tables_of(sql, Scope("bigquery", None, frozenset({"other"}))) == ["other.shop.t"]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("`web.events_*`", "acme-1.web.events_*"),
        ("web.`events_*`", "acme-1.web.events_*"),
        ("`web`.`events_2024*`", "acme-1.web.events_2024*"),
        ("`other-1.web.events_*`", "other-1.web.events_*"),
        ("`other-1`.web.`events_*`", "other-1.web.events_*"),
    ],
)
def test_wildcard_within_an_allowed_dataset_passes(name: str, table: str) -> None:
    scope = Scope("bigquery", frozenset({"web"}), frozenset({"other-1"}), "web", "acme-1")
    assert tables_of(f"SELECT * FROM {name} AS e WHERE _TABLE_SUFFIX > '20240101'", scope) == [table]


def test_table_of_a_constant_time_passes_in_bigquery_only() -> None:
    sql = "SELECT * FROM s.t FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 HOUR)"
    assert tables_of(sql, Scope("bigquery", None)) == ["s.t"]
    assert refusal("SELECT * FROM s.t AT (TIMESTAMP => now())", OPEN).code == "construct_not_allowed"


def test_named_parameter_is_refused_where_it_stands() -> None:
    error = refusal("SELECT a FROM s.t\nWHERE a = '@x' AND b > @day", Scope("bigquery", None))
    assert (error.code, error.place.line, error.place.column) == ("construct_not_allowed", 2, 24)
    assert error.hint is not None
    assert "Named parameters are not filled in" in error.hint


def test_unqualified_name_without_default_is_ambiguous() -> None:
    assert refusal("SELECT * FROM t", Scope("bigquery", frozenset({"shop"}))).code == "ambiguous_table"


def test_duckdb_compares_datasets_without_case_and_bigquery_with() -> None:
    assert tables_of("SELECT * FROM MAIN.T", Scope("duckdb", frozenset({"Main"}))) == ["main.t"]
    assert refusal("SELECT * FROM Shop.t", Scope("bigquery", frozenset({"shop"}))).code == "table_not_allowed"


def test_refusal_does_not_tell_whether_a_table_exists() -> None:
    scope = Scope("duckdb", frozenset({"mart"}))
    one, other = refusal("SELECT * FROM hr.pay", scope), refusal("SELECT * FROM hr.zzz", scope)
    assert str(one).replace("pay", "zzz") == str(other)
    assert (one.code, one.hint, one.place) == (other.code, other.hint, other.place)


@pytest.mark.parametrize(
    ("sql", "line", "column"),
    [
        ("SELECT *\nFROM hr.pay", 2, 6),
        ("SELECT a,\n  evil(b)\nFROM t", 2, 3),
        ("SELECT 1;\n SELECT 2", 1, 9),
        ("SELECT 1 /* x\n y */ FROM\n\u00a0t", 3, 1),
        ("SELECT a\nFROM t\nWHERE WHERE", 3, 7),
        ("DELETE FROM t", 1, 1),
    ],
)
def test_refusals_say_where(sql: str, line: int, column: int) -> None:
    place = refusal(sql, Scope("duckdb", frozenset({"main"}))).place
    assert (place.line, place.column) == (line, column)


def test_limits_at_their_edges() -> None:
    head = "SELECT '"
    assert check(head + "x" * (20_000 - len(head) - 1) + "'", scope=OPEN)
    assert refusal(head + "x" * (20_000 - len(head)) + "'", OPEN).code == "too_large"
    assert refusal(head + "é" * 10_000 + "'", OPEN).code == "too_large"
    assert check("SELECT " + "1+" * 999 + "1", scope=OPEN)
    assert refusal("SELECT " + "1+" * 1000 + "1", OPEN).code == "too_large"
    assert check("SELECT " + "(" * 20 + "1" + ")" * 20, scope=OPEN)
    assert refusal("SELECT " + "(" * 51 + "1" + ")" * 51, OPEN).code == "too_deep"
    assert refusal("SELECT " + "NOT " * 1900 + "true", OPEN).code == "too_deep"
    assert refusal("SELECT " + "CASE WHEN " * 60 + "true" + " THEN 1 END" * 60, OPEN).code == "too_deep"
    assert check("SELECT " + " OR ".join(["a"] * 990) + " FROM t", scope=OPEN)


def test_unknown_dialect_is_refused() -> None:
    assert refusal("SELECT 1", Scope("mysql", None)).code == "unknown_dialect"


@pytest.mark.parametrize(
    "text",
    [
        "sum(delay * flights) / sum(flights)",
        "count(*)",
        "carrier",
        "date_trunc('month', time_hour)",
        "CAST(date_trunc('month', t.day) AS DATE)",
        "CASE WHEN a > 1 THEN 'x' ELSE 'y' END",
        "row_number() OVER (PARTITION BY a ORDER BY b DESC)",
        "carrier IN ('AA', 'UA') AND delay BETWEEN 1 AND 2",
        "count(*) FILTER (WHERE late)",
        "list_transform(l, lambda x: x + 1)",
        "a::INT + INTERVAL 1 DAY",
        "NOT a",
        "-1",
        "\"odd name\" || 'x'",
        "payload->>'$.a'",
    ],
)
def test_expression_passes(text: str) -> None:
    tree = check_expression(text, dialect="duckdb")
    assert isinstance(tree, exp.Expression)
    assert tree.parent is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "expression_not_allowed"),
        ("a AS b", "expression_not_allowed"),
        ("a, b", "expression_not_allowed"),
        ("a FROM secret", "expression_not_allowed"),
        ("a INTO t", "expression_not_allowed"),
        ("1; DROP TABLE x", "expression_not_allowed"),
        ("DISTINCT a", "expression_not_allowed"),
        ("*", "expression_not_allowed"),
        ("t.*", "expression_not_allowed"),
        ("COLUMNS('a')", "expression_not_allowed"),
        ("(SELECT a FROM secret)", "expression_not_allowed"),
        ("(SELECT 1)", "expression_not_allowed"),
        ("EXISTS (SELECT 1)", "construct_not_allowed"),
        ("a IN (SELECT 1)", "construct_not_allowed"),
        ("a IN (FROM secret)", "construct_not_allowed"),
        ("1 + unnest([1])", "expression_not_allowed"),
        ("evil(a)", "function_not_allowed"),
        ("getvariable('x')", "function_not_allowed"),
        ("main.f(a)", "function_not_allowed"),
        ("?", "construct_not_allowed"),
        ("$1", "construct_not_allowed"),
        ("a b", "expression_not_allowed"),
        ("a -- x", None),
        ("a +", "not_sql"),
        ("a) FROM secret WHERE (1", "not_sql"),
        ("a WHERE b", "expression_not_allowed"),
        ("a UNION SELECT 1", "expression_not_allowed"),
        ("a LIMIT 1", "expression_not_allowed"),
        ("current_user", "construct_not_allowed"),
    ],
)
def test_expression_is_refused(text: str, code: str | None) -> None:
    if code is None:
        assert check_expression(text, dialect="duckdb").sql(dialect="duckdb") == "a"
        return
    with pytest.raises(SqlRefused) as caught:
        check_expression(text, dialect="duckdb")
    assert caught.value.code == code

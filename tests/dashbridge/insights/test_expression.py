"""What is written is what runs: an expression through the tree and back gives the engine's own answer."""

from __future__ import annotations

import contextlib

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.insights import InsightSpec, compile_insight
from dashbridge.insights.expression import parse
from dashbridge.insights.trees import and_parts, has_aggregate, has_window
from dashbridge.kit import Invalid

SCALARS = [
    "n + 1 * 2 - 3 / 4",
    "n // 5",
    "n % 5",
    "-n",
    "n ** 2",
    "n ^ 2",
    "n = 3 AND NOT n > 4 OR n IS NULL",
    "city || '-' || kind",
    "upper(city)",
    "lower(city)",
    "length(city)",
    "substr(city, 2, 3)",
    "substring(city, 1, 2)",
    "left(city, 2)",
    "trim(city)",
    "replace(city, 'A', 'b')",
    "city LIKE 'A%'",
    "city ILIKE 'a%'",
    "city LIKE 'a!%' ESCAPE '!'",
    "city SIMILAR TO 'A.*'",
    "city GLOB 'A*'",
    "regexp_matches(city, '\\d+')",
    "regexp_replace(city, '[a-z]', 'x', 'g')",
    "regexp_extract(city, '(\\w)', 1)",
    "strpos(city, 'A')",
    "coalesce(city, 'none')",
    "nullif(n, 3)",
    "ifnull(n, 0)",
    "greatest(n, 4)",
    "least(n, 4)",
    "CASE kind WHEN 'A' THEN 1 ELSE 2 END",
    "CASE WHEN n > 3 THEN 'big' WHEN n > 1 THEN 'mid' END",
    "if(n > 3, 'a', 'b')",
    "CAST(n AS VARCHAR)",
    "n::DOUBLE",
    "TRY_CAST(city AS INTEGER)",
    "CAST(amount AS DECIMAL(10, 1))",
    "round(amount, 1)",
    "round(amount)",
    "floor(amount)",
    "ceil(amount)",
    "abs(amount)",
    "sign(amount)",
    "sqrt(abs(amount))",
    "ln(abs(amount) + 1)",
    "log10(abs(amount) + 1)",
    "exp(n)",
    "power(n, 2)",
    "mod(n, 4)",
    "trunc(amount)",
    "year(day)",
    "month(day)",
    "day(day)",
    "quarter(day)",
    "week(day)",
    "dayofweek(day)",
    "isodow(day)",
    "dayname(day)",
    "monthname(day)",
    "extract(month FROM day)",
    "date_part('dow', day)",
    "strftime(day, '%Y-%m')",
    "day + INTERVAL 1 MONTH",
    "day - INTERVAL '3 days'",
    "day - DATE '2013-01-01'",
    "date_diff('day', DATE '2013-01-01', day)",
    "datediff('month', DATE '2013-01-01', day)",
    "last_day(day)",
    "make_date(2013, 2, n + 1)",
    "strptime('2013-02-01', '%Y-%m-%d')",
    "epoch(day)",
    "day BETWEEN DATE '2013-02-01' AND DATE '2013-03-01'",
    "n NOT BETWEEN 2 AND 4",
    "n NOT IN (1, 2)",
    "n IS DISTINCT FROM 3",
    "flag IS TRUE",
    "flag IS NOT TRUE",
    "NOT flag",
    "flag AND n > 2",
    "concat(city, NULL, 'x')",
    "concat_ws('-', city, kind)",
    "lpad(kind, 3, '0')",
    "reverse(city)",
    "split_part(city, ' ', 1)",
    "hash(kind)",
    "'null island'",
    "'\\d'",
    "'it''s'",
    "'' || kind",
    "1e3 * n",
    "0.1 + 0.2",
    "printf('%03d', n)",
    "xor(n, 1)",
    "n & 3",
    "n | 8",
    "n << 2",
    "starts_with(city, 'A')",
    "contains(city, 'A')",
    "ascii(kind)",
    "chr(65)",
    "md5(kind)",
    "kind COLLATE NOCASE = 'a'",
    "[n, 2][1]",
    "list_max([n, 3])",
]
AGGREGATES = [
    "sum(n)",
    "avg(amount)",
    "count(*)",
    "count(DISTINCT city)",
    "min(city)",
    "max(day)",
    "median(amount)",
    "mode(kind)",
    "stddev(amount)",
    "stddev_pop(amount)",
    "variance(amount)",
    "var_pop(amount)",
    "quantile_cont(amount, 0.9)",
    "quantile_disc(amount, 0.5)",
    "corr(n, amount)",
    "arg_max(city, amount)",
    "max_by(city, amount)",
    "arg_min(city, amount)",
    "count_if(n > 3)",
    "bool_and(flag)",
    "bool_or(flag)",
    "sum(n) FILTER (WHERE kind = 'A')",
    "string_agg(kind, ',' ORDER BY n, amount)",
    "first(city ORDER BY n, amount, day, city)",
    "sum(n * amount) / nullif(sum(n), 0)",
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)",
    "product(1.0 + n / 100)",
    "bit_or(n)",
    "regr_slope(amount, n)",
    "covar_pop(n, amount)",
    "skewness(amount)",
    "kurtosis(amount)",
    "mad(amount)",
    "entropy(kind)",
    "geomean(n + 1)",
    "any_value(1)",
    "sum(DISTINCT n)",
    "list(n ORDER BY n)",
]


@pytest.mark.parametrize("text", SCALARS)
def test_scalars_keep_their_meaning(engine: duckdb.DuckDBPyConnection, text: str) -> None:
    parsed = parse(text, {}, "/p")
    assert not has_aggregate(parsed.tree)
    wanted = engine.execute(f"SELECT {text} FROM insight_data").fetchall()
    assert repr(engine.execute(f"SELECT {parsed.tree.sql(dialect='duckdb')} FROM insight_data").fetchall()) == repr(
        wanted
    )


@pytest.mark.parametrize("text", AGGREGATES)
def test_aggregates_keep_their_meaning(engine: duckdb.DuckDBPyConnection, text: str) -> None:
    parsed = parse(text, {}, "/p")
    assert has_aggregate(parsed.tree)
    assert not has_window(parsed.tree)
    sql = "SELECT kind, {} FROM insight_data GROUP BY 1 ORDER BY 1"
    wanted = engine.execute(sql.format(text)).fetchall()
    assert repr(engine.execute(sql.format(parsed.tree.sql(dialect="duckdb"))).fetchall()) == repr(wanted)


def test_every_aggregate_of_the_engine_that_passes_is_known_as_one(engine: duckdb.DuckDBPyConnection) -> None:
    rows = engine.execute(
        "SELECT DISTINCT function_name, function_type FROM duckdb_functions()"
        " WHERE function_type IN ('aggregate', 'scalar')"
    ).fetchall()
    aggregates = {name for name, kind in rows if kind == "aggregate"}
    passed = 0
    for name, kind in rows:
        for arguments in ("n", "n, 2", "n, 0.5", "n, 2, 3", ""):
            try:
                parsed = parse(f"{name}({arguments})", {}, "/p")
            except Invalid:
                continue
            assert has_aggregate(parsed.tree) == (name in aggregates), (name, kind)
            passed += 1
            break
    assert passed > 200


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("now()", "expression.clock"),
        ("today()", "expression.clock"),
        ("current_date", "expression.clock"),
        ("localtimestamp", "expression.clock"),
        ("age(day)", "expression.clock"),
        ("random()", "expression.chance"),
        ("uuid()", "expression.chance"),
        ("uuidv7()", "expression.chance"),
        ("list_filter([1], x -> x > 1)", "expression.lambda"),
        ("city ~ 'a'", "expression.match"),
        ("city !~ 'a'", "expression.match"),
    ],
)
def test_what_engines_read_differently_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text, {}, "/p")
    assert caught.value.code == code
    assert caught.value.hint


@pytest.mark.parametrize("text", ["+".join(["n"] * 200), " OR ".join(["n = 1"] * 200), "NOT " * 150 + "flag"])
def test_long_chains_are_refused_before_anything_recurses(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text, {}, "/p")
    assert caught.value.code in ("expression.too_deep", "sql.too_deep")


def test_a_chain_at_the_cap_compiles() -> None:
    chain = "+".join(["a + b"] * 45)
    props = {"x": "a", "z": "a + b", "y": f"sum(n) + {chain.replace('b', 'a')}"}
    assert compile_insight("i", InsightSpec(query="q", props=props), {}).requires_groupby


@pytest.mark.parametrize(("text", "dialect"), [('"late?"', "duckdb"), ("E'a?b'", "duckdb"), ("`late?`", "bigquery")])
def test_a_question_mark_outside_a_plain_text_is_refused(text: str, dialect: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text, {}, "/insights/i/props/x", dialect)
    assert [one.code for one in caught.value.problems] == ["expression.question_mark"]
    assert parse("'late?'", {}, "/insights/i/props/x", dialect).text == "'late?'"


def test_a_tilde_inside_a_text_is_fine() -> None:
    parse("regexp_matches(city, '~')", {}, "/p")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("date_trunc('month', day)", "DATE"),
        ("date_trunc('hour', ts)", "TIMESTAMP"),
        ("date_trunc('week', day)", "DATE"),
        ("datetrunc('year', day)", "DATE"),
    ],
)
def test_date_trunc_has_one_type_everywhere(text: str, unit: str) -> None:
    assert parse(text, {}, "/p").tree.sql(dialect="duckdb").endswith(f" AS {unit})")


@given(st.text(alphabet="abn_()'\",.*+-/=<>| \n%$?;{}[]:~!0123\u00e9", max_size=40) | st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        parsed = parse(text, {}, "/p")
        assert parsed.tree.sql(dialect="duckdb")


def test_and_parts() -> None:
    tree = parse("(a = 1 AND (b = 2 OR c = 3)) AND (d BETWEEN 1 AND 2) AND NOT (e AND f)", {}, "/p").tree
    assert [part.sql(dialect="duckdb") for part in and_parts(tree)] == [
        "a = 1",
        "(b = 2 OR c = 3)",
        "d >= 1",
        "d <= 2",
        "NOT (e AND f)",
    ]

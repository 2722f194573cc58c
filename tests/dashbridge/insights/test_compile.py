"""What an insight compiles to: where each part goes, what is grouped, what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest
from pydantic import TypeAdapter

from dashbridge.insights import CompiledInsight, InputSpec, InsightSpec, compile_insight, over_table, type_problems
from dashbridge.kit import Invalid

read_specs = TypeAdapter(dict[str, InputSpec]).validate_python


def made(inputs: dict[str, InputSpec] | None = None, *, order_by_x: bool = False, **written: Any) -> CompiledInsight:
    return compile_insight("i", InsightSpec(query="q", **written), inputs or {}, order_by_x=order_by_x)


def rows_of(engine: duckdb.DuckDBPyConnection, insight: CompiledInsight) -> list[tuple[Any, ...]]:
    return engine.execute(over_table(insight.split.whole.sql, "insight_data")).fetchall()


def codes(**written: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Invalid) as caught:
        made(**written)
    return [(one.code, one.place.path) for one in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "template"),
    [
        ({"props": {"x": "n"}}, 'SELECT n AS "props.x" FROM insight_data LIMIT 10000'),
        (
            {"props": {"x": "city", "y": "count(*)"}},
            'SELECT city AS "props.x", COUNT(*) AS "props.y" FROM insight_data GROUP BY 1 ORDER BY 1 ASC LIMIT 10000',
        ),
        ({"props": {"y": "count(*)"}}, 'SELECT COUNT(*) AS "props.y" FROM insight_data LIMIT 10000'),
        (
            {"props": {"x": "'a'", "y": "sum(n)"}},
            'SELECT \'a\' AS "props.x", SUM(n) AS "props.y" FROM insight_data LIMIT 10000',
        ),
        ({"props": {"x": "n"}, "limit": 5}, 'SELECT n AS "props.x" FROM insight_data LIMIT 5'),
        (
            {"props": {"x": "N", "y": "sum(amount) + n"}},
            'SELECT N AS "props.x", SUM(amount) + n AS "props.y" FROM insight_data'
            " GROUP BY 1 ORDER BY 1 ASC LIMIT 10000",
        ),
        ({"props": {"y": "sum(n) OVER ()"}}, 'SELECT SUM(n) OVER () AS "props.y" FROM insight_data LIMIT 10000'),
    ],
)
def test_statements(written: dict[str, Any], template: str) -> None:
    assert made(**written).template == template


def test_a_line_without_sort_is_ordered_by_x_and_one_with_keeps_it() -> None:
    props = {"y": "n", "x": "day"}
    assert "ORDER BY 2 ASC" in made(props=props, order_by_x=True).template
    assert "ORDER BY" not in made(props=props).template
    assert "ORDER BY 1 DESC LIMIT" in made(props=props, order_by_x=True, interactions=[{"sort": "n DESC"}]).template


def test_every_sort_key_is_kept() -> None:
    found = made(
        props={"x": "n"}, interactions=[{"sort": "amount DESC NULLS FIRST, upper(city) ASC"}, {"sort": "n"}]
    ).template
    assert "ORDER BY insight_data.amount DESC NULLS FIRST, UPPER(insight_data.city) ASC, 1 ASC" in found


def test_duplicates_survive_where_nothing_aggregates(engine: duckdb.DuckDBPyConnection) -> None:
    assert len(rows_of(engine, made(props={"x": "kind"}))) == 400


def test_one_row_more_than_the_limit_tells_a_cut_answer() -> None:
    insight = made(props={"x": "n"}, limit=7)
    assert insight.row_limit == 7
    assert insight.split.whole.sql.endswith("LIMIT 8")


def test_null_in_a_split_is_apart_from_the_text(engine: duckdb.DuckDBPyConnection) -> None:
    insight = made(props={"y": "count(*)"}, interactions=[{"split": "city"}])
    found = {row[1] for row in rows_of(engine, insight)}
    assert {None, "null", ""} <= found
    assert insight.split_column == "city"


def test_an_expression_as_split_is_named_split() -> None:
    insight = made(props={"y": "count(*)"}, interactions=[{"split": "upper(city)"}])
    assert insight.split_column == "split"
    assert insight.columns[-1].key == "split"


def test_the_same_month_in_props_and_sort_is_one(engine: duckdb.DuckDBPyConnection) -> None:
    insight = made(
        props={"x": "date_trunc('month', day)", "y": "sum(n)"}, interactions=[{"sort": "DATE_TRUNC('month', Day)"}]
    )
    assert insight.template.endswith("GROUP BY 1 ORDER BY 1 ASC LIMIT 10000")
    rows = rows_of(engine, insight)
    assert isinstance(rows[0][0], dt.date)
    assert not isinstance(rows[0][0], dt.datetime)
    assert len(rows) == 13


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, [("insight.empty", "/insights/i")]),
        ({"props": {"y": "sum(n) + amount"}}, [("insight.ungrouped", "/insights/i/props/y")]),
        (
            {"columns": {"y": "sum(n) OVER (ORDER BY day)", "z": "sum(n)"}},
            [("insight.ungrouped", "/insights/i/columns/y")],
        ),
        (
            {"props": {"x": "n"}, "interactions": [{"sort": "sum(n)"}]},
            [("sort.grouping", "/insights/i/interactions/0/sort")],
        ),
        (
            {"props": {"x": "n", "y": "count(*)"}, "interactions": [{"sort": "day"}]},
            [("sort.grouping", "/insights/i/interactions/0/sort")],
        ),
        (
            {"props": {"x": "n"}, "interactions": [{"filter": "count(*) > n + amount"}]},
            [("insight.ungrouped", "/insights/i/interactions/0/filter")],
        ),
        (
            {"props": {"x": "n"}, "interactions": [{"sort": "'1'"}]},
            [("sort.constant", "/insights/i/interactions/0/sort")],
        ),
        ({"props": {"x": "n; DROP TABLE t"}}, [("sql.expression_not_allowed", "/insights/i/props/x")]),
        ({"props": {"x": "n\x00"}}, [("expression.character", "/insights/i/props/x")]),
        ({"props": {"x": "today()"}}, None),
        ({"props": {"x": "*"}}, None),
        ({"props": {"x": "n AS m"}}, None),
        ({"props": {"x": "?"}}, None),
        ({"props": {"x": "$1"}}, None),
        ({"props": {"x": "getenv('HOME')"}}, None),
        ({"props": {"x": "(SELECT max(n) FROM insight_data)"}}, None),
        ({"props": {"x": "n) FROM insight_data --"}}, None),
        ({"props": {"x": "n"}, "interactions": [{"sort": "n, (("}]}, None),
        ({"props": {"x": "n"}, "interactions": [{"filter": "n IN (SELECT 1)"}]}, None),
    ],
)
def test_refused(written: dict[str, Any], expected: list[tuple[str, str]] | None) -> None:
    found = codes(**written)
    assert found == expected or (expected is None and len(found) >= 1)


def test_a_having_filter_alone_groups() -> None:
    insight = made(props={"x": "city"}, interactions=[{"filter": "count(*) > 3"}])
    assert insight.requires_groupby
    assert "GROUP BY 1 HAVING COUNT(*) > 3" in insight.template


def test_timestamps_against_the_last_day() -> None:
    inputs = read_specs({"p": {"type": "date_range"}})
    insight = made(inputs, props={"x": "ts"}, interactions=[{"filter": "ts <= ${ref(p).to}"}])
    assert [one.code for one in type_problems(insight, {"TS": "timestamp"})] == ["insight.timestamp_to"]
    assert type_problems(insight, {"ts": "date"}) == []
    fine = made(inputs, props={"x": "ts"}, interactions=[{"filter": "ts < ${ref(p).until}"}])
    assert type_problems(fine, {"ts": "timestamp"}) == []


def test_metadata() -> None:
    inputs = read_specs({"c": {"type": "multi_select", "options": ["a"]}, "p": {"type": "date_range"}})
    insight = made(
        inputs,
        props={"x": "city", "y": "avg(dep_delay)"},
        interactions=[{"filter": "city IN ${ref(c).values}"}, {"split": "city"}],
    )
    assert insight.input_dependencies == ("c",)
    assert insight.requires_groupby
    assert insight.as_json()["metadata"]["columns"][1] == {"name": "props.y", "label": "Average dep delay"}
    assert insight.interactions == ({"filter": "city IN ${ref(c).values}"}, {"split": "city"})
    assert "${ref(c).values}" in insight.template
    assert "${" not in insight.split.whole.sql

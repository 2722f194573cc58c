"""Traces: the same rows as the insight that says the same, whatever stands in them; `column(name)` written out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from dashbridge.insights import (
    CompiledInsight,
    InputSpec,
    compile_insight,
    default_inputs,
    over_table,
    read_inputs,
)
from dashbridge.insights.trace import MAX_CHARS, TraceSpec, as_insight, compile_trace, single_cohort
from dashbridge.kit import Invalid

DAY = dt.date(2026, 11, 21)
read_specs = TypeAdapter(dict[str, InputSpec]).validate_python


def made(inputs: dict[str, InputSpec] | None = None, **written: Any) -> CompiledInsight:
    return compile_trace("delays", TraceSpec(query="q", **written), inputs or {})


def problems(dialect: str = "duckdb", **written: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Invalid) as caught:
        compile_trace("delays", TraceSpec(query="q", **written), {}, dialect=dialect)
    return [(one.code, one.place.path) for one in caught.value.problems]


def rows(engine: duckdb.DuckDBPyConnection, compiled: CompiledInsight, **raw: list[str]) -> list[Any]:
    statement = compiled.split.whole_local
    assert statement is not None
    inputs = read_specs(INPUTS) if raw else {}
    values = read_inputs(inputs, raw, DAY) if raw else default_inputs(inputs, DAY)
    bound = statement.bind(values)
    return engine.execute(over_table(bound.sql, "insight_data"), list(bound.values)).fetchall()


INPUTS = {"kinds": {"type": "multi_select", "options": ["A", "B"]}, "least": {"type": "number_range"}}


def test_every_part_finds_its_place() -> None:
    compiled = made(
        cohort_on="kind",
        columns={"n": "count(*)", "month": "date_trunc('month', day)"},
        props={"x": "column(month)", "y": "sum(amount) / column(n)"},
        filters=["n > 3 AND count(*) > 1", "row_number() OVER (ORDER BY kind) < 9"],
        order_by=["column(n) DESC", "kind"],
        limit=50,
    )
    assert compiled.template == (
        'SELECT CAST(DATE_TRUNC(\'MONTH\', day) AS DATE) AS "props.x", SUM(amount) / (COUNT(*)) AS "props.y", '
        'COUNT(*) AS "columns.n", CAST(DATE_TRUNC(\'MONTH\', day) AS DATE) AS "columns.month", kind AS cohort '
        "FROM insight_data WHERE n > 3 GROUP BY 1, 4, 5 HAVING COUNT(*) > 1 "
        "QUALIFY ROW_NUMBER() OVER (ORDER BY kind) < 9 ORDER BY 3 DESC, 5 ASC, 1 ASC, 4 ASC LIMIT 50"
    ).replace("AS cohort", 'AS "cohort"')
    assert compiled.split_column == "cohort"
    assert [one.key for one in compiled.columns] == ["props.x", "props.y", "columns.n", "columns.month", "cohort"]


def test_a_trace_gives_the_rows_of_its_insight(engine: duckdb.DuckDBPyConnection) -> None:
    inputs = read_specs(INPUTS)
    spec = TraceSpec(
        query="q",
        cohort_on="city",
        columns={"n": "count(*)"},
        props={"x": "kind", "y": "column(n) * 2"},
        filters=["kind IN ${ref(kinds).values} AND amount >= ${ref(least).min}"],
    )
    trace = compile_trace("t", spec, inputs)
    insight = compile_insight("t", as_insight("t", spec), inputs)
    assert trace.input_dependencies == ("kinds", "least")
    assert insight.split_column == "city"
    for raw in ({"kinds": ["all"]}, {"kinds": ["A"]}, {"kinds": ["none"]}, {"kinds": ["A", "B"], "least": ["3.."]}):
        found = rows(engine, trace, **raw)
        assert sorted(found, key=repr) == sorted(rows(engine, insight, **raw), key=repr)
        assert (raw["kinds"] == ["none"]) == (not found)
    assert None in {row[-1] for row in rows(engine, trace, kinds=["all"])}


def test_without_a_cohort_there_is_one_named_after_the_trace(engine: duckdb.DuckDBPyConnection) -> None:
    alone = made(props={"x": "kind", "y": "count(*)"})
    assert single_cohort(alone)
    assert {row[-1] for row in rows(engine, alone)} == {"delays"}
    assert not single_cohort(made(cohort_on="'all of them'", props={"x": "kind"}))
    assert not single_cohort(made(cohort_on="cohort", props={"x": "kind"}))
    assert as_insight("t", TraceSpec(query="q", props={"x": "kind"})).interactions == []


def test_a_line_is_ordered_by_x_unless_the_trace_says_otherwise() -> None:
    spec = TraceSpec(query="q", cohort_on="kind", props={"y": "n", "x": "day"})
    assert "ORDER BY 2 ASC" in compile_trace("t", spec, {}, order_by_x=True).template
    sorted_by_n = spec.model_copy(update={"order_by": ["n DESC"]})
    assert "ORDER BY 1 DESC LIMIT" in compile_trace("t", sorted_by_n, {}, order_by_x=True).template


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"props": {"x": "column(nope)"}}, ("trace.column", "/traces/delays/props/x")),
        ({"props": {"x": "column(n)[0]"}, "columns": {"n": "n"}}, ("trace.item", "/traces/delays/props/x")),
        ({"props": {"x": "column ( n ) [1:5]"}, "columns": {"n": "n"}}, ("trace.item", "/traces/delays/props/x")),
        ({"props": {"x": "column()"}, "columns": {"n": "n"}}, ("trace.column", "/traces/delays/props/x")),
        ({"props": {"x": "column(n + 1)"}, "columns": {"n": "n"}}, ("trace.column", "/traces/delays/props/x")),
        ({"props": {"x": "COLUMN(n"}, "columns": {"n": "n"}}, ("trace.column", "/traces/delays/props/x")),
        ({"props": {"x": "?{max(n)}[0]"}}, ("trace.marker", "/traces/delays/props/x")),
        ({"columns": {"n": "n", "m": "column(n)"}}, ("trace.nested", "/traces/delays/columns/m")),
        ({"columns": {"n": "column(n)"}}, ("trace.nested", "/traces/delays/columns/n")),
        ({"props": {"x": "n"}, "cohort_on": "column(k)"}, ("trace.column", "/traces/delays/cohort_on")),
        ({"props": {"x": "n"}, "cohort_on": "sum(n)"}, ("insight.split_aggregate", "/traces/delays/cohort_on")),
        ({"props": {"x": "n"}, "filters": ["n > 1", "SELECT"]}, ("sql.not_sql", "/traces/delays/filters/1")),
        (
            {"props": {"x": "n"}, "cohort_on": "kind", "filters": ["n > ${ref(a).value}"]},
            ("ref.unknown_input", "/traces/delays/filters/0"),
        ),
        (
            {"props": {"x": "kind", "y": "sum(n)"}, "filters": ["n > 1"], "order_by": ["kind", "n"]},
            ("sort.grouping", "/traces/delays/order_by/1"),
        ),
        ({"props": {"x": "n"}, "order_by": ["1"]}, ("sort.constant", "/traces/delays/order_by/0")),
        ({"props": {"x": "n, m"}}, ("sql.expression_not_allowed", "/traces/delays/props/x")),
        ({"props": {"y": "sum(n) + m"}}, ("insight.ungrouped", "/traces/delays/props/y")),
        ({}, ("trace.empty", "/traces/delays")),
        ({"props": {"x": "(SELECT 1)"}}, ("sql.expression_not_allowed", "/traces/delays/props/x")),
        ({"props": {"x": "read_csv('x')"}}, ("sql.function_not_allowed", "/traces/delays/props/x")),
        ({"props": {"x": "now()"}}, ("expression.clock", "/traces/delays/props/x")),
    ],
)
def test_refused_where_it_is_written(written: dict[str, Any], expected: tuple[str, str]) -> None:
    assert problems(**written) == [expected]


def test_every_problem_of_a_trace_comes_at_once() -> None:
    found = problems(props={"x": "column(a)", "y": "column(b)"}, columns={"c": "column(d)"}, filters=["column(e)"])
    assert len(found) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'column(n)'", "'column(n)'"),
        ('"column"', '"column"'),
        ("columns(n)", None),
        ("xcolumn(n)", None),
        ("n /* column(zzz) */", "n /* column(zzz) */"),
        ("column(n)", "a + b"),
        (" column( n ) ", "a + b"),
        ("column(n) * 2", "(a + b) * 2"),
        ("'é🛫' || column(n) || 'ü' || column(n)", "'é🛫' || (a + b) || 'ü' || (a + b)"),
        ("${ref(kinds).first} || column(n)", "${ref(kinds).first} || (a + b)"),
    ],
)
def test_only_a_call_is_written_out(text: str, expected: str | None) -> None:
    spec = TraceSpec(query="q", columns={"n": "a + b"}, props={"x": text})
    assert as_insight("t", spec).props["x"] == (text if expected is None else expected)


def test_a_column_that_ends_in_a_comment_does_not_swallow_what_follows() -> None:
    spec = TraceSpec(query="q", columns={"n": "n -- all"}, props={"x": "column(n) + 1"})
    assert "n + 1" in compile_trace("t", spec, {}).template.replace("(", "").replace(")", "").replace(" /* all */", "")


def test_writing_out_cannot_blow_a_text_up() -> None:
    spec = TraceSpec(query="q", columns={"n": "n" + " + n" * 900}, props={"x": " + ".join(["column(n)"] * 300)})
    with pytest.raises(Invalid) as caught:
        as_insight("t", spec)
    assert [one.code for one in caught.value.problems] == ["trace.too_long"]
    assert str(MAX_CHARS // 1000) in (caught.value.problems[0].hint or "")


@pytest.mark.parametrize(
    "written",
    [
        {"filters": ["n"] * 21},
        {"order_by": ["n"] * 17},
        {"limit": 0},
        {"limit": 100_001},
        {"props": {"X": "n"}},
        {"cohort": "n"},
        {"cohort_on": ""},
    ],
)
def test_the_form_is_held(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TraceSpec(query="q", **written)


def test_a_trace_is_read_in_the_dialect_of_its_connection() -> None:
    spec = TraceSpec(
        query="q", cohort_on="`kind`", columns={"n": "COUNTIF(flag)"}, props={"x": "kind", "y": "column(n)"}
    )
    compiled = compile_trace("t", spec, {}, dialect="bigquery")
    assert "GROUP BY" in compiled.template
    assert problems(cohort_on="`kind", props={"x": "n"}, dialect="bigquery")[0][1] == "/traces/delays/cohort_on"


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_is_compiled_or_refused_in_place(text: str, column: str) -> None:
    written = {"columns": {"n": column or "n"}, "props": {"x": text or "n"}, "filters": [f"column(n) {text}"]}
    spec = TraceSpec(query="q", **written)
    found: list[str | None] = []
    try:
        compile_trace("t", spec, {})
    except Invalid as error:
        found = [one.place.path for one in error.problems]
    assert all((path or "").startswith("/traces/t/") for path in found)

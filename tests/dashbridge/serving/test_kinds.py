"""Traces and narrowed options are computed like insights, and their names are kept apart."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.dashbridge.serving.conftest import ASKED, TODAY, Counted, ask, compiled, data, gated, orders
from tests.fakes.paying import account

from dashbridge.kit import NotFound
from dashbridge.serving import Answers, InsightAnswer, ServingLimits, parts_of, single_insight
from dashbridge.warehouse.duckdb import DuckDBPool

YAML = """\
version: 1
title: Shop
connection: shop
inputs:
  region: {type: select, options: {query: regions, column: region, label_column: label}, default: all}
  day:
    type: multi_select
    options: {query: sales, column: day, filter: "region = ${ref(region).value}"}
    value_type: date
  bucket: {type: select, options: {range: {from: 10, to: 30, step: 10}}, default: 20}
queries:
  sales: {sql: "SELECT day, region, amount FROM orders"}
  regions: {sql: "SELECT region, label FROM regions ORDER BY region DESC"}
insights:
  same: {query: sales, props: {value: sum(amount)}, interactions: [{filter: "day IN ${ref(day).values}"}]}
traces:
  same:
    query: sales
    cohort_on: region
    columns: {n: "count(*)"}
    props: {x: day, y: sum(amount)}
    filters: ["amount > 1"]
    order_by: [day]
  alone: {query: sales, props: {x: region, y: sum(amount)}, order_by: [region]}
views:
  v: {type: metric, insight: same}
  t: {type: line, trace: same}
layout: {rows: [{height: sm, items: [{view: v, span: 6}, {view: t, span: 6}]}]}
"""


def shop() -> Counted:
    return Counted(orders(90))


async def body(answers: Answers, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await ask(answers, compiled(YAML), shop(), **options)).json())
    return found


async def test_a_trace_is_nested_by_its_cohort(answers: Answers) -> None:
    found = await body(answers)
    trace = found["traces"]["same"]
    assert set(trace) == {"data", "null_cohort", "metadata"}
    assert set(trace["data"]) == {"n", "s", "w"}
    assert trace["null_cohort"] is None
    rows = orders(90)["orders"].to_pylist()
    for region, columns in trace["data"].items():
        assert set(columns) == {"props.x", "props.y", "columns.n"}
        wanted: dict[str, float] = {}
        for row in rows:
            if row["region"] == region and row["amount"] > 1:
                wanted[row["day"].isoformat()] = wanted.get(row["day"].isoformat(), 0) + row["amount"]
        assert dict(zip(columns["props.x"], columns["props.y"], strict=True)) == pytest.approx(wanted)
        assert columns["props.x"] == sorted(columns["props.x"])
    assert trace["metadata"]["split_column"] == "cohort"
    assert trace["metadata"]["mode"] == "static"
    assert list(found["traces"]["alone"]["data"]) == ["alone"]


async def test_names_of_traces_and_insights_are_kept_apart(answers: Answers) -> None:
    dashboard, warehouse = compiled(YAML), gated(shop())
    assert [part.label for part in parts_of(dashboard)] == ["same", "traces.same", "traces.alone", "options.day"]
    insight = (await ask(answers, dashboard, warehouse, only="same")).only()
    trace = (await ask(answers, dashboard, warehouse, only="traces.same")).only()
    assert insight.table.column_names == ["props.value"]
    assert "cohort" in trace.table.column_names
    alone = await ask(answers, dashboard, warehouse, only="alone")
    assert (list(alone.insights), list(alone.traces)) == ([], ["alone"])
    with pytest.raises(NotFound, match="nothing"):
        await ask(answers, dashboard, warehouse, only="nothing")
    with pytest.raises(Exception, match="several"):
        single_insight(dashboard, None)


async def test_a_file_without_traces_says_nothing_of_them(answers: Answers, shop_yaml: str) -> None:
    answer = await ask(answers, compiled(shop_yaml), shop())
    assert "traces" not in json.loads(answer.json())


async def test_the_tag_follows_the_traces(answers: Answers) -> None:
    dashboard, warehouse = compiled(YAML), shop()
    first = await ask(answers, dashboard, warehouse)
    warehouse.replace(orders(90, 2.0))
    other = await ask(answers, dashboard, warehouse)
    tags = {answer.etag("json", "t") for answer in (first, other, replace(first, traces=other.traces))}
    assert len(tags) == 3


@pytest.mark.parametrize("limits", [{}, {"max_shared_rows": 0}, {"max_shared_rows": 0, "max_query_rows": 3}])
async def test_options_follow_the_inputs_above_them(query_pool: DuckDBPool, limits: dict[str, int]) -> None:
    dashboard, warehouse = compiled(YAML), shop()
    answers, gate = Answers(query_pool, ServingLimits(**limits)), gated(warehouse)
    rows = orders(90)["orders"].to_pylist()
    for region in ("n", "all", "s"):
        answer = await ask(answers, dashboard, gate, inputs={"region": [region], "day": ["2024-01-03"]})
        state = answer.inputs["day"]
        assert state.error is None
        assert state.options is not None
        wanted = {row["day"].isoformat() for row in rows if region in ("all", row["region"])}
        assert [option["value"] for option in state.options] == [option["label"] for option in state.options]
        assert {option["value"] for option in state.options} == wanted
        assert len(state.options) == len(wanted)
        assert state.value == ["2024-01-03"]
    listed = answer.inputs["region"].options
    assert [option["label"] for option in listed or []] == ["=West", "South", "North"]
    assert [option["value"] for option in answer.inputs["bucket"].options or []] == [10, 20, 30]


async def test_options_may_be_asked_for_alone_and_given_to_browsers(answers: Answers) -> None:
    dashboard, gate = compiled(YAML), gated(shop())
    answer = await ask(answers, dashboard, gate, only="options.day", inputs={"region": ["w"]})
    assert set(data(answer, "options.day")) == {"columns.value", "columns.label"}
    found = await answers.pre(ASKED, dashboard, gate, "options.day", spending=account())
    assert (found.envelope["insight"], found.envelope["input_dependencies"]) == ("options.day", ["region"])
    one = answer.only()
    assert isinstance(one, InsightAnswer)
    assert one.browser is True


async def test_options_that_fail_leave_the_rest(answers: Answers) -> None:
    yaml = YAML.replace("column: day, filter", "column: absent, filter")
    answer = await ask(answers, compiled(yaml), shop())
    state = answer.inputs["day"]
    assert (state.options, state.error is not None) == ([], True)
    assert answer.inputs["region"].error is None
    assert data(answer, "same")["props.value"][0] > 0


async def test_a_build_tells_traces_and_options_as_such(answers: Answers) -> None:
    dashboard, gate = compiled(YAML), gated(shop())
    steps = [step async for step in answers.build(ASKED, dashboard, gate, {}, today=TODAY, spending=account())]
    done = {(step.kind, step.name) for step in steps if step.state == "done"}
    assert done == {
        *(("query", "sales"), ("query", "regions"), ("insight", "same"), ("trace", "same"), ("trace", "alone")),
        *(("options", "region"), ("options", "day")),
    }

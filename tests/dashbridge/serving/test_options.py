"""Options are listed in the file or read from a query, once each, in its order."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from dashbridge.dashboards import load_dashboard
from dashbridge.insights import InputSpec
from dashbridge.insights.options import options_query
from dashbridge.kit import Invalid
from dashbridge.serving.options import MAX_OPTIONS, computed_options, input_options

TODAY = dt.date(2024, 2, 10)
YAML = """\
version: 1
title: T
connection: shop
inputs:
  pick: {type: select, options: OPTIONS, default: all}
queries: {q: {sql: SELECT 1 AS v}}
insights: {i: {query: q, props: {value: sum(v)}}}
views: {v: {type: metric, title: T, insight: i}}
layout: {rows: [{height: sm, items: [{view: v, span: 12}]}]}
"""


def spec(options: str = "{query: q, column: v}") -> InputSpec:
    return load_dashboard(YAML.replace("OPTIONS", options)).spec.inputs["pick"]


def values(column: list[Any], kind: pa.DataType | None = None) -> list[Any]:
    return [option["value"] for option in input_options(spec(), pa.table({"v": pa.array(column, kind)}), TODAY) or []]


def test_listed_options_need_no_rows() -> None:
    assert options_query(spec("[a, b]")) is None
    assert input_options(spec("[a, b]"), None, TODAY) == [{"value": "a", "label": "a"}, {"value": "b", "label": "b"}]


def test_values_come_once_in_order_without_the_missing() -> None:
    assert values(["b", None, "a", "b"]) == ["b", "a"]
    assert values([1.0, float("nan"), 2.0, 1.0]) == [1.0, 2.0]
    assert values([True, 1 == 1, False]) == [True, False]
    assert values([]) == []


def test_values_are_those_of_the_data_answer() -> None:
    assert values([dt.date(2024, 1, 1)]) == ["2024-01-01"]
    assert values([Decimal("1.10")], pa.decimal128(9, 2)) == ["1.10"]
    assert values([2**60]) == [str(2**60)]
    assert values([[1], [1], [2]]) == [[1], [2]]
    assert values([b"\xff"]) == ["ff"]


def test_labels_come_from_their_column_or_are_the_value() -> None:
    table = pa.table({"v": ["n", "s"], "name": ["North", None]})
    found = input_options(spec("{query: q, column: v, label_column: name}"), table, TODAY)
    assert found == [{"value": "n", "label": "North"}, {"value": "s", "label": "s"}]


def test_there_are_at_most_a_thousand() -> None:
    assert len(values(list(range(5_000)))) == MAX_OPTIONS


@pytest.mark.parametrize("table", [pa.table({"w": [1]}), pa.table([[1], [2]], names=["v", "v"])])
def test_a_column_that_is_not_there_is_named(table: pa.Table) -> None:
    with pytest.raises(Invalid, match="'v'"):
        input_options(spec(), table, TODAY)


def test_a_range_is_counted_out_by_the_day_of_the_answer() -> None:
    found = input_options(spec("{range: {from: today - 1 month, to: today, step: 1 month}}"), None, TODAY)
    assert found == [{"value": day, "label": day} for day in ("2024-01-10", "2024-02-10")]
    numbers = input_options(spec("{range: {from: 10, to: 30, step: 10}}"), None, TODAY)
    assert [option["value"] for option in numbers or []] == [10, 20, 30]


def test_an_insight_gives_values_and_labels_or_values_alone() -> None:
    table = pa.table({"columns.value": ["b", "a", "b", None], "columns.label": ["B", None, "C", "D"]})
    assert computed_options(table) == [{"value": "b", "label": "B"}, {"value": "a", "label": "a"}]
    assert computed_options(table.select(["columns.value"])) == [
        {"value": "b", "label": "b"},
        {"value": "a", "label": "a"},
    ]

"""A green validation means a chart that draws: every statement an insight may run was planned, on both sides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from dashbridge.api.deps import Rooms
from dashbridge.connections import GatedWarehouse
from dashbridge.dashboards import compile_dashboard, load_dashboard
from dashbridge.insights import Statement, default_inputs, over_query
from dashbridge.kit import Invalid, TableName
from dashbridge.library import check_dashboard
from dashbridge.library.check_insights import check_insights
from dashbridge.sharing import Actor
from dashbridge.sql import Scope
from dashbridge.warehouse.base import Capabilities, Column, DryRun, Kind, Limits, Parameter, WarehouseRefused

pytestmark = pytest.mark.usefixtures("shop")
DAY = date(2024, 1, 31)

EXTRAS = """\
traces:
  cohorts: {query: sales, cohort_on: region, props: {x: day, y: sum(amount)}, order_by: [day]}
"""


def with_trace(yaml: str) -> str:
    return yaml.replace("views:\n", EXTRAS + "views:\n  old: {type: line, title: Old, trace: cohorts}\n").replace(
        "{view: trend, span: 12}", "{view: trend, span: 6}, {view: old, span: 6}"
    )


async def test_every_part_has_the_bytes_of_its_pre_query(rooms: Rooms, admin: Actor, shop_yaml: str) -> None:
    checked = await rooms.library.check(admin, with_trace(shop_yaml))
    assert set(checked.records) == {"sales", "regions"}
    assert {"total", "by_day", "traces.cohorts"} <= set(checked.pre_records)
    for name in ("total", "by_day", "traces.cohorts"):
        assert 0 < checked.pre_records[name].plan.bytes_scanned <= checked.records["sales"].plan.bytes_scanned
    assert checked.warnings == ()


QUERY = """\
    sql: |
      SELECT day, region, sum(amount) AS amount, count(*) AS orders
      FROM orders
      GROUP BY day, region
"""
ENDS = {
    "semicolon": "SELECT day, region, amount FROM orders;",
    "semicolons": "SELECT day, region, amount FROM orders ; ;",
    "comment": "SELECT day, region, amount FROM orders -- all; of ' them",
    "semicolon and comment": "SELECT day, region, amount FROM orders; -- all of them",
    "block comment": "SELECT day, region, amount FROM orders /* ; */",
    "a text with a mark": "SELECT day, region, amount FROM orders WHERE region <> 'why?;--'",
    "cte": "WITH o AS (SELECT * FROM orders) SELECT day, region, amount FROM o ORDER BY day LIMIT 100000;",
    "recursive": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1) "
    "SELECT day, region, amount FROM orders, n",
    "union": "SELECT day, region, amount FROM orders UNION ALL SELECT day, region, 0 FROM orders WHERE false",
    "parentheses": "(SELECT day, region, amount FROM orders)",
    "its own insight_source": "WITH insight_source AS (SELECT * FROM orders) "
    "SELECT day, region, amount FROM insight_source",
    "its own insight_data": "WITH insight_data AS (SELECT * FROM orders) SELECT day, region, amount FROM insight_data",
}


@pytest.mark.parametrize("name", ENDS)
async def test_authors_sql_is_wrapped_whatever_it_begins_and_ends_with(
    rooms: Rooms, admin: Actor, shop_yaml: str, name: str
) -> None:
    assert QUERY in shop_yaml
    checked = await rooms.library.check(admin, shop_yaml.replace(QUERY, f"    sql: |\n      {ENDS[name]}\n"))
    assert {"total", "by_day"} <= set(checked.pre_records)
    tables = checked.pre_records["total"].plan.tables
    assert tables == (TableName("main", "orders"),)


BROKEN = {
    "an insight": ("value: sum(amount)}, inter", "value: sum(abs(region))}, inter", "/insights/total", 18),
    "a filter": (
        'filter: "region IN ${ref(region).values}"}]}\n',
        'filter: "day > true AND region IN ${ref(region).values}"}]}\n',
        "/insights/total",
        18,
    ),
    "a cast that DuckDB tries only on rows": (
        'filter: "region IN ${ref(region).values}"}]}\n',
        'filter: "day = 5 AND region IN ${ref(region).values}"}]}\n',
        "/insights/total",
        18,
    ),
    "a trace": ("y: sum(amount)}, order_by", "y: sum(region)}, order_by", "/traces/cohorts", 24),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_no_engine_would_run_is_found_at_its_insight(
    rooms: Rooms, admin: Actor, shop_yaml: str, name: str
) -> None:
    old, new, path, line = BROKEN[name]
    yaml = with_trace(shop_yaml)
    assert old in yaml
    with pytest.raises(Invalid) as refused:
        await rooms.library.check(admin, yaml.replace(old, new, 1))
    (problem,) = refused.value.problems
    assert (problem.place.path, problem.place.line) == (path, line)
    assert problem.message
    assert problem.hint


async def parts_for(rooms: Rooms, admin: Actor, yaml: str) -> Any:
    checked = await rooms.library.check(admin, yaml)
    warehouse = await rooms.connections.open(admin, "shop")
    return checked, warehouse


@pytest.mark.parametrize("form", ["post", "whole_local"])
async def test_a_statement_that_fails_on_this_side_alone_is_found(
    rooms: Rooms, admin: Actor, shop_yaml: str, query_pool: Any, form: str
) -> None:
    checked, warehouse = await parts_for(rooms, admin, shop_yaml)
    total = checked.compiled.insights["total"]
    split = replace(total.split)
    vars(split)[form] = Statement("SELECT nope FROM " + ("insight_data" if form == "post" else "\x02"))
    broken = replace(total, split=split)
    compiled = replace(checked.compiled, insights={**checked.compiled.insights, "total": broken})
    values = default_inputs(compiled.inputs, DAY)
    found = await check_insights(compiled, checked.records, warehouse, query_pool, values)
    assert [problem.place.path for problem in found.problems] == ["/insights/total"]


async def test_a_refused_pre_query_is_a_warning_where_the_whole_passes(
    rooms: Rooms, admin: Actor, shop_yaml: str, query_pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, warehouse = await parts_for(rooms, admin, shop_yaml)
    real = warehouse.dry_run
    split = checked.compiled.insights["by_day"].split
    assert split.pre is not None
    assert split.pre.sql != split.whole.sql
    by_day = over_query(split.pre.sql, checked.compiled.queries["sales"].sql)

    async def picky(self: Any, sql: str, parameters: Sequence[Parameter] = (), **options: Any) -> Any:
        if sql == by_day:
            raise WarehouseRefused("not today")
        return await real(sql, parameters, **options)

    monkeypatch.setattr(GatedWarehouse, "dry_run", picky)
    values = default_inputs(checked.compiled.inputs, DAY)
    found = await check_insights(checked.compiled, checked.records, warehouse, query_pool, values)
    assert found.problems == []
    assert {(one.place.path, one.code) for one in found.warnings} >= {("/insights/by_day", "insight.not_split")}
    assert "by_day" not in found.records


class FakeBigQuery:
    """A port that plans anything, in another dialect; it writes down what it is given."""

    capabilities = Capabilities("bigquery")

    def __init__(self) -> None:
        self.planned: list[tuple[str, tuple[Parameter, ...]]] = []

    async def dry_run(self, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
        self.planned.append((sql, tuple(parameters)))
        columns = [Column("day", "DATE", Kind.DATE), Column("region", "STRING", Kind.TEXT)]
        columns.append(Column("amount", "FLOAT64", Kind.FLOAT))
        if "insight_source" in sql and not parameters:
            names = re.findall(r"AS `?([ac]\d+)`?", sql.partition("FROM")[0])
            columns = [columns[min(at, 2)] for at, _ in enumerate(names)]
            columns = [replace(column, name=name) for column, name in zip(columns, names, strict=True)]
        return DryRun("SELECT", (TableName("main", "orders"),), tuple(columns), 100)

    async def data_version(self) -> str:
        return "v1"


BIGQUERY = """\
version: 1
title: Shop
connection: shop
inputs:
  region: {type: multi_select, options: [n, s], default: [n]}
queries:
  sales: {sql: "SELECT day, region, amount FROM `main.orders` WHERE region != 'why?'"}
insights:
  share:
    query: sales
    props: {x: "DATE_TRUNC(day, MONTH)", y: "SAFE_DIVIDE(SUM(amount), COUNT(*))"}
    interactions: [{filter: "region IN ${ref(region).values}"}]
views:
  share: {type: bar, title: Share, insight: share}
layout: {rows: [{height: md, items: [{view: share, span: 12}]}]}
"""


async def test_a_file_is_read_in_the_dialect_of_its_connection(query_pool: Any) -> None:
    port = FakeBigQuery()
    scope = Scope("bigquery", frozenset({"main"}), default_dataset="main")
    warehouse: Any = GatedWarehouse(port, connection_id=uuid4(), scope=scope, limits=Limits())  # type: ignore[arg-type]

    async def open_warehouse(name: str) -> GatedWarehouse:
        assert name == "shop"
        found: GatedWarehouse = warehouse
        return found

    checked = await check_dashboard(BIGQUERY, open_warehouse, query_pool, today=lambda timezone: DAY)
    assert checked.dialect == "bigquery"
    bound = [(sql, values) for sql, values in port.planned if values]
    assert bound
    assert all("SAFE_DIVIDE" in sql.upper() for sql, _ in bound)
    assert all("n" in values for _, values in bound)
    with pytest.raises(Invalid):
        load_dashboard(BIGQUERY)
    assert compile_dashboard(load_dashboard(BIGQUERY, "bigquery")).insights["share"].split.whole.parameters

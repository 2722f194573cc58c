"""The three ways to compute an insight give the same answer; and the cheaper one is taken."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from tests.dashbridge.serving.conftest import Counted, ask, compiled, data, gated, orders, split_anew

from dashbridge.dashboards import CompiledDashboard
from dashbridge.kit import Invalid, Unavailable
from dashbridge.serving import Answers, InsightAnswer, ServingLimits, compute
from dashbridge.serving.failures import WarehouseFailed
from dashbridge.serving.visit import Part
from dashbridge.warehouse.duckdb import DuckDBPool

SHARED = ServingLimits()
SEPARATE = ServingLimits(max_shared_rows=0)
WHOLE = ServingLimits(max_shared_rows=0, max_query_rows=0)

YAML = """\
version: 1
title: Shop
connection: shop
inputs:
  region: {type: select, options: [n, s, w], default: all}
  least: {type: number_range, default: {min: 1}}
  big: {type: toggle}
queries:
  sales:
    sql: |
      SELECT day, region, amount, CAST(amount * 4 AS BIGINT) AS units, CAST(amount AS DECIMAL(9, 2)) AS price,
        170141183460469231731687303715::HUGEINT * CAST(amount * 4 AS BIGINT) AS huge
      FROM orders;
insights:
  total:
    query: sales
    props: {value: sum(amount)}
    columns: {units: sum(units), price: sum(price), huge: max(huge), half: sum(huge) // 2, n: count(*)}
    interactions: [{filter: "region = ${ref(region).value}"}]
  middle:
    query: sales
    props: {x: region, y: median(amount)}
    interactions: [{filter: "amount >= ${ref(least).min}"}, {sort: region}]
  rows:
    query: sales
    props: {x: day, y: amount}
    columns: {huge: huge - 1, price: price}
    interactions: [{filter: "region = ${ref(region).value}"}, {split: region}, {sort: "day, amount, region"}]
    limit: 40
  fixed:
    query: sales
    props: {x: region, y: sum(huge), color: "CASE WHEN avg(amount) > 6 THEN 'high' END"}
    interactions: [{sort: region}]
  best:
    query: sales
    props: {x: region, y: sum(amount)}
    interactions: [{filter: "sum(amount) > ${ref(least).min} * 100"}, {sort: "sum(amount) DESC, region"}]
views: {v: {type: metric, insight: total}}
layout: {rows: [{height: sm, items: [{view: v, span: 12}]}]}
"""


def drop_clock(body: bytes) -> dict[str, Any]:
    """What must be equal, however computed."""
    answer = json.loads(body)
    kept = {}
    for name, one in answer["insights"].items():
        facts = ("columns", "rows", "truncated", "mode", "split_column", "input_dependencies")
        kept[name] = one.get("error") or {"data": one["data"], **{key: one["metadata"][key] for key in facts}}
    return kept


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"region": ["s"]},
        {"region": ["none"]},
        {"region": ["no such"], "least.min": ["3.5"]},
        {"least.min": ["0"], "region": ["w"]},
        {"least.min": ["1000"]},
    ],
)
@pytest.mark.parametrize("rows", [0, 1, 300])
async def test_every_way_gives_the_same(query_pool: DuckDBPool, inputs: dict[str, list[str]], rows: int) -> None:
    dashboard, found = compiled(YAML), []
    for limits in (SHARED, SEPARATE, WHOLE):
        warehouse = Counted(orders(rows))
        answer = await ask(Answers(query_pool, limits), dashboard, warehouse, inputs=inputs)
        found.append(drop_clock(answer.json()))
        assert not any("code" in one for one in found[-1].values()), found[-1]
    assert found[0] == found[1] == found[2]


async def test_the_ways_are_what_they_say(query_pool: DuckDBPool) -> None:
    dashboard = compiled(YAML)
    runs = []
    for limits in (SHARED, SEPARATE, WHOLE):
        warehouse = Counted(orders())
        await ask(Answers(query_pool, limits), dashboard, warehouse)
        runs.append(warehouse.runs)
    assert runs[0] == [dashboard.queries["sales"].sql]
    wanted = [one.split.pre for one in dashboard.insights.values()]
    assert len([one for one in runs[1] if "?" not in one]) >= len([one for one in wanted if one is not None])
    assert not any("?" in one for one in runs[1][:1])
    assert len([one for one in runs[2] if "?" in one]) == 4


@pytest.mark.parametrize("grouped", [True, False])
async def test_an_insight_alone_takes_the_rows_of_a_query_that_groups_them_and_else_its_own(
    answers: Answers, shop_yaml: str, warehouse: Counted, grouped: bool
) -> None:
    yaml = shop_yaml.replace("  by_day:\n    query: sales", "  by_day:\n    query: regions").replace(
        "{x: day, y: sum(amount), color: region}", "{x: region, y: count(*), color: region}"
    )
    if not grouped:
        yaml = yaml.replace("sum(amount) AS amount, count(*) AS orders", "amount").replace("GROUP BY day, region", "")
    dashboard = compiled(yaml.replace("{sort: day}", "{sort: region}"))
    for region in ("n", "s", "all"):
        answer = await ask(answers, dashboard, warehouse, inputs={"region": [region]}, only="total")
        assert data(answer, "total")["props.value"][0] > 0
    assert len(warehouse.runs) == 1
    assert (warehouse.runs[0] == dashboard.queries["sales"].sql) is grouped


async def test_a_query_with_too_many_rows_is_not_run_twice_to_learn_it(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    gate, small = gated(warehouse), Answers(query_pool, ServingLimits(max_shared_rows=50))
    sql = dashboard.queries["sales"].sql
    await ask(small, dashboard, gate)
    assert warehouse.runs.count(sql) == 1
    await ask(small, dashboard, gate, inputs={"region": ["n"]})
    assert warehouse.runs.count(sql) == 1
    assert len(warehouse.runs) == 4  # the query, its two pre-queries, the options


async def test_values_of_a_whole_statement_are_kept_apart(query_pool: DuckDBPool, warehouse: Counted) -> None:
    whole, dashboard = Answers(query_pool, WHOLE), compiled(YAML)
    gate = gated(warehouse)
    seen = []
    for region in ("n", "s", "n", "s"):
        answer = await ask(whole, dashboard, gate, inputs={"region": [region]}, only="rows")
        seen.append((set(data(answer, "rows")["region"]), answer.only().cache))
    assert seen == [({"n"}, "miss"), ({"s"}, "miss"), ({"n"}, "hit"), ({"s"}, "hit")]


@pytest.mark.parametrize("limits", [SHARED, SEPARATE, WHOLE])
async def test_one_that_fails_leaves_the_others(
    query_pool: DuckDBPool, warehouse: Counted, limits: ServingLimits
) -> None:
    yaml = YAML.replace("y: median(amount)", "y: median(CAST(region AS INTEGER))")
    found = drop_clock((await ask(Answers(query_pool, limits), compiled(yaml), warehouse)).json())
    assert found["middle"]["code"] == "query_refused"
    assert all("data" in one for name, one in found.items() if name != "middle")


async def test_a_wrong_query_is_told_as_its_author_wrote_it(query_pool: DuckDBPool, warehouse: Counted) -> None:
    for only in (None, "total"):
        answer = await ask(
            Answers(query_pool, SEPARATE), compiled(YAML.replace("FROM orders", "FROM absent")), warehouse, only=only
        )
        for one in answer.insights.values():
            assert isinstance(one, Invalid)
            assert "absent" in one.message
            assert "insight_source" not in one.message


async def test_an_engine_that_is_down_is_told_and_not_gone_around(query_pool: DuckDBPool, warehouse: Counted) -> None:
    warehouse.fault = Unavailable("The warehouse is down", code="down")
    answers = Answers(query_pool, SEPARATE)
    with pytest.raises(WarehouseFailed, match="The warehouse is down"):
        await ask(answers, compiled(YAML), warehouse, only="total")
    assert len(warehouse.runs) == 1
    warehouse.fault = None
    assert isinstance((await ask(answers, compiled(YAML), warehouse, only="total")).only(), InsightAnswer)


@pytest.mark.parametrize(("kind", "where"), [("{'a': region}", "kind.a = 'n'"), ("[region]", "kind[1] = 'n'")])
async def test_what_cannot_cross_is_computed_where_it_is(query_pool: DuckDBPool, kind: str, where: str) -> None:
    yaml = f"""\
version: 1
title: T
connection: shop
inputs: {{least: {{type: number_range, default: {{min: 1}}}}}}
queries: {{sales: {{sql: "SELECT {kind} AS kind, amount FROM orders"}}}}
insights:
  kinds:
    query: sales
    props: {{x: kind, y: sum(amount)}}
    interactions: [{{filter: "amount > ${{ref(least).min}}"}}, {{sort: kind}}]
  other:
    query: sales
    props: {{y: sum(amount)}}
    interactions: [{{filter: "amount > ${{ref(least).min}}"}}, {{filter: "{where}"}}]
views: {{v: {{type: table, insight: kinds}}}}
layout: {{rows: [{{height: sm, items: [{{view: v, span: 12}}]}}]}}
"""
    warehouse = Counted(orders())
    answer = await ask(Answers(query_pool, ServingLimits()), compiled(yaml), warehouse)
    kinds = answer.insights["kinds"]
    assert isinstance(kinds, InsightAnswer)
    assert (kinds.metadata["rows"], kinds.browser) == (3, False)
    assert f"SELECT {kind} AS kind, amount FROM orders" not in warehouse.runs
    assert data(answer, "other")["props.y"][0] > 0


async def test_names_of_columns_are_the_insights_own(answers: Answers, dashboard: CompiledDashboard) -> None:
    """An engine may not know a name with a dot."""
    total = dashboard.insights["total"]
    split = total.split
    named = {
        part: replace(statement, sql=statement.sql.replace('"props.value"', "v"))
        for part, statement in (("whole", split.whole), ("whole_local", split.whole_local), ("post", split.post))
        if statement is not None
    }
    dashboard.insights["total"] = split_anew(total, **named)
    answer = await ask(answers, dashboard, Counted(orders()), only="total")
    assert list(data(answer, "total")) == ["props.value"]


async def test_metadata_says_how_it_was_split(answers: Answers, warehouse: Counted) -> None:
    answer = await ask(answers, compiled(YAML), warehouse)
    body = json.loads(answer.json())["insights"]
    modes = {name: (one["metadata"]["mode"], one["metadata"]["browser"]) for name, one in body.items()}
    assert modes["fixed"] == ("static", False)
    assert modes["total"] == ("grouped", True)
    assert all(one["metadata"]["mode_reason"] for one in body.values())


async def test_a_column_with_a_time_zone_is_not_for_the_browser(answers: Answers) -> None:
    yaml = YAML.replace("SELECT day,", "SELECT CAST(day AS TIMESTAMPTZ) AS moment, day,").replace(
        "props: {x: day, y: amount}", "props: {x: moment, y: amount}"
    )
    answer = await ask(answers, compiled(yaml), Counted(orders()))
    rows, total = answer.insights["rows"], answer.insights["total"]
    assert isinstance(rows, InsightAnswer)
    assert isinstance(total, InsightAnswer)
    assert (rows.browser, total.browser) == (False, True)


async def test_no_table_is_lost_between_trips(query_pool: DuckDBPool) -> None:
    """Many insights over the same rows, in several trips of several workers."""
    where = "'region = ${ref(region).value}'"
    many = "".join(
        f"  n{n}: {{query: sales, props: {{value: sum(amount) + {n}}}, interactions: [{{filter: {where}}}]}}\n"
        for n in range(11)
    )
    dashboard = compiled(YAML.replace("  total:\n", many + "  total:\n", 1))
    answer = await ask(Answers(query_pool, SHARED), dashboard, Counted({**orders(), "other": pa.table({"a": [1]})}))
    first = data(answer, "n0")["props.value"][0]
    assert [data(answer, f"n{n}")["props.value"][0] for n in range(11)] == [first + n for n in range(11)]


async def test_a_large_answer_is_written_off_the_loop_and_once_for_a_crowd(
    query_pool: DuckDBPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[str, bool]] = []
    of = InsightAnswer.of

    def noted(part: Part, *rest: Any) -> InsightAnswer:
        written.append((part.name, threading.current_thread() is threading.main_thread()))
        return of(part, *rest)

    monkeypatch.setattr(InsightAnswer, "of", noted)
    dashboard, warehouse = compiled(YAML), Counted(orders())
    small = await ask(Answers(query_pool, SHARED), dashboard, gated(warehouse))
    assert all(on_loop for _, on_loop in written)
    written.clear()
    monkeypatch.setattr(compute, "_SMALL_BYTES", 0)
    answers, crowd = Answers(query_pool, SEPARATE), gated(warehouse)
    found = await asyncio.gather(*(ask(answers, dashboard, crowd) for _ in range(5)))
    assert sorted(written) == [(name, False) for name in sorted(dashboard.insights)]
    assert all(drop_clock(one.json()) == drop_clock(small.json()) for one in found)

"""A visit is paid for as a whole before any of it runs; who waits for another's rows pays nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.dashbridge.serving.conftest import ASKED, TODAY, Counted, ask, compiled, gated
from tests.fakes.paying import ADA, TEAM, account, costs_in_memory

from dashbridge.connections import GatedWarehouse
from dashbridge.costs import Costs, MemoryBook, OverBudget, Spending
from dashbridge.dashboards import CompiledDashboard
from dashbridge.serving import Answers, InsightAnswer

USD = 6.25


@pytest.fixture
def priced(warehouse: Counted) -> GatedWarehouse:
    return gated(warehouse, usd_per_tib=USD)


async def price(answers: Answers, dashboard: CompiledDashboard, gate: GatedWarehouse, **inputs: Any) -> Any:
    return await answers.price(ASKED, dashboard, gate, inputs, today=TODAY)


async def used(costs: Costs) -> int:
    return next(one.used for one in await costs.budgets(ADA) if one.name == "team_day")


async def test_the_price_is_what_is_then_paid(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, priced: GatedWarehouse
) -> None:
    before = await price(answers, dashboard, priced)
    assert warehouse.runs == []
    assert before.refresh == before.now
    assert before.refresh.bytes > 0
    assert before.refresh.usd == pytest.approx(before.refresh.bytes * USD / 2**40)
    assert set(before.queries) == set(dashboard.queries)
    assert set(before.views) == set(dashboard.views)
    assert before.as_dict()["usd_per_tib"] == USD
    costs = costs_in_memory(refresh=before.refresh.bytes)
    async with account(costs) as spending:
        await ask(answers, dashboard, priced, spending=spending)
    assert spending.estimated.bytes == spending.billed.bytes == before.refresh.bytes
    assert await used(costs) == before.refresh.bytes
    after = await price(answers, dashboard, priced)
    assert (after.refresh, after.now.bytes) == (before.refresh, 0)
    await costs.close()


async def test_one_byte_less_than_the_price_runs_nothing(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, priced: GatedWarehouse
) -> None:
    cost = (await price(answers, dashboard, priced)).refresh.bytes
    costs = costs_in_memory(refresh=cost - 1)
    with pytest.raises(OverBudget) as refused:
        await ask(answers, dashboard, priced, spending=account(costs))
    assert refused.value.details["estimate"] == cost
    assert warehouse.runs == []
    await costs.close()


async def test_what_costs_nothing_has_a_price_of_nothing(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    found = await price(answers, dashboard, gated(warehouse))
    assert (found.usd_per_tib, found.refresh.usd) == (0.0, 0.0)
    assert found.refresh.bytes > 0


async def test_who_waits_for_anothers_rows_pays_nothing(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, priced: GatedWarehouse
) -> None:
    cost = (await price(answers, dashboard, priced)).refresh.bytes
    costs = costs_in_memory(day=cost)  # enough for one of them
    accounts = [account(costs) for _ in range(5)]
    warehouse.gate.clear()
    asking = [asyncio.ensure_future(ask(answers, dashboard, priced, spending=one)) for one in accounts]
    await warehouse.started.wait()
    warehouse.gate.set()
    found = await asyncio.gather(*asking)
    assert all(isinstance(one.insights["total"], InsightAnswer) for one in found)
    assert len(warehouse.runs) == len(set(warehouse.runs))
    assert sorted(one.estimated.bytes for one in accounts) == [0, 0, 0, 0, cost]
    assert await used(costs) == cost
    await costs.close()


async def test_of_many_that_ask_too_much_at_once_none_runs_anything(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, priced: GatedWarehouse
) -> None:
    cost = (await price(answers, dashboard, priced)).refresh.bytes
    costs = costs_in_memory(day=cost - 1)
    done = await asyncio.gather(
        *(ask(answers, dashboard, priced, spending=account(costs)) for _ in range(5)), return_exceptions=True
    )
    assert all(isinstance(one, OverBudget) for one in done)
    assert warehouse.runs == []
    await costs.close()


async def test_who_leaves_leaves_the_rest_to_others(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, priced: GatedWarehouse
) -> None:
    costs = costs_in_memory()
    warehouse.gate.clear()

    async def leave(spending: Spending) -> None:
        async with spending:
            await ask(answers, dashboard, priced, spending=spending)

    first = asyncio.ensure_future(leave(account(costs)))
    await warehouse.started.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    warehouse.gate.set()
    async with account(costs) as spending:
        answer = await ask(answers, dashboard, priced, spending=spending)
    assert isinstance(answer.insights["total"], InsightAnswer)
    total = (await costs.report(ADA, days=2)).total
    assert total.queries == len(warehouse.runs)
    assert total.unsettled == len(warehouse.runs) - len(set(warehouse.runs))
    await costs.close()


TWO = """
version: 1
title: Two
connection: shop
inputs: {region: {type: select, options: {query: regions, column: region}, default: n}}
queries:
  orders: {sql: "SELECT day, region, amount FROM orders"}
  regions: {sql: "SELECT region, label FROM regions"}
insights:
  all: {query: orders, props: {value: sum(amount)}}
  some: {query: orders, props: {value: median(amount)}, interactions: [{filter: "region = ${ref(region).value}"}]}
  labels: {query: regions, props: {x: label, y: count(*)}}
views:
  all: {type: metric, title: All, insight: all}
layout: {rows: [{height: sm, items: [{view: all, span: 12}]}]}
"""


async def test_what_is_kept_is_answered_and_the_rest_says_why(
    answers: Answers, warehouse: Counted, priced: GatedWarehouse
) -> None:
    dashboard = compiled(TWO)
    costs = costs_in_memory()
    async with account(costs) as spending:
        await ask(answers, dashboard, priced, spending=spending, only="labels")
    ran = list(warehouse.runs)
    answer = await ask(answers, dashboard, priced, spending=account(costs_in_memory(refresh=1)))
    assert isinstance(answer.insights["labels"], InsightAnswer)
    assert isinstance(answer.insights["all"], OverBudget)
    assert answer.insights["all"] is answer.insights["some"]
    assert warehouse.runs == ran
    await costs.close()


async def test_a_build_over_its_budget_tells_no_step(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, priced: GatedWarehouse
) -> None:
    steps = answers.build(ASKED, dashboard, priced, {}, today=TODAY, spending=account(costs_in_memory(refresh=1)))
    with pytest.raises(OverBudget):
        await anext(steps)
    assert warehouse.runs == []


async def test_an_override_lets_the_same_visit_pass_once(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, priced: GatedWarehouse
) -> None:
    book = MemoryBook()
    costs = costs_in_memory(book, refresh=1)
    with pytest.raises(OverBudget) as refused:
        await ask(answers, dashboard, priced, spending=account(costs))
    book.overrides.append(refused.value.details["plan_sha256"])
    with pytest.raises(OverBudget) as another:
        await ask(answers, dashboard, priced, spending=account(costs), only="total")
    async with account(costs) as spending:
        answer = await ask(answers, dashboard, priced, spending=spending)
    assert isinstance(answer.insights["total"], InsightAnswer)
    assert another.value.details["plan_sha256"] != refused.value.details["plan_sha256"]
    assert book.overrides == []
    assert spending.actor.team_id == TEAM
    await costs.close()

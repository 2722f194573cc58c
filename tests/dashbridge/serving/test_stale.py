"""Old rows are given while newer ones come, or where none can come: for so long, and never in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.dashbridge.serving.conftest import ASKED, Counted, ask, data, gated, orders
from tests.fakes.paying import account, costs_in_memory

from dashbridge.connections import GatedWarehouse
from dashbridge.dashboards import CompiledDashboard
from dashbridge.kit import DashbridgeError, TableName, TimedOut, Unavailable
from dashbridge.serving import Answers, DataAnswer, InsightAnswer, SecondLevel, ServingLimits, SharedLimits
from dashbridge.serving.failures import WarehouseFailed, WarehouseTimedOut
from dashbridge.shared_cache.memory import MemoryCache
from dashbridge.warehouse.duckdb import DuckDBPool

STALE = ServingLimits(stale_s=3600)
LASTING = ServingLimits(last_good_s=3600)
DOWN = Unavailable("The warehouse is down", code="down")


class Silent(Counted):
    """May not even say whether its data changed."""

    silent: DashbridgeError | None = None

    async def data_version(self, tables: Sequence[TableName] = ()) -> str:
        if self.silent is not None:
            raise self.silent
        return await super().data_version(tables)


def said(answer: DataAnswer) -> set[tuple[str, str]]:
    found = set()
    for one in answer.insights.values():
        assert isinstance(one, InsightAnswer)
        found.add((one.found.state, one.found.reason))
    return found


def states(answer: DataAnswer) -> set[str]:
    return {state for state, _ in said(answer)}


def total(answer: DataAnswer) -> Any:
    return data(answer, "total")["props.value"][0]


async def refreshed(answers: Answers) -> None:
    while tasks := list(answers._rows._refreshing.values()):
        await asyncio.gather(*tasks)


async def test_old_rows_are_given_at_once_and_one_refresh_serves_every_filter(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    answers, gate = Answers(query_pool, STALE), gated(warehouse)
    old = total(await ask(answers, dashboard, gate))
    warehouse.replace(orders(factor=2.0))
    warehouse.runs.clear()
    warehouse.gate.clear()
    regions = [[], ["n"], ["s"], ["w"], ["n", "s"], ["n", "w"], ["s", "w"], ["n", "s", "w"]]
    for region in regions:
        answer = await ask(answers, dashboard, gate, inputs={"region": region} if region else {})
        assert states(answer) == {"stale"}
        assert all("newer rows are being computed" in reason for _, reason in said(answer))
        assert answer.fresh_for_s == 0.0
        assert answer.inputs["region"].options
    assert total(await ask(answers, dashboard, gate)) == old
    assert states(await ask(answers, dashboard, gate, only="by_day")) == {"stale"}
    await warehouse.started.wait()
    warehouse.gate.set()
    await refreshed(answers)
    ran = list(warehouse.runs)
    assert len(ran) == len(set(ran)) == len(dashboard.queries)
    for region in regions:
        answer = await ask(answers, dashboard, gate, inputs={"region": region} if region else {})
        assert states(answer) == {"hit"}
    assert total(await ask(answers, dashboard, gate)) == 2 * old
    assert states(await ask(answers, dashboard, gate, only="by_day")) == {"hit"}
    assert warehouse.runs == ran
    await answers.close()


@pytest.mark.parametrize("limits", [ServingLimits(), ServingLimits(stale_s=1e-9)])
async def test_past_the_limit_newer_rows_are_waited_for(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted, limits: ServingLimits
) -> None:
    answers, gate = Answers(query_pool, limits), gated(warehouse)
    old = total(await ask(answers, dashboard, gate))
    warehouse.replace(orders(factor=2.0))
    answer = await ask(answers, dashboard, gate)
    assert (total(answer), states(answer)) == (2 * old, {"miss"})
    await answers.close()


async def test_a_refresh_behind_is_paid_by_an_account_of_its_own(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    answers, gate, costs = Answers(query_pool, STALE), gated(warehouse, usd_per_tib=5.0), costs_in_memory()
    async with account(costs) as first:
        await ask(answers, dashboard, gate, spending=first)
    warehouse.replace(orders(factor=2.0))
    async with account(costs) as second:
        assert states(await ask(answers, dashboard, gate, spending=second)) == {"stale"}
    await refreshed(answers)
    assert states(await ask(answers, dashboard, gate, spending=second)) == {"hit"}
    assert second.estimated.bytes == 0
    await answers.close()
    await costs.close()


async def test_over_the_budget_nothing_is_refreshed(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    answers, gate = Answers(query_pool, STALE), gated(warehouse, usd_per_tib=5.0)
    async with account(costs_in_memory()) as first:
        await ask(answers, dashboard, gate, spending=first)
    warehouse.replace(orders(factor=2.0))
    warehouse.runs.clear()
    assert states(await ask(answers, dashboard, gate, spending=account(costs_in_memory(refresh=1)))) == {"stale"}
    await refreshed(answers)
    assert warehouse.runs == []
    await answers.close()


@pytest.mark.parametrize("fault", [DOWN, TimedOut("It took too long")], ids=["down", "slow"])
async def test_where_the_warehouse_fails_the_last_rows_are_given_and_say_so(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted, fault: DashbridgeError
) -> None:
    answers, gate = Answers(query_pool, LASTING), gated(warehouse)
    old = total(await ask(answers, dashboard, gate))
    warehouse.replace(orders(factor=2.0))
    warehouse.fault = fault
    answer = await ask(answers, dashboard, gate)
    assert total(answer) == old
    assert said(answer) == {("last_good", f"the warehouse failed: {fault.message}")}
    assert answer.fresh_for_s == 0.0
    warehouse.fault = None
    assert total(await ask(answers, dashboard, gate)) == 2 * old
    await answers.close()


async def test_what_was_never_computed_for_a_team_fails_as_the_warehouse_did(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    answers, gate = Answers(query_pool, LASTING), gated(warehouse)
    await ask(answers, dashboard, gate)
    other = replace(ASKED, team_id="team-b")
    warehouse.fault = DOWN
    with pytest.raises(WarehouseFailed):
        await ask(answers, dashboard, gate, asked=other)
    warehouse.fault = TimedOut("It took too long")
    with pytest.raises(WarehouseTimedOut) as late:
        await ask(answers, dashboard, gate, asked=other)
    assert late.value.status == 504
    await answers.close()


async def test_a_warehouse_that_does_not_even_say_whether_it_changed(
    query_pool: DuckDBPool, dashboard: CompiledDashboard
) -> None:
    warehouse = Silent(orders())
    gate: GatedWarehouse = gated(warehouse)
    strict, lasting = Answers(query_pool, ServingLimits()), Answers(query_pool, LASTING)
    for answers in (strict, lasting):
        await ask(answers, dashboard, gate)
    warehouse.silent = DOWN
    with pytest.raises(Unavailable):
        await ask(strict, dashboard, gate)
    assert states(await ask(lasting, dashboard, gate)) == {"last_good"}
    warehouse.silent = None
    assert states(await ask(lasting, dashboard, gate)) == {"hit"}


async def test_a_fresh_process_finds_the_last_rows_of_another(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    cache, gate = MemoryCache(), gated(warehouse)
    one, two = (Answers(query_pool, LASTING, SecondLevel(cache, SharedLimits(keep_s=3600))) for _ in range(2))
    old = total(await ask(one, dashboard, gate))
    await one.close()
    warehouse.replace(orders(factor=2.0))
    warehouse.fault = DOWN
    answer = await ask(two, dashboard, gate)
    assert (total(answer), states(answer)) == (old, {"last_good"})
    await two.close()


async def test_how_long_an_answer_is_fresh(
    query_pool: DuckDBPool, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    answers, gate = Answers(query_pool, STALE), gated(warehouse)
    first = await ask(answers, dashboard, gate)
    second = await ask(answers, dashboard, gate)
    assert 0.0 < second.fresh_for_s <= first.fresh_for_s <= gate.checked_s
    assert second.stale_for_s == STALE.stale_s
    await answers.close()

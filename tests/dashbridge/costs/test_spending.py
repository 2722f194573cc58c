"""An account: whole plans or none, what is settled and what is let go, the same over both books."""

from __future__ import annotations

import asyncio

import pytest
from tests.dashbridge.costs.conftest import planned

from dashbridge.costs import OverBudget, Purpose, plan_sha256
from dashbridge.kit import TimedOut, Unavailable
from dashbridge.warehouse.base import WarehouseRefused

DATA = Purpose("data", "shop")


async def used(costs, actor) -> int:
    return next(one.used for one in await costs.budgets(actor) if one.name == "team_day")


async def test_a_plan_is_admitted_whole_or_not_at_all(book, actor, open_costs):
    costs = open_costs(book, refresh=100)
    spending = costs.refresh(actor, DATA)
    plan = [planned("a", 60), planned("b", 41)]
    with pytest.raises(OverBudget) as refused:
        await spending.admit(plan)
    assert not any(spending.holds(one) for one in plan)
    assert await used(costs, actor) == 0
    details = refused.value.details
    assert (details["budget"], details["estimate"], details["limit"], details["left"]) == ("refresh", 101, 100, 100)
    assert details["plan_sha256"] == plan_sha256(plan) == plan_sha256(plan[::-1])
    assert refused.value.status == 422
    assert plan_sha256(plan) in refused.value.hint
    await spending.admit(plan[:1])
    assert spending.holds(plan[0])
    assert await used(costs, actor) == 60


async def test_what_ran_is_settled_to_what_was_billed_and_the_rest_is_let_go(book, actor, open_costs):
    costs = open_costs(book, refresh=100, day=100)
    async with costs.refresh(actor, DATA) as spending:
        await spending.admit([planned("a", 60), planned("b", 30)])
        async with spending.charge(planned("a", 60)) as charge:
            assert charge.max_bytes == 60
            charge.ran(10, 0.5, "job-1")
    assert await used(costs, actor) == 10
    assert (spending.estimated.bytes, spending.billed.bytes) == (60, 10)
    report = await costs.report(actor, days=1)
    assert report.total.as_dict() | {"usd_estimated": 0} == {
        **{"queries": 1, "refused": 0, "unsettled": 0, "estimated": 60, "billed": 10},
        **{"usd_estimated": 0, "usd_billed": 0.5},
    }
    assert list(report.by_dashboard) == ["shop"]
    assert list(report.by_purpose) == ["data"]


@pytest.mark.parametrize(
    ("error", "outcome", "counted"),
    [
        (WarehouseRefused("no"), "failed", 0),
        (TimedOut("late"), "cancelled", 60),
        (Unavailable("gone"), "failed", 60),
        (asyncio.CancelledError(), "cancelled", 60),
        (ValueError("ours"), "cancelled", 60),
    ],
)
async def test_a_failure_counts_what_it_may_have_cost(book, actor, open_costs, objects, error, outcome, counted):
    costs = open_costs(book, day=100)
    async with costs.refresh(actor, DATA) as spending:
        with pytest.raises(type(error)):
            async with spending.charge(planned("a", 60)):
                raise error
    assert await used(costs, actor) == counted
    assert spending.budget.used == counted
    report = await costs.report(actor, days=1)
    assert report.total.queries == 1
    assert [entry.outcome for entry in report.unsettled] == ([outcome] if counted else [])


async def test_what_no_plan_foresaw_is_admitted_alone_and_counts_with_the_rest(book, actor, open_costs):
    costs = open_costs(book, refresh=100)
    async with costs.refresh(actor, DATA) as spending:
        await spending.admit([planned("a", 60)])
        with pytest.raises(OverBudget) as refused:
            async with spending.charge(planned("b", 41)):
                raise AssertionError("it was admitted")
        assert refused.value.details["left"] == 40
        async with spending.charge(planned("b", 40)) as charge:
            charge.ran(40, 0.0, None)


async def test_a_statement_that_grew_since_its_plan_is_admitted_anew(book, actor, open_costs):
    costs = open_costs(book, day=100)
    async with costs.refresh(actor, DATA) as spending:
        await spending.admit([planned("a", 60)])
        assert not spending.holds(planned("a", 61))
        with pytest.raises(OverBudget):
            async with spending.charge(planned("a", 101)):
                raise AssertionError("it was admitted")
        async with spending.charge(planned("a", 99)) as charge:
            assert charge.max_bytes == 99
            charge.ran(99, 0.0, None)
    assert await used(costs, actor) == 99


async def test_what_costs_nothing_needs_no_book(book, actor, open_costs):
    costs = open_costs(book, refresh=1, day=1)
    async with costs.refresh(actor, DATA) as spending:
        await spending.admit([])
        async with spending.charge(None) as charge:
            assert charge.max_bytes is None
    assert (await costs.report(actor, days=1)).total.queries == 0


async def test_a_budget_of_nothing_is_no_limit(book, actor, open_costs):
    costs = open_costs(book)
    async with costs.turn(actor, actor.principal_id) as spending:
        await spending.admit([planned("a", 2**50)])
        assert spending.budget.limit is None
        assert spending.budget.left is None


async def test_accounts_of_one_team_share_its_day(book, actor, open_costs):
    costs = open_costs(book, day=100)
    first, second = costs.refresh(actor, DATA), costs.turn(actor, actor.principal_id)
    await first.admit([planned("a", 60)])
    with pytest.raises(OverBudget) as refused:
        await second.admit([planned("b", 41)])
    assert refused.value.details["budget"] == "team_day"
    assert refused.value.details["left"] == 40
    first.release()
    await used(costs, actor)
    await second.admit([planned("b", 41)])
    report = await costs.report(actor, days=1)
    assert report.total.refused == 1


async def test_of_many_that_want_the_last_bytes_as_many_as_fit_get_them(book, actor, open_costs):
    costs = open_costs(book, day=100)
    accounts = [costs.refresh(actor, DATA) for _ in range(12)]
    done = await asyncio.gather(
        *(one.admit([planned(f"q{place}", 30)]) for place, one in enumerate(accounts)), return_exceptions=True
    )
    assert sum(one is None for one in done) == 3
    assert all(one is None or isinstance(one, OverBudget) for one in done)
    assert await used(costs, actor) == 90


async def test_one_account_used_by_many_at_once_keeps_its_budget(book, actor, open_costs):
    costs = open_costs(book, refresh=100)
    async with costs.refresh(actor, DATA) as spending:
        done = await asyncio.gather(
            *(spending.admit([planned(f"q{place}", 30)]) for place in range(12)), return_exceptions=True
        )
        assert sum(one is None for one in done) == 3
        assert spending.budget.used == 90


async def test_who_leaves_while_the_book_is_asked_holds_nothing(book, actor, open_costs):
    costs = open_costs(book, day=100)
    spending = costs.refresh(actor, DATA)
    task = asyncio.ensure_future(spending.admit([planned("a", 60)]))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await used(costs, actor) == 0
    assert spending.budget.used == 0

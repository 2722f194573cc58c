"""Behind a save its data is computed: one warm a dashboard, paid or left, and never in anyone's way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from tests.dashbridge.serving.conftest import TODAY, Counted, ask, compiled, gated
from tests.fakes.paying import ADA, TEAM, costs_in_memory

from dashbridge.connections import GatedWarehouse
from dashbridge.costs import Costs, OverBudget
from dashbridge.dashboards import CompiledDashboard
from dashbridge.kit import NotFound, Unavailable
from dashbridge.library import Saved
from dashbridge.serving import Answers, Asked, InsightAnswer, SecondLevel, ServingLimits, SharedLimits, WarmState
from dashbridge.serving.warm_state import NotNow
from dashbridge.serving.warming import Warming, WarmOnSave
from dashbridge.shared_cache.valkey import ValkeyCache
from dashbridge.warehouse.base import Limits
from dashbridge.warehouse.duckdb import DuckDBPool
from fakes.valkey import RunningValkey, valkey, valkey_process  # noqa: F401 - fixtures

STEPS = 5
USD = 6.25


class House:
    """Warming over one shop, and what was saved in it."""

    def __init__(self, answers: Answers, gate: GatedWarehouse, costs: Costs, on_save: WarmOnSave, at_once: int) -> None:
        self.gate, self.costs, self.answers = gate, costs, answers
        self.fault: Exception | None = None
        self.warming = Warming(answers, self, costs, today=lambda zone: TODAY, on_save=on_save, at_once=at_once)

    async def open(self, actor: Any, name: str) -> GatedWarehouse:
        if self.fault is not None:
            raise self.fault
        return self.gate

    def save(self, dashboard: CompiledDashboard, revision: int = 1, slug: str = "shop") -> None:
        checked: Any = SimpleNamespace(compiled=dashboard)
        self.warming.after_save(ADA, Saved(slug, revision, "", "f" * 64, checked))

    def asked(self, revision: int = 1) -> Asked:
        return Asked(str(TEAM), str(self.gate.connection_id), "shop", revision, "f" * 64)

    async def followed(self, revision: int = 1, slug: str = "shop") -> list[WarmState]:
        return [state async for state, _ in self.warming.follow(TEAM, slug, revision)]

    async def ended(self, revision: int = 1, slug: str = "shop") -> WarmState:
        return (await self.followed(revision, slug))[-1]

    async def at_word(self, dashboard: CompiledDashboard, revision: int = 1, **inputs: list[str]) -> list[Any]:
        asked, warming = self.asked(revision), self.warming
        return [step async for step in warming.build(ADA, asked, dashboard, self.gate, inputs, today=TODAY)]

    async def hits(self, dashboard: CompiledDashboard) -> set[str]:
        answer = await ask(self.answers, dashboard, self.gate, asked=self.asked())
        return {one.cache for one in answer.insights.values() if isinstance(one, InsightAnswer)}


Make = Callable[..., House]


@pytest.fixture
async def make(answers: Answers, warehouse: Counted) -> AsyncIterator[Make]:
    made: list[House] = []

    def make(on_save: WarmOnSave = "free", *, usd: float = 0.0, at_once: int = 2, **options: Any) -> House:
        gate, costs = gated(warehouse, usd_per_tib=usd), options.pop("costs", None) or costs_in_memory(**options)
        made.append(House(answers, gate, costs, on_save, at_once))
        return made[-1]

    yield make
    for house in made:
        await house.warming.close()
        await house.costs.close()


async def test_the_first_reader_after_a_save_finds_everything(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    house = make()
    house.save(dashboard)
    assert house.warming.state(TEAM, "shop", 1).phase == "running"
    states = await house.followed()
    assert [state.done for state in states] == sorted(state.done for state in states)
    last = states[-1]
    assert (last.phase, last.done, last.total, last.reason) == ("done", STEPS, STEPS, None)
    assert last.bytes
    assert last.ended_at is not None
    runs = list(warehouse.runs)
    assert len(runs) == len(set(runs)) == 2
    assert await house.hits(dashboard) == {"hit"}
    assert warehouse.runs == runs


async def test_of_two_saves_only_the_newest_is_warmed_to_its_end(
    make: Make, dashboard: CompiledDashboard, shop_yaml: str, warehouse: Counted
) -> None:
    house, newer = make(), compiled(shop_yaml.replace("count(*) AS orders", "count(*) + 1 AS orders"))
    warehouse.gate.clear()
    house.save(dashboard)
    following = asyncio.ensure_future(house.followed())
    await warehouse.started.wait()
    house.save(newer, 2)
    warehouse.gate.set()
    states = await following
    assert (states[-1].phase, states[-1].revision) == ("done", 2)
    left = [state for state in states if state.revision == 1][-1]
    assert (left.phase, left.reason and left.reason.code) == ("skipped", "warm_replaced")
    assert await house.hits(newer) == {"hit"}
    assert (await house.ended(2)).phase == "done"


async def test_many_saves_at_once_leave_one_warm(make: Make, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    house = make(at_once=1)
    for revision in range(1, 30):
        house.save(dashboard, revision)
    assert (await house.ended(29)).phase == "done"
    assert len(warehouse.runs) == len(set(warehouse.runs)) == 2


@pytest.mark.parametrize("limit", [{"refresh": 1}, {"day": 1}])
async def test_over_a_budget_nothing_runs_and_that_is_no_failure(
    make: Make,
    dashboard: CompiledDashboard,
    warehouse: Counted,
    limit: dict[str, int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = make("on", usd=USD, **limit)
    house.save(dashboard)
    state = await house.ended()
    assert (state.phase, type(state.reason), state.done) == ("skipped", OverBudget, 0)
    assert warehouse.runs == []
    assert state.as_dict()["reason"]["details"]["budget"] in ("refresh", "team_day")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_what_costs_is_left_where_only_what_is_free_is_warmed(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    house = make("free", usd=USD)
    house.save(dashboard)
    state = await house.ended()
    assert (state.phase, state.reason and state.reason.code) == ("skipped", "would_cost")
    assert state.bytes
    assert warehouse.runs == []
    assert warehouse.plans
    assert "up to $0.01" in state.as_dict()["reason"]["message"]


async def test_what_is_kept_costs_nothing_and_is_ready(
    make: Make, dashboard: CompiledDashboard, shop_yaml: str, warehouse: Counted
) -> None:
    house = make("free", usd=USD)
    await house.at_word(dashboard)
    runs = list(warehouse.runs)
    house.save(compiled(shop_yaml.replace("title: Shop", "title: Our shop")), 2)
    state = await house.ended(2)
    assert (state.phase, state.bytes) == ("done", 0)
    assert warehouse.runs == runs


async def test_what_is_paid_is_in_the_ledger_as_warm(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    house = make("on", usd=USD)
    house.save(dashboard)
    assert (await house.ended()).phase == "done"
    report = await house.costs.report(ADA, days=2)
    assert {purpose: total.queries for purpose, total in report.by_purpose.items()} == {"warm": len(warehouse.runs)}


async def test_over_the_cap_of_the_connection_nothing_runs(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    house = make()
    house.gate = gated(warehouse, limits=Limits(max_bytes=1))
    house.save(dashboard)
    state = await house.ended()
    assert (state.phase, state.reason and state.reason.code) == ("skipped", "over_byte_cap")
    assert warehouse.runs == []


async def test_off_is_off(make: Make, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    house = make("off")
    house.save(dashboard)
    assert await house.followed(3) == [WarmState("shop", revision=3)]
    assert warehouse.plans == []


@pytest.mark.parametrize(
    "fault", [Unavailable("It is down", hint="try later"), NotFound("gone"), RuntimeError("SECRET")]
)
async def test_what_fails_is_told_and_logged_and_fails_no_save(
    make: Make, dashboard: CompiledDashboard, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    house = make()
    house.fault = fault
    house.save(dashboard)
    state = await house.ended()
    assert state.phase == "failed"
    assert "SECRET" not in str(state.as_dict())
    assert "shop" in caplog.text
    house.fault = None
    house.save(dashboard, 2)
    assert (await house.ended(2)).phase == "done"


async def test_a_query_that_fails_fails_the_warm_and_leaves_the_rest(
    make: Make, shop_yaml: str, warehouse: Counted, caplog: pytest.LogCaptureFixture
) -> None:
    house = make()
    broken = compiled(
        shop_yaml.replace("SELECT region, label FROM regions", "SELECT absent AS region, 1 AS label FROM regions")
    )
    house.save(broken)
    state = await house.ended()
    assert (state.phase, state.done, state.total) == ("failed", STEPS, STEPS)
    assert state.reason is not None
    assert "absent" in state.reason.message
    assert "absent" in caplog.text
    assert await house.hits(broken) == {"hit"}


async def test_at_someones_word_what_runs_is_joined(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    house = make()
    warehouse.gate.clear()
    house.save(dashboard)
    await warehouse.started.wait()
    joined = [asyncio.ensure_future(house.at_word(dashboard)) for _ in range(3)]
    waiting = asyncio.ensure_future(house.warming.joined(house.asked(), house.gate))
    await asyncio.sleep(0)
    warehouse.gate.set()
    told = await asyncio.gather(*joined)
    await waiting
    assert {step.name for step in told[0] if step.state == "done"} >= {"sales", "regions", "total"}
    assert told[0] == told[1] == told[2]
    assert len(warehouse.runs) == 2


async def test_a_word_pays_for_what_a_save_left(make: Make, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    house = make("free", usd=USD)
    house.save(dashboard)
    await house.ended()
    steps = await house.at_word(dashboard)
    assert {step.state for step in steps} == {"running", "done"}
    assert house.warming.state(TEAM, "shop", 1).phase == "done"
    other = await house.at_word(dashboard, region=["n"])
    assert "done" in {step.state for step in other}


async def test_over_a_budget_a_word_is_refused(make: Make, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    house = make("free", usd=USD, refresh=1)
    with pytest.raises(OverBudget):
        await house.at_word(dashboard)
    assert house.warming.state(TEAM, "shop", 1).phase == "skipped"
    assert warehouse.runs == []


async def test_with_the_last_who_asked_it_ends_but_not_what_a_save_began(
    make: Make, dashboard: CompiledDashboard, shop_yaml: str, warehouse: Counted
) -> None:
    house = make()
    warehouse.gate.clear()
    asking = [asyncio.ensure_future(house.at_word(dashboard)) for _ in range(2)]
    await warehouse.started.wait()
    asking[0].cancel()
    await asyncio.wait([asking[0]])
    assert house.warming.state(TEAM, "shop", 1).phase == "running"
    asking[1].cancel()
    await asyncio.wait([asking[1]])
    state = await house.ended()
    assert (state.phase, state.reason and state.reason.code) == ("skipped", "asker_gone")
    warehouse.started.clear()
    house.save(dashboard, 2)
    await warehouse.started.wait()
    left = asyncio.ensure_future(house.at_word(dashboard, 2))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.wait([left])
    warehouse.gate.set()
    assert (await house.ended(2)).phase == "done"


async def test_who_waits_for_what_a_newer_save_ends_is_told(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    house = make()
    warehouse.gate.clear()
    asking = asyncio.ensure_future(house.at_word(dashboard))
    await warehouse.started.wait()
    house.save(dashboard, 2)
    warehouse.gate.set()
    with pytest.raises(NotNow) as refused:
        await asking
    assert refused.value.code == "warm_replaced"
    assert (await house.ended(2)).phase == "done"


async def test_no_more_run_at_once_than_may_and_a_crowd_is_sent_away(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashbridge.serving.warming._MOST_WAITING", 2)
    house = make(at_once=1)
    warehouse.gate.clear()
    house.save(dashboard, slug="shop-0")
    await warehouse.started.wait()
    for number in range(1, 4):
        house.save(dashboard, slug=f"shop-{number}")
    crowded = await house.ended(slug="shop-3")
    assert (crowded.phase, crowded.reason and crowded.reason.code) == ("skipped", "busy")
    assert house.warming.state(TEAM, "shop-1", 1).total == 0
    warehouse.gate.set()
    assert {(await house.ended(slug=f"shop-{number}")).phase for number in range(3)} == {"done"}


async def test_at_the_end_of_the_process_warms_end(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    house = make(at_once=1)
    warehouse.gate.clear()
    house.save(dashboard)
    await warehouse.started.wait()
    house.save(dashboard, slug="waits")
    following = asyncio.ensure_future(house.followed())
    await asyncio.sleep(0)
    await house.warming.close()
    assert (await following)[-1].as_dict()["reason"]["code"] == "stopping"
    assert house.warming.state(TEAM, "waits", 1).phase == "skipped"
    house.save(dashboard, 2)
    assert house.warming.state(TEAM, "shop", 2).phase == "idle"


async def test_states_are_forgotten_but_what_runs_is_not(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashbridge.serving.warming._STATES_KEPT", 2)
    house = make()
    warehouse.gate.clear()
    house.save(dashboard, slug="long")
    await warehouse.started.wait()
    warehouse.gate.set()
    house.fault = Unavailable("down")
    for number in range(4):
        house.save(dashboard, slug=f"s{number}")
        await house.ended(slug=f"s{number}")
    assert house.warming.state(TEAM, "s0", 1).phase == "idle"
    assert house.warming.state(TEAM, "s3", 1).phase == "failed"
    assert (await house.ended(slug="long")).phase in ("done", "idle")


async def test_a_warm_cut_short_leaves_no_lease_and_the_next_process_runs_at_once(
    query_pool: DuckDBPool,
    dashboard: CompiledDashboard,
    warehouse: Counted,
    valkey: RunningValkey,  # noqa: F811
) -> None:
    one, two = (ValkeyCache(valkey.url, max_bytes=1 << 24) for _ in range(2))
    limits = SharedLimits(call_s=60.0, lease_s=600.0)
    answers = [Answers(query_pool, ServingLimits(), SecondLevel(cache, limits)) for cache in (one, two)]
    house = House(answers[0], gated(warehouse), costs_in_memory(), "free", 2)
    warehouse.gate.clear()
    house.save(dashboard)
    await warehouse.started.wait()
    with valkey.client() as client:
        assert client.dbsize() > 0
        await house.warming.close()
        await answers[0].close()
        assert client.keys("*") == []
    warehouse.gate.set()
    runs = len(warehouse.runs)
    second = House(answers[1], house.gate, costs_in_memory(), "free", 2)
    second.save(dashboard)
    assert (await second.ended()).phase == "done"
    assert len(warehouse.runs) - runs == 2
    await second.warming.close()
    for each in (answers[1], one, two):
        await each.close()


async def test_what_one_process_warmed_serves_the_first_reader_of_another(
    query_pool: DuckDBPool,
    dashboard: CompiledDashboard,
    warehouse: Counted,
    valkey: RunningValkey,  # noqa: F811
) -> None:
    one, two = (ValkeyCache(valkey.url, max_bytes=1 << 24) for _ in range(2))
    answers = [
        Answers(query_pool, ServingLimits(), SecondLevel(cache, SharedLimits(call_s=60.0))) for cache in (one, two)
    ]
    house = House(answers[0], gated(warehouse), costs_in_memory(), "free", 2)
    house.save(dashboard)
    assert (await house.ended()).phase == "done"
    await house.warming.close()
    await answers[0].close()
    runs = list(warehouse.runs)
    answer = await ask(answers[1], dashboard, house.gate, asked=house.asked())
    assert {one.cache for one in answer.insights.values() if isinstance(one, InsightAnswer)} == {"shared"}
    assert warehouse.runs == runs
    for each in (answers[1], one, two):
        await each.close()

"""A build computes what an answer needs, once, in order, and tells each step truly."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import orjson
import pytest
from tests.dashbridge.serving.conftest import ASKED, TODAY, Counted, ask, compiled, gated, orders
from tests.dashbridge.serving.test_compute import YAML
from tests.fakes.paying import account

from dashbridge.dashboards import CompiledDashboard
from dashbridge.kit import DashbridgeError, Invalid, Unavailable
from dashbridge.serving import Answers, BuildStep, InsightAnswer, ServingLimits
from dashbridge.serving.failures import WarehouseFailed
from dashbridge.warehouse.base import Parameter, Result
from dashbridge.warehouse.duckdb import DuckDBPool

SHOP = ["insight:by_day", "insight:total", "options:region", "query:regions", "query:sales"]


async def build(answers: Answers, dashboard: CompiledDashboard, gate: Any, **inputs: list[str]) -> list[BuildStep]:
    return [step async for step in answers.build(ASKED, dashboard, gate, inputs, today=TODAY, spending=account())]


def ends(steps: list[BuildStep]) -> dict[str, str]:
    return {f"{step.kind}:{step.name}": step.state for step in steps if step.state != "running"}


async def test_every_step_begins_and_ends_after_what_it_needs(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    gate = gated(warehouse)
    steps = await build(answers, dashboard, gate)
    assert ends(steps) == dict.fromkeys(SHOP, "done")
    told = [(step.kind, step.name, step.state) for step in steps]
    assert len(told) == len(set(told)) == 2 * len(SHOP)
    for kind, name, below in (("insight", "total", "sales"), ("options", "region", "regions")):
        assert told.index(("query", below, "done")) < told.index((kind, name, "running"))  # type: ignore[arg-type]
        assert told.index((kind, name, "running")) < told.index((kind, name, "done"))  # type: ignore[arg-type]
    done = {step.name: step for step in steps if step.state == "done"}
    assert (done["by_day"].rows, done["sales"].rows, done["regions"].rows) == (84, 84, 3)
    assert done["sales"].ms is not None
    assert done["sales"].bytes_scanned is not None
    assert set(done["sales"].as_dict()) == {"kind", "name", "state", "total", "rows", "bytes_scanned", "ms"}


async def test_after_it_the_answer_is_ready(answers: Answers, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    gate = gated(warehouse)
    await build(answers, dashboard, gate)
    runs, plans = list(warehouse.runs), list(warehouse.plans)
    answer = await ask(answers, dashboard, gate)
    assert {one.cache for one in answer.insights.values() if isinstance(one, InsightAnswer)} == {"hit"}
    assert (warehouse.runs, warehouse.plans) == (runs, plans)


@pytest.mark.parametrize("limits", [{}, {"max_shared_rows": 0}, {"max_shared_rows": 0, "max_query_rows": 0}])
async def test_what_did_not_change_is_skipped(
    query_pool: DuckDBPool, warehouse: Counted, limits: dict[str, int]
) -> None:
    answers, dashboard, gate = Answers(query_pool, ServingLimits(**limits)), compiled(YAML), gated(warehouse)
    first = ends(await build(answers, dashboard, gate))
    assert {state for name, state in first.items() if name.startswith("insight")} == {"done"}
    runs = list(warehouse.runs)
    again = await build(answers, dashboard, gate)
    assert set(ends(again).values()) == {"skipped"}
    assert [step.state for step in again].count("running") == 0
    assert warehouse.runs == runs
    other = ends(await build(answers, dashboard, gate, region=["n"]))
    assert other["insight:fixed"] == "skipped"
    assert other["insight:total"] == "done"


async def test_one_changed_insight_is_built_alone(answers: Answers, warehouse: Counted) -> None:
    gate = gated(warehouse)
    await build(answers, compiled(YAML), gate)
    changed = ends(await build(answers, compiled(YAML.replace("limit: 40", "limit: 39")), gate))
    assert [name for name, state in changed.items() if state == "done"] == ["insight:rows"]


async def test_new_data_is_built_anew(answers: Answers, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    gate = gated(warehouse)
    await build(answers, dashboard, gate)
    warehouse.replace(orders(factor=2.0))
    assert ends(await build(answers, dashboard, gate)) == dict.fromkeys(SHOP, "done")


async def test_what_depends_on_a_failed_step_says_so_and_the_rest_lives(
    answers: Answers, shop_yaml: str, warehouse: Counted
) -> None:
    yaml = shop_yaml.replace("SELECT region, label FROM regions", "SELECT absent AS region, 1 AS label FROM regions")
    dashboard, gate = compiled(yaml), gated(warehouse)
    steps = await build(answers, dashboard, gate)
    assert ends(steps) == dict.fromkeys(SHOP, "done") | {"query:regions": "failed", "options:region": "failed"}
    failed = {step.kind: step for step in steps if step.state == "failed"}
    assert "'regions' failed" in failed["options"].as_dict()["error"]["message"]
    assert "absent" in failed["query"].as_dict()["error"]["message"]
    again = ends(await build(answers, dashboard, gate))
    assert (again["insight:total"], again["query:regions"]) == ("skipped", "failed")
    state = (await ask(answers, dashboard, gate)).inputs["region"]
    assert state.error is not None
    assert state.error.code == failed["query"].as_dict()["error"]["code"]


async def test_a_wrong_query_fails_all_its_insights(answers: Answers, warehouse: Counted) -> None:
    steps = await build(answers, compiled(YAML.replace("FROM orders", "FROM absent")), gated(warehouse))
    assert set(ends(steps).values()) == {"failed"}
    assert warehouse.runs == []
    assert sum(step.state == "running" for step in steps) == 1


async def test_a_fault_of_ours_is_not_told(answers: Answers, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    warehouse.fault = DashbridgeError("SECRET path")
    steps = await build(answers, dashboard, gated(warehouse))
    assert b"SECRET" not in orjson.dumps([step.as_dict() for step in steps])
    assert "done" not in ends(steps).values()
    warehouse.fault = None
    assert set(ends(await build(answers, dashboard, gated(warehouse))).values()) == {"done"}


async def test_wrong_inputs_are_refused_before_anything_runs(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    with pytest.raises(Invalid):
        await build(answers, dashboard, gated(warehouse), nope=["1"])
    assert warehouse.runs == []


class Crowded(Counted):
    """Counts how many pre-queries run at once, each held until `enough` are there."""

    def __init__(self, enough: int) -> None:
        super().__init__(orders())
        self.now = self.most = 0
        self.enough, self.full = enough, asyncio.Event()

    async def run(self, sql: str, parameters: Sequence[Parameter] = (), **options: Any) -> Result:
        if "insight_source" not in sql:  # the query itself, which all others wait for
            return await super().run(sql, parameters, **options)
        self.now += 1
        self.most = max(self.most, self.now)
        if self.now >= self.enough:
            self.full.set()
        await self.full.wait()
        try:
            return await super().run(sql, parameters, **options)
        finally:
            self.now -= 1


@pytest.mark.parametrize("steps", [1, 3])
async def test_so_many_steps_at_a_time(query_pool: DuckDBPool, steps: int) -> None:
    answers = Answers(query_pool, ServingLimits(max_shared_rows=0, build_steps=steps))
    crowded = Crowded(steps)
    found = ends(await build(answers, compiled(YAML), gated(crowded)))
    assert "failed" not in found.values()
    assert crowded.most == steps


async def test_two_builds_are_one_computation(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    gate = gated(warehouse)
    both = await asyncio.gather(build(answers, dashboard, gate), build(answers, dashboard, gate))
    assert [set(ends(steps)) for steps in both] == [set(SHOP), set(SHOP)]
    assert len(warehouse.runs) == 2


async def test_a_reader_that_leaves_stops_the_build(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    warehouse.gate.clear()
    before = asyncio.all_tasks()
    async with aclosing(
        answers.build(ASKED, dashboard, gated(warehouse), {}, today=TODAY, spending=account())
    ) as steps:
        async for _ in steps:
            break
    left = asyncio.all_tasks() - before
    _, stuck = await asyncio.wait(left, timeout=20) if left else (set(), set())
    assert stuck == set()


async def test_an_engine_that_is_down_fails_the_build_and_not_the_builder(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    warehouse.fault = Unavailable("The warehouse is down", code="down")
    gate = gated(warehouse)
    steps = await build(answers, dashboard, gate)
    assert set(ends(steps).values()) == {"failed"}
    assert {step.error.code for step in steps if step.error} == {"down"}
    with pytest.raises(WarehouseFailed):
        await ask(answers, dashboard, gate)


async def test_a_ttl_of_nothing_is_built_every_time(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    dashboard.queries["sales"] = replace(dashboard.queries["sales"], ttl_s=0)
    gate = gated(warehouse)
    for _ in range(2):
        assert ends(await build(answers, dashboard, gate))["query:sales"] == "done"

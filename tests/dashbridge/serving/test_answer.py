"""Answers: right numbers, computed once, one team's own, and honest about what failed or was cut."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from tests.dashbridge.serving.conftest import ASKED, Counted, ask, compiled, data, gated, orders

from dashbridge.dashboards import CompiledDashboard
from dashbridge.kit import DashbridgeError, Invalid, NotFound, Unavailable
from dashbridge.serving import Answers, DataAnswer, InsightAnswer, ServingLimits, single_insight
from dashbridge.serving.failures import WarehouseFailed
from dashbridge.warehouse.duckdb import DuckDBPool


def total(answer: DataAnswer) -> Any:
    return data(answer, "total")["props.value"][0]


async def test_the_flat_answer_has_the_agreed_shape(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    body = json.loads((await ask(answers, dashboard, warehouse)).json())
    assert set(body) == {"dashboard", "revision", "manifest_id", "generated_at", "inputs", "insights"}
    by_day = body["insights"]["by_day"]
    assert set(by_day) == {"data", "query", "interactions", "metadata"}
    assert set(by_day["data"]) == {"props.x", "props.y", "props.color", "region"}
    assert len({len(values) for values in by_day["data"].values()}) == 1
    metadata = by_day["metadata"]
    assert (metadata["split_column"], metadata["input_dependencies"], metadata["truncated"]) == (
        "region",
        ["region"],
        False,
    )
    assert metadata["rows"] == len(by_day["data"]["props.x"]) == 84
    assert [column["name"] for column in metadata["columns"]] == list(by_day["data"])
    assert "${ref(region).values}" in by_day["query"]
    assert by_day["data"]["props.x"] == sorted(by_day["data"]["props.x"])
    assert body["inputs"]["region"]["options"][2] == {"value": "w", "label": "=West"}


async def test_inputs_change_the_numbers_and_run_nothing_again(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    rows = orders()["orders"].to_pylist()
    whole = await ask(answers, dashboard, warehouse)
    assert total(whole) == pytest.approx(sum(row["amount"] for row in rows))
    for regions in (["n"], ["n", "w"], ["none"], ["'; DROP TABLE orders --"], ["all"]):
        chosen = {"n", "s", "w"} if regions == ["all"] else set(regions)
        answer = await ask(answers, dashboard, warehouse, inputs={"region": regions})
        wanted = sum(row["amount"] for row in rows if row["region"] in chosen)
        assert (total(answer) or 0) == pytest.approx(wanted)
    assert len(warehouse.runs) == 2  # sales and regions, once each


@pytest.mark.parametrize(
    "inputs", [{"nope": ["1"]}, {"region.from": ["x"]}, {"region": ["x" * 5_000]}, {"region": ["v"] * 2_000}]
)
async def test_inputs_that_do_not_fit_are_named(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, inputs: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid):
        await ask(answers, dashboard, warehouse, inputs=inputs)
    assert warehouse.runs == []


async def test_two_hundred_askers_are_one_run(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    guarded = gated(warehouse)
    warehouse.gate.clear()
    askers = [asyncio.ensure_future(ask(answers, dashboard, guarded, only="total")) for _ in range(200)]
    await warehouse.started.wait()
    warehouse.gate.set()
    found = await asyncio.gather(*askers)
    assert len(warehouse.runs) == 1
    assert len({total(answer) for answer in found}) == 1


async def test_a_cancelled_leader_leaves_the_others_their_answer(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    guarded = gated(warehouse)
    warehouse.gate.clear()
    leader, *others = [asyncio.ensure_future(ask(answers, dashboard, guarded, only="total")) for _ in range(5)]
    await warehouse.started.wait()
    leader.cancel()
    await asyncio.wait([leader])
    warehouse.gate.set()
    assert {total(answer) for answer in await asyncio.gather(*others)}
    assert (leader.cancelled(), len(warehouse.runs)) == (True, 1)


@pytest.mark.parametrize("turns", range(8))
async def test_an_asker_that_leaves_at_any_moment_leaves_nothing_running(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, turns: int
) -> None:
    warehouse.gate.clear()
    asker = asyncio.ensure_future(ask(answers, dashboard, warehouse))
    for _ in range(turns):
        await asyncio.sleep(0)
    asker.cancel()
    await asyncio.wait([asker])
    left = asyncio.all_tasks() - {asyncio.current_task()}
    _, stuck = await asyncio.wait(left, timeout=10) if left else (set(), set())
    assert stuck == set()


async def test_a_failure_is_told_and_not_kept(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    warehouse.fault = Unavailable("The warehouse is down", code="down")
    with pytest.raises(WarehouseFailed) as failed:
        await ask(answers, dashboard, warehouse)
    assert failed.value.status == 502
    assert [str(one) for one in failed.value.problems] == [
        f"{name}: The warehouse is down" for name in ("total", "by_day")
    ]
    warehouse.fault = None
    assert total(await ask(answers, dashboard, warehouse)) > 0


async def test_a_fault_of_ours_is_logged_and_not_told(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, caplog: pytest.LogCaptureFixture
) -> None:
    warehouse.fault = DashbridgeError("SECRET path")
    body = (await ask(answers, dashboard, warehouse)).json()
    assert b"SECRET" not in body
    assert json.loads(body)["insights"]["total"]["error"]["code"] == "internal"
    assert "SECRET" in caplog.text


async def test_one_insight_fails_while_the_others_live(answers: Answers, shop_yaml: str, warehouse: Counted) -> None:
    yaml = shop_yaml.replace("props: {value: sum(amount)}", 'props: {value: "sum(CAST(region AS INTEGER))"}')
    answer = await ask(answers, compiled(yaml), warehouse)
    body = json.loads(answer.json())["insights"]
    assert set(body["total"]) == {"error"}
    assert set(body["total"]["error"]) >= {"code", "message", "hint"}
    assert body["by_day"]["metadata"]["rows"] == 84
    with pytest.raises(DashbridgeError):
        (await ask(answers, compiled(yaml), warehouse, only="total")).only()


async def test_a_query_that_fails_takes_only_its_own_insights(
    answers: Answers, shop_yaml: str, warehouse: Counted
) -> None:
    yaml = shop_yaml.replace("SELECT region, label FROM regions", "SELECT absent AS region, 1 AS label FROM regions")
    body = json.loads((await ask(answers, compiled(yaml), warehouse)).json())
    assert "error" in body["inputs"]["region"]
    assert all("data" in insight for insight in body["insights"].values())


async def test_a_team_never_sees_another_teams_rows(answers: Answers, dashboard: CompiledDashboard) -> None:
    ours, theirs = Counted(orders()), Counted(orders(factor=1_000.0))
    first = await ask(answers, dashboard, ours)
    other = await ask(answers, dashboard, theirs, asked=replace(ASKED, team_id="team-b"))
    assert total(other) == pytest.approx(1_000 * total(first))
    assert (len(ours.runs), len(theirs.runs)) == (2, 2)
    assert first.etag("json", "team-a") != first.etag("json", "team-b")


@pytest.mark.parametrize("field", ["team_id", "connection_id"])
async def test_what_is_kept_is_kept_by_team_and_connection(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, field: str
) -> None:
    await ask(answers, dashboard, warehouse)
    await ask(answers, dashboard, warehouse, asked=replace(ASKED, slug="another", revision=7))
    assert len(warehouse.runs) == 2
    await ask(answers, dashboard, warehouse, asked=replace(ASKED, **{field: "other"}))
    assert len(warehouse.runs) == 4


async def test_rows_kept_under_a_wider_scope_are_not_given_under_a_narrower(answers: Answers, shop_yaml: str) -> None:
    tables = orders() | {"private.orders": orders(factor=9.0)["orders"]}
    dashboard = compiled(shop_yaml.replace("FROM orders", "FROM private.orders"))
    inner = Counted(tables)
    wide = await ask(answers, dashboard, gated(inner, frozenset({"main", "private"})))
    assert total(wide) > 0
    narrow = await ask(answers, dashboard, gated(inner))
    assert isinstance(narrow.insights["total"], Invalid)


async def test_new_data_is_a_new_answer(answers: Answers, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    guarded = gated(warehouse)
    first = await ask(answers, dashboard, guarded)
    again = await ask(answers, dashboard, guarded)
    assert [one.cache for one in shown(again)] == ["hit", "hit"]
    assert [one.cache for one in shown(first)] == ["miss", "miss"]
    warehouse.replace(orders(factor=2.0))
    changed = await ask(answers, dashboard, guarded)
    assert total(changed) == pytest.approx(2 * total(first))
    tags = [answer.etag("json", "team-a") for answer in (first, again, changed)]
    assert tags[0] == tags[1] != tags[2]


def shown(answer: DataAnswer) -> list[InsightAnswer]:
    return [one for one in answer.insights.values() if isinstance(one, InsightAnswer)]


async def test_the_tag_follows_the_content_alone(
    dashboard: CompiledDashboard, warehouse: Counted, query_pool: DuckDBPool
) -> None:
    tags = set()
    for _ in range(2):  # another process computes it at another time
        fresh = Answers(query_pool, ServingLimits())
        tags.add((await ask(fresh, dashboard, warehouse)).etag("json", "team-a"))
        tags.add((await ask(fresh, dashboard, warehouse)).etag("json", "team-a"))
    assert len(tags) == 1
    answer = await ask(fresh, dashboard, warehouse)
    for other in (
        answer.etag("csv", "team-a"),
        replace(answer, revision=2).etag("json", "team-a"),
        replace(answer, yaml_sha256="0").etag("json", "team-a"),
        (await ask(fresh, dashboard, warehouse, inputs={"region": ["n"]})).etag("json", "team-a"),
        (await ask(fresh, dashboard, warehouse, only="total")).etag("json", "team-a"),
    ):
        tags.add(other)
    assert len(tags) == 6


@pytest.mark.parametrize("most", [1, 2, 83, 84])
async def test_too_many_rows_are_never_cut(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted, query_pool: DuckDBPool, most: int
) -> None:
    """Options are refused; insights are computed another way and stay exact."""
    answer = await ask(Answers(query_pool, ServingLimits(max_query_rows=most)), dashboard, warehouse)
    wanted = await ask(answers, dashboard, warehouse)
    assert total(answer) == pytest.approx(total(wanted))
    assert data(answer, "by_day") == data(wanted, "by_day")
    state = answer.inputs["region"]
    assert (state.error.code if state.error else None) == ("too_many_rows" if most < 3 else None)


@pytest.mark.parametrize(("most", "rows", "cut"), [(84, 84, False), (83, 83, True), (1, 1, True)])
async def test_an_insight_that_is_cut_says_so(
    dashboard: CompiledDashboard, warehouse: Counted, query_pool: DuckDBPool, most: int, rows: int, cut: bool
) -> None:
    answer = await ask(Answers(query_pool, ServingLimits(max_insight_rows=most)), dashboard, warehouse)
    by_day = answer.insights["by_day"]
    assert isinstance(by_day, InsightAnswer)
    assert (by_day.metadata["rows"], by_day.metadata["truncated"], by_day.table.num_rows) == (rows, cut, rows)


async def test_a_cache_too_small_for_the_rows_answers_all_the_same(
    dashboard: CompiledDashboard, warehouse: Counted, query_pool: DuckDBPool
) -> None:
    small = Answers(query_pool, ServingLimits(cache_bytes=1))
    assert total(await ask(small, dashboard, warehouse)) == total(await ask(small, dashboard, warehouse))
    assert len(warehouse.runs) == 4


async def test_rows_go_at_their_ttl(answers: Answers, shop_yaml: str, warehouse: Counted) -> None:
    dashboard = compiled(shop_yaml)
    dashboard.queries["sales"] = replace(dashboard.queries["sales"], ttl_s=0)
    await ask(answers, dashboard, warehouse, only="total")
    await ask(answers, dashboard, warehouse, only="total")
    assert len(warehouse.runs) == 2


async def test_an_unknown_insight_is_not_found(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    with pytest.raises(NotFound, match="nope"):
        await ask(answers, dashboard, warehouse, only="nope")
    with pytest.raises(Invalid, match="several"):
        single_insight(dashboard, None)
    assert single_insight(dashboard, "total") == "total"


async def test_no_rows_are_an_answer_too(answers: Answers, dashboard: CompiledDashboard) -> None:
    answer = await ask(answers, dashboard, Counted(orders(rows=0)))
    assert data(answer, "by_day") == {"props.x": [], "props.y": [], "props.color": [], "region": []}
    assert data(answer, "total") == {"props.value": [None]}


async def test_an_opened_page_has_its_statements_planned_and_nothing_run(
    answers: Answers, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    gate = gated(warehouse)
    await answers.foresee(dashboard, gate)
    planned = len(warehouse.plans)
    assert (planned > 0, warehouse.runs) == (True, [])
    await ask(answers, dashboard, gate)
    assert len(warehouse.plans) == planned
    warehouse.fault = Unavailable("gone")
    await answers.foresee(dashboard, gate)

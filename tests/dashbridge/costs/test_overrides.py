"""An override lets exactly one plan pass, once, within its time; everything else stays refused."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dashbridge.costs.conftest import CONNECTION, person, planned

from dashbridge.costs import DirectoryBook, Estimate, MemoryBook, OverBudget, Overrides, Planned, Purpose, plan_sha256
from dashbridge.kit import Forbidden, Invalid
from dashbridge.sharing import Role

DATA = Purpose("data", "shop")
PLAN = [planned("a", 60), planned("b", 60)]


@pytest.fixture
def costs(directory, open_costs):
    return open_costs(DirectoryBook(directory.database), refresh=100, day=100)


async def refused(costs, actor, plan) -> str:
    with pytest.raises(OverBudget) as error:
        await costs.refresh(actor, DATA).admit(plan)
    return error.value.details["plan_sha256"]


async def test_exactly_the_refused_plan_passes_and_once(costs, actor):
    sha = await refused(costs, actor, PLAN)
    granted = await costs.overrides.grant(actor, sha, "  the board meets today ")
    assert (granted.plan_sha256, granted.reason, granted.granted_by) == (sha, "the board meets today", "ada")
    assert timedelta(minutes=59) < granted.expires_at - granted.granted_at <= timedelta(hours=1)
    assert (granted.used_at, granted.used_by) == (None, None)
    async with costs.refresh(actor, DATA) as spending:
        await spending.admit(PLAN[::-1])
        for one in PLAN:
            async with spending.charge(one) as charge:
                charge.ran(one.estimate.bytes, 0.0, None)
    assert await refused(costs, actor, PLAN) == sha
    (told,) = await costs.overrides.recent(actor)
    assert told.id == granted.id
    assert told.used_by == "ada"
    assert told.used_at is not None
    report = await costs.report(actor, days=1)
    assert (report.total.queries, report.total.refused, report.total.billed) == (2, 2, 120)


@pytest.mark.parametrize(
    "changed",
    [
        [planned("a", 60)],
        [planned("a", 60), planned("b", 61)],
        [planned("a", 60), planned("c", 60)],
        [planned("a", 60), planned("b", 60), planned("c", 1)],
        [planned("a", 120)],
    ],
    ids=["less", "one byte more", "another statement", "one statement more", "the same bytes"],
)
async def test_a_changed_plan_is_refused_and_uses_nothing_up(costs, actor, changed):
    sha = await refused(costs, actor, PLAN)
    await costs.overrides.grant(actor, sha, "why not")
    if sum(one.estimate.bytes for one in changed) > 100:
        assert await refused(costs, actor, changed) != sha
    else:
        async with costs.refresh(actor, DATA) as within:
            await within.admit(changed)
    await costs.budgets(actor)
    await costs.refresh(actor, DATA).admit(PLAN)


async def test_of_many_that_try_at_once_one_gets_it(costs, actor):
    await costs.overrides.grant(actor, await refused(costs, actor, PLAN), "once")
    tries = [costs.refresh(actor, DATA).admit(PLAN) for _ in range(8)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(one is None for one in done) == 1
    assert sum(isinstance(one, OverBudget) for one in done) == 7


async def test_it_runs_out_and_is_not_another_teams(directory, costs, actor, open_costs):
    sha = await refused(costs, actor, PLAN)
    late = Overrides(directory.database, lasts=timedelta(0))
    assert (await late.grant(actor, sha, "too late")).expires_at <= datetime.now(UTC) + timedelta(minutes=1)
    stranger = person(await directory.add_team("theirs"))
    await costs.overrides.grant(stranger, sha, "mine")
    assert await refused(costs, actor, PLAN) == sha
    assert [one.reason for one in await costs.overrides.recent(actor)] == ["too late"]


async def test_only_an_admin_grants_and_only_for_a_reason(costs, actor, directory):
    sha = plan_sha256(PLAN)
    for role in (Role.EDITOR, Role.VIEWER):
        someone = person(actor.team_id, role)
        with pytest.raises(Forbidden):
            await costs.overrides.grant(someone, sha, "please")
        with pytest.raises(Forbidden):
            await costs.overrides.recent(someone)
    for bad, reason in ((sha.upper(), "x"), (sha[:-1], "x"), (sha + "\n", "x"), (sha, " "), (sha, "x" * 501)):
        with pytest.raises(Invalid):
            await costs.overrides.grant(actor, bad, reason)
    assert await costs.overrides.recent(actor) == []


async def test_the_book_in_memory_uses_them_up_too(open_costs, actor):
    book = MemoryBook()
    costs = open_costs(book, refresh=100)
    book.overrides.append(await refused(costs, actor, PLAN))
    await costs.refresh(actor, DATA).admit(PLAN)
    await refused(costs, actor, PLAN)


statements = st.builds(
    lambda sql, values, size: Planned(CONNECTION, sql, values, Estimate(size, 0.0)),
    st.text("ab", min_size=1, max_size=2),
    st.text("cd", min_size=1, max_size=2),
    st.integers(0, 3),
)


@given(st.lists(statements, max_size=4), st.lists(statements, max_size=4))
def test_two_plans_have_one_hash_exactly_if_they_are_one(first, second):
    def meaning(plan):
        return sorted((one.sql_sha256, one.values_sha256, one.estimate.bytes) for one in plan)

    assert (plan_sha256(first) == plan_sha256(second)) is (meaning(first) == meaning(second))

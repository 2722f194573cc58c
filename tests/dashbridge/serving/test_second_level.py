"""Rows among processes: each is run once for all, and no cache that lies, stalls or breaks is an error."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dashbridge.serving.conftest import ASKED, Counted, ask, data, gated, orders
from tests.fakes.paying import account, costs_in_memory

from dashbridge.dashboards import CompiledDashboard
from dashbridge.kit import Unavailable
from dashbridge.objects.memory import MemoryObjectStore
from dashbridge.serving import Answers, InsightAnswer, SecondLevel, ServingLimits, SharedLimits
from dashbridge.serving.facts import Facts, TableFact
from dashbridge.serving.kept_results import ResultObjects
from dashbridge.serving.rows import Rows
from dashbridge.serving.shared_rows import NotTheseRows, RowsName, pack, unpack
from dashbridge.shared_cache import SharedCache
from dashbridge.shared_cache.memory import MemoryCache
from dashbridge.shared_cache.valkey import ValkeyCache
from dashbridge.warehouse.duckdb import DuckDBPool
from fakes.valkey import RunningValkey, running_valkey, valkey, valkey_process  # noqa: F401 - fixtures

PATIENT = SharedLimits(call_s=60.0)
KEY = ("team-a", "connection", "epoch", "policy", "v1", "sql", "()")
ANY = ("team-a", "connection", "epoch", "policy", "", "sql", "()")
NAME = RowsName.of(KEY, ANY)
NOW = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)
TABLE = pa.table(
    {
        "n": pa.array([1, None, 2**62]),
        "d": pa.array([Decimal("1.10"), None, Decimal("-3.00")], pa.decimal128(38, 2)),
        "t": pa.array(["a", "ü\x00", None]),
        "l": pa.array([[1.5], [], None]),
    }
)
FACTS = Facts((TableFact("main.orders", NOW),), 10, 20, NOW, "a" * 64, "b" * 64)
ROWS = Rows((*KEY, "run"), TABLE, 99, NOW, ("d",), 10, 20, FACTS)
PACKED = pack(NAME, ROWS)

Make = Callable[..., tuple[Answers, Answers]]


@pytest.fixture
async def make(query_pool: DuckDBPool) -> AsyncIterator[Make]:
    """Two processes over one cache, as far as they know."""
    made: list[Answers] = []

    def two(
        one: SharedCache, other: SharedCache | None = None, limits: SharedLimits = PATIENT
    ) -> tuple[Answers, Answers]:
        pair = [Answers(query_pool, ServingLimits(), SecondLevel(cache, limits)) for cache in (one, other or one)]
        made.extend(pair)
        return pair[0], pair[1]

    yield two
    for answers in made:
        await answers.close()


@pytest.fixture
async def caches(valkey: RunningValkey) -> AsyncIterator[tuple[ValkeyCache, ValkeyCache]]:  # noqa: F811
    one, two = (ValkeyCache(valkey.url, max_bytes=1 << 24) for _ in range(2))
    yield one, two
    await one.close()
    await two.close()


def test_rows_read_back_as_they_were() -> None:
    found = unpack(NAME, KEY, PACKED)
    assert found.table.equals(TABLE)
    assert found.table.schema.equals(TABLE.schema)
    assert replace(found, key=(), table=None) == replace(ROWS, key=(), table=None)
    assert found.key[:-1] == KEY
    assert found.key[-1] != ROWS.key[-1]


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
@settings(max_examples=100)
def test_one_changed_byte_is_refused(place: int, by: int) -> None:
    changed = PACKED[:place] + bytes([PACKED[place] ^ by]) + PACKED[place + 1 :]
    with pytest.raises(NotTheseRows):
        unpack(NAME, KEY, changed)


@given(st.integers(0, len(PACKED) - 1))
@settings(max_examples=50)
def test_cut_rows_are_refused(length: int) -> None:
    with pytest.raises(NotTheseRows):
        unpack(NAME, KEY, PACKED[:length])


@pytest.mark.parametrize("place", range(len(KEY)))
def test_rows_of_another_key_are_refused(place: int) -> None:
    key = (*KEY[:place], "other", *KEY[place + 1 :])
    other = RowsName.of(key, (*key[:4], "", *key[5:]))
    with pytest.raises(NotTheseRows, match="other rows"):
        unpack(other, key, PACKED)
    if place == 4:
        assert unpack(other, key, PACKED, other_version=True).table.equals(TABLE)
    else:
        with pytest.raises(NotTheseRows):
            unpack(other, key, PACKED, other_version=True)


async def test_two_processes_run_each_query_once(
    make: Make, caches: tuple[ValkeyCache, ValkeyCache], dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    one, two = make(*caches)
    gate = gated(warehouse)
    warehouse.gate.clear()
    asking = [asyncio.ensure_future(ask(answers, dashboard, gate)) for answers in (one, two) * 10]
    await warehouse.started.wait()
    warehouse.gate.set()
    answers = await asyncio.gather(*asking)
    assert len(warehouse.runs) == len(set(warehouse.runs))
    assert len({str(data(answer, "total")) for answer in answers}) == 1
    facts = {
        one.found.state for answer in answers for one in answer.insights.values() if isinstance(one, InsightAnswer)
    }
    assert facts == {"miss", "shared"}


async def test_who_waits_for_another_process_pays_nothing(
    make: Make, caches: tuple[ValkeyCache, ValkeyCache], dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    one, two = make(*caches)
    gate, costs = gated(warehouse, usd_per_tib=6.25), costs_in_memory()
    warehouse.gate.clear()
    first, second = account(costs), account(costs)
    asking = [asyncio.ensure_future(ask(one, dashboard, gate, spending=first))]
    await warehouse.started.wait()
    asking.append(asyncio.ensure_future(ask(two, dashboard, gate, spending=second)))
    warehouse.gate.set()
    await asyncio.gather(*asking)
    assert len(warehouse.runs) == len(set(warehouse.runs))
    assert first.estimated.bytes > 0
    assert second.estimated.bytes == 0
    await costs.close()


async def test_when_the_first_leaves_or_fails_the_other_goes_on(
    make: Make, caches: tuple[ValkeyCache, ValkeyCache], dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    one, two = make(*caches)
    gate = gated(warehouse)
    warehouse.gate.clear()
    leaving = asyncio.ensure_future(ask(one, dashboard, gate))
    await warehouse.started.wait()
    staying = asyncio.ensure_future(ask(two, dashboard, gate))
    leaving.cancel()
    await asyncio.wait([leaving])
    warehouse.gate.set()
    assert isinstance((await staying).insights["total"], InsightAnswer)
    warehouse.replace(orders(factor=2.0))
    warehouse.fault = Unavailable("The warehouse is down")
    with pytest.raises(Exception, match="down"):
        await ask(one, dashboard, gate)
    warehouse.fault = None
    assert isinstance((await ask(two, dashboard, gate)).insights["total"], InsightAnswer)


async def test_who_leaves_while_a_lease_is_on_its_way_holds_none(
    make: Make,
    caches: tuple[ValkeyCache, ValkeyCache],
    valkey: RunningValkey,  # noqa: F811
    dashboard: CompiledDashboard,
    warehouse: Counted,
) -> None:
    one, _ = make(*caches, limits=replace(PATIENT, lease_s=600.0))
    given, look = asyncio.Event(), caches[0].get_or_lease

    async def given_but_not_heard(key: str, owner: str, *, lease_s: float, anew: bool = False) -> object:
        await look(key, owner, lease_s=lease_s, anew=anew)
        given.set()
        return await asyncio.Event().wait()

    caches[0].get_or_lease = given_but_not_heard  # type: ignore[assignment,method-assign]
    leaving = asyncio.ensure_future(ask(one, dashboard, gated(warehouse)))
    await given.wait()
    leaving.cancel()
    await asyncio.wait([leaving])
    await one.close()
    with valkey.client() as client:
        assert client.keys("*") == []
    assert warehouse.runs == []


async def test_a_holder_that_died_is_not_waited_for(
    make: Make, caches: tuple[ValkeyCache, ValkeyCache], dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    one, two = make(*caches, limits=replace(PATIENT, lease_s=0.3))
    gate = gated(warehouse)
    looks: list[str] = []
    look = caches[0].get_or_lease

    async def taken_before(key: str, owner: str, *, lease_s: float, anew: bool = False) -> object:
        if key not in looks:
            looks.append(key)
            assert (await look(key, "dead", lease_s=0.3)).mine
        return await look(key, owner, lease_s=lease_s, anew=anew)

    caches[0].get_or_lease = taken_before  # type: ignore[assignment,method-assign]
    assert isinstance((await ask(one, dashboard, gate)).insights["total"], InsightAnswer)
    assert len(looks) == len(warehouse.runs)
    await one.close()
    assert isinstance((await ask(two, dashboard, gate)).insights["total"], InsightAnswer)
    assert len(warehouse.runs) == len(set(warehouse.runs))


async def test_what_a_liar_keeps_is_computed_instead(
    make: Make,
    caches: tuple[ValkeyCache, ValkeyCache],
    dashboard: CompiledDashboard,
    warehouse: Counted,
    valkey: RunningValkey,  # noqa: F811
) -> None:
    one, two = make(*caches)
    gate = gated(warehouse)
    truth = data(await ask(one, dashboard, gate), "total")
    await one.close()
    with valkey.client() as client:
        keys = [key for key in client.scan_iter() if not key.endswith(b":lease") and client.strlen(key) > 64]
        values = [client.get(key) for key in keys]
        for key, lie in zip(keys, [*values[1:], PACKED], strict=True):  # each is given another's
            client.set(key, lie)
    assert data(await ask(two, dashboard, gate), "total") == truth
    assert len(warehouse.runs) == 2 * len(set(warehouse.runs))


async def test_rows_past_their_time_are_computed_anew(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = MemoryCache()
    one, two = make(cache, limits=replace(PATIENT, keep_s=3600))
    gate = gated(warehouse)
    await ask(one, dashboard, gate)
    await one.close()
    late = datetime.now(UTC) + timedelta(days=30)

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return late

    monkeypatch.setattr("dashbridge.serving.second_level.datetime", Later)
    assert isinstance((await ask(two, dashboard, gate)).insights["total"], InsightAnswer)
    assert len(warehouse.runs) == 2 * len(set(warehouse.runs))


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGSTOP], ids=["gone", "stalled"])
async def test_a_cache_that_fails_or_stalls_is_never_an_error(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted, stop: signal.Signals
) -> None:
    with running_valkey() as broken:
        cache = ValkeyCache(broken.url, max_bytes=1 << 24)
        one, two = make(cache, limits=SharedLimits(call_s=0.02))
        gate = gated(warehouse)
        os.kill(broken.pid, stop)
        for answers in (one, two):
            assert isinstance((await ask(answers, dashboard, gate)).insights["total"], InsightAnswer)
        if stop is signal.SIGSTOP:
            os.kill(broken.pid, signal.SIGCONT)
        await one.close()
        await two.close()
        await cache.close()


async def test_a_full_cache_is_never_an_error(make: Make, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    with running_valkey(maxmemory="1kb") as full:
        cache = ValkeyCache(full.url, max_bytes=1 << 24)
        one, two = make(cache)
        for answers in (one, two):
            assert isinstance((await ask(answers, dashboard, gated(warehouse))).insights["total"], InsightAnswer)
        await one.close()
        await two.close()
        await cache.close()


async def test_without_a_cache_results_are_found_among_the_objects(
    make: Make, dashboard: CompiledDashboard, warehouse: Counted
) -> None:
    objects = MemoryObjectStore()
    one, two = make(ResultObjects(objects))
    gate = gated(warehouse)
    truth = data(await ask(one, dashboard, gate), "total")
    await one.close()
    ran = len(warehouse.runs)
    assert data(await ask(two, dashboard, gate), "total") == truth
    assert len(warehouse.runs) == ran
    kept = [info.key async for info in objects.list("results/")]
    assert len(kept) == ran
    await ask(two, dashboard, gate, asked=replace(ASKED, team_id="team-b"))
    assert len(warehouse.runs) == 2 * ran


async def test_large_rows_stay_in_the_process(make: Make, dashboard: CompiledDashboard, warehouse: Counted) -> None:
    cache = MemoryCache()
    one, two = make(cache, limits=replace(PATIENT, max_bytes=100))
    gate = gated(warehouse)
    for answers in (one, two):
        await ask(answers, dashboard, gate)
        await answers.close()
    assert len(warehouse.runs) == 2 * len(set(warehouse.runs))
    assert cache._values == {}
    assert cache._leases == {}

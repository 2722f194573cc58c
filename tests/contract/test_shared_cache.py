"""What every shared cache keeps: values for a while, and leases that one owner holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import pytest

from dashbridge.shared_cache import HELD, TAKEN, Looked
from dashbridge.shared_cache.memory import MemoryCache
from dashbridge.shared_cache.valkey import ValkeyCache
from fakes.valkey import valkey, valkey_process  # noqa: F401 - fixtures

AnyCache = MemoryCache | ValkeyCache
LONG_S = 600.0


@pytest.fixture(params=["memory", "valkey"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[AnyCache]:
    made: AnyCache = (
        MemoryCache()
        if request.param == "memory"
        else ValkeyCache(request.getfixturevalue("valkey").url, max_bytes=1 << 20)
    )
    yield made
    await made.close()


@pytest.fixture
def key() -> str:
    return uuid4().hex


async def becomes(look: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Time passes, by the server's clock."""
    for _ in range(10_000):
        if await look() == wanted:
            return
        await asyncio.sleep(0.001)
    raise AssertionError(f"it did not become {wanted!r}")


@pytest.mark.parametrize("value", [b"x", b"\x00\xff" * 5, bytes(range(256)) * 1024], ids=len)
async def test_a_value_is_read_back(cache: AnyCache, key: str, value: bytes) -> None:
    assert await cache.get(key) is None
    await cache.put(key, value, ttl_s=LONG_S)
    assert await cache.get(key) == value
    assert await cache.get_or_lease(key, "one", lease_s=LONG_S) == Looked(value)
    await cache.delete(key)
    await cache.delete(key)
    assert await cache.get(key) is None


async def test_a_value_goes_when_its_time_is_up(cache: AnyCache, key: str) -> None:
    await cache.put(key, b"old", ttl_s=0.001)
    await becomes(lambda: cache.get(key), None)
    assert await cache.get_or_lease(key, "one", lease_s=LONG_S) == TAKEN


async def test_one_owner_of_many_gets_the_lease(cache: AnyCache, key: str) -> None:
    found = await asyncio.gather(*(cache.get_or_lease(key, f"owner-{n}", lease_s=LONG_S) for n in range(50)))
    assert sorted(one.mine for one in found) == [False] * 49 + [True]
    winner = found.index(TAKEN)
    assert await cache.get_or_lease(key, f"owner-{winner}", lease_s=LONG_S) == TAKEN


async def test_a_lease_is_freed_and_renewed_by_its_owner_alone(cache: AnyCache, key: str) -> None:
    assert await cache.get_or_lease(key, "one", lease_s=LONG_S) == TAKEN
    assert not await cache.free(key, "two")
    assert not await cache.renew(key, "two", lease_s=LONG_S)
    assert await cache.get_or_lease(key, "two", lease_s=LONG_S) == HELD
    assert await cache.renew(key, "one", lease_s=LONG_S)
    assert await cache.free(key, "one")
    assert not await cache.free(key, "one")
    assert not await cache.renew(key, "one", lease_s=LONG_S)
    assert await cache.get_or_lease(key, "two", lease_s=LONG_S) == TAKEN


async def test_a_lease_of_who_is_gone_runs_out(cache: AnyCache, key: str) -> None:
    assert await cache.get_or_lease(key, "gone", lease_s=0.001) == TAKEN
    await becomes(lambda: cache.get_or_lease(key, "next", lease_s=LONG_S), TAKEN)
    assert not await cache.free(key, "gone")
    assert await cache.get_or_lease(key, "third", lease_s=LONG_S) == HELD


async def test_a_value_comes_before_a_lease(cache: AnyCache, key: str) -> None:
    assert await cache.get_or_lease(key, "one", lease_s=LONG_S) == TAKEN
    await cache.put(key, b"made", ttl_s=LONG_S)
    assert await cache.get_or_lease(key, "two", lease_s=LONG_S) == Looked(b"made")
    assert await cache.free(key, "one")


async def test_a_lease_may_be_had_beside_a_value_that_is_of_no_use(cache: AnyCache, key: str) -> None:
    await cache.put(key, b"old", ttl_s=LONG_S)
    assert await cache.get_or_lease(key, "one", lease_s=LONG_S, anew=True) == TAKEN
    assert await cache.get_or_lease(key, "two", lease_s=LONG_S, anew=True) == HELD
    assert await cache.get_or_lease(key, "two", lease_s=LONG_S) == Looked(b"old")

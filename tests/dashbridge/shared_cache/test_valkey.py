"""Valkey as it fails: gone, stalled, full, given another's value, or an address that is none."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from dashbridge.kit import Invalid, Unavailable
from dashbridge.shared_cache.valkey import ValkeyCache
from fakes.valkey import RunningValkey, running_valkey, valkey, valkey_process  # noqa: F401 - fixtures


@pytest.mark.parametrize("url", ["", "localhost:6379", "http://cache", "redis://h:port/0"])
def test_an_address_that_is_none_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(Invalid, match="not the address") as refused:
        ValkeyCache(url, max_bytes=10)
    assert refused.value.code == "bad_cache_url"
    assert "://cache" not in str(refused.value)


async def test_a_server_that_is_gone_is_unavailable() -> None:
    with running_valkey() as gone:
        cache = ValkeyCache(gone.url, max_bytes=100)
        await cache.put("k", b"v", ttl_s=60)
        gone.server.terminate()
        for call in (cache.get("k"), cache.put("k", b"v", ttl_s=1), cache.get_or_lease("k", "o", lease_s=1)):
            with pytest.raises(Unavailable) as failed:
                await call
            assert gone.url not in str(failed.value)
        await cache.close()


async def test_a_server_that_is_full_says_so() -> None:
    with running_valkey(maxmemory="1mb") as full:
        cache = ValkeyCache(full.url, max_bytes=100)
        putting = asyncio.gather(*(cache.put(f"k{n}", os.urandom(100_000), ttl_s=60) for n in range(100)))
        with pytest.raises(Unavailable):
            await putting
        await cache.close()


async def test_a_large_value_is_read_only_so_far(valkey: RunningValkey) -> None:  # noqa: F811
    cache = ValkeyCache(valkey.url, max_bytes=100)
    await cache.put("k", b"v" * 1_000_000, ttl_s=60)
    assert len(await cache.get("k") or b"") == 101
    assert len((await cache.get_or_lease("k", "o", lease_s=1)).value or b"") == 101
    await cache.close()


async def test_an_asker_that_left_gives_its_answer_to_nobody_else(valkey: RunningValkey) -> None:  # noqa: F811
    cache = ValkeyCache(valkey.url, max_bytes=100)
    for n in range(40):
        await cache.put(f"k{n}", f"v{n}".encode(), ttl_s=600)
    os.kill(valkey.pid, signal.SIGSTOP)
    asking = [asyncio.ensure_future(cache.get(f"k{n}")) for n in range(20)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for task in asking:
        task.cancel()
    os.kill(valkey.pid, signal.SIGCONT)
    await asyncio.wait(asking)
    found = await asyncio.gather(*(cache.get(f"k{n}") for n in range(40)))
    assert found == [f"v{n}".encode() for n in range(40)]
    await cache.close()

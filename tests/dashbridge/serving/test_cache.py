"""Bounded by bytes, least recently used first out, nothing past its time."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashbridge.serving.cache import ByteLRU


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_an_entry_goes_at_its_time() -> None:
    clock = Clock()
    cache: ByteLRU[str] = ByteLRU(10, now=clock)
    cache.put("a", "x", size=1, ttl_s=5)
    clock.time = 4.9
    assert cache.get("a") == "x"
    clock.time = 5.0
    assert cache.get("a") is None
    cache.put("b", "y", size=1, ttl_s=0)
    assert cache.get("b") is None


def test_the_least_recently_used_goes_first() -> None:
    cache: ByteLRU[str] = ByteLRU(3)
    for key in "abc":
        cache.put(key, key, size=1, ttl_s=9)
    assert cache.get("a") == "a"
    cache.put("d", "d", size=1, ttl_s=9)
    assert [cache.get(key) for key in "abcd"] == ["a", None, "c", "d"]


def test_what_is_larger_than_all_is_not_kept_and_drops_its_old_self() -> None:
    cache: ByteLRU[str] = ByteLRU(3)
    cache.put("a", "small", size=1, ttl_s=9)
    cache.put("b", "b", size=1, ttl_s=9)
    cache.put("a", "large", size=4, ttl_s=9)
    assert (cache.get("a"), cache.get("b")) == (None, "b")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12), st.integers(0, 3), st.integers(0, 2))))
def test_it_never_holds_more_than_it_may_nor_tells_a_wrong_value(steps: list[tuple[int, int, int, int]]) -> None:
    clock = Clock()
    cache: ByteLRU[Any] = ByteLRU(10, now=clock)
    last: dict[int, tuple[int, int, float]] = {}
    for number, (key, size, ttl, passed) in enumerate(steps):
        clock.time += passed
        cache.put(key, number, size=size, ttl_s=ttl)
        last[key] = (number, size, clock.time + ttl)
        held = {key: cache.get(key) for key in last}
        for key, value in held.items():
            assert value is None or (value, clock.time < last[key][2]) == (last[key][0], True)
        assert sum(last[key][1] for key, value in held.items() if value is not None) <= 10

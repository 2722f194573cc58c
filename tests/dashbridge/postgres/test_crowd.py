from __future__ import annotations

import asyncio

import pytest

from dashbridge.kit import NotFound
from dashbridge.postgres.crowd import Crowd


class Shelf:
    """A value that takes a moment to read."""

    def __init__(self) -> None:
        self.value = 0
        self.reads = 0
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self) -> int:
        self.reads += 1
        self.begun.set()
        value = self.value
        await self.gate.wait()
        return value


async def test_a_crowd_reads_once() -> None:
    crowd, shelf = Crowd[int](), Shelf()
    assert await asyncio.gather(*(crowd.read("a", shelf.read) for _ in range(100))) == [0] * 100
    assert shelf.reads == 1


async def test_who_comes_after_a_write_never_reads_what_was_before() -> None:
    crowd, shelf = Crowd[int](), Shelf()
    shelf.gate.clear()
    early = asyncio.ensure_future(crowd.read("a", shelf.read))
    await shelf.begun.wait()
    shelf.value = 1
    late = [asyncio.ensure_future(crowd.read("a", shelf.read)) for _ in range(10)]
    await asyncio.sleep(0)
    shelf.gate.set()
    assert (await early, set(await asyncio.gather(*late)), shelf.reads) == (0, {1}, 2)


async def test_a_failure_is_told_to_all_and_forgotten() -> None:
    crowd = Crowd[int]()

    async def fail() -> int:
        raise NotFound("gone")

    found = await asyncio.gather(*(crowd.read("a", fail) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(one, NotFound) for one in found)
    shelf = Shelf()
    assert await crowd.read("a", shelf.read) == 0


async def test_who_leaves_does_not_disturb_the_others() -> None:
    crowd, shelf = Crowd[int](), Shelf()
    shelf.gate.clear()
    first, second = (asyncio.ensure_future(crowd.read("a", shelf.read)) for _ in range(2))
    await shelf.begun.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    shelf.gate.set()
    assert await second == 0
    assert not crowd._running
    assert not crowd._next

"""Each part by itself: one that is down, hangs or breaks is named, and keeps nobody waiting."""

from __future__ import annotations

import asyncio

from dashbridge.kit import Unavailable
from dashbridge.telemetry import Readiness


async def fine() -> dict[str, str]:
    return {"schema": "0001"}


async def down() -> None:
    raise Unavailable("CANARY address 10.1.2.3", code="away")


async def broken() -> None:
    raise ValueError("CANARY")


async def test_every_part_is_told_by_itself_and_no_words_get_out() -> None:
    report = await Readiness({"a": fine, "b": down, "c": broken}).report()
    assert not report.ready
    assert report.parts["a"]["schema"] == "0001"
    assert report.parts["b"] == {"status": "down", "code": "away"}
    assert report.parts["c"] == {"status": "down", "code": "internal"}
    assert "CANARY" not in repr(report)


async def test_a_part_that_hangs_and_does_not_let_go_is_slow() -> None:
    let_go, cancelled = asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                cancelled.set()

    report = await Readiness({"a": fine, "b": stubborn}, limit_s=0.05).report()
    assert report.parts["b"] == {"status": "slow", "code": "no_answer"}
    assert report.parts["a"]["status"] == "ok"
    await cancelled.wait()
    let_go.set()


async def test_a_process_that_is_stopping_is_not_ready() -> None:
    readiness = Readiness({"a": fine})
    assert (await readiness.report()).ready
    readiness.stopping = True
    assert not (await readiness.report()).ready

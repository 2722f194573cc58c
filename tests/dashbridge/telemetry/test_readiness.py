"""Each part by itself: one that is down, hangs or breaks is named, keeps nobody waiting, and is not asked too often."""

from __future__ import annotations

import asyncio

from dashbridge.kit import Unavailable
from dashbridge.telemetry import Kept, Readiness


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


async def test_what_costs_is_asked_once_in_a_while() -> None:
    asked, clock, answers = [], [100.0], [fine, down, fine]

    async def check() -> dict[str, str] | None:
        asked.append(clock[0])
        return await answers[len(asked) - 1]()

    readiness = Readiness({"a": Kept(check, keep_s=5, now=lambda: clock[0])})
    for now, ready in ((100, True), (104.9, True), (105, False), (109.9, False), (110, True)):
        clock[0] = now
        reports = await asyncio.gather(*(readiness.report() for _ in range(20)))
        assert {report.ready for report in reports} == {ready}
    assert asked == [100, 105, 110]
    assert reports[0].parts["a"]["schema"] == "0001"


async def test_an_answer_that_never_comes_is_given_up_and_asked_for_again() -> None:
    begun = 0

    async def hang() -> None:
        nonlocal begun
        begun += 1
        await asyncio.Event().wait()

    kept = Kept(hang, keep_s=0, limit_s=0.01)
    assert (await Readiness({"a": kept}, limit_s=0).report()).parts["a"]["code"] == "no_answer"  # still under way
    for _ in range(2):
        assert (await Readiness({"a": kept}, limit_s=30).report()).parts["a"] == {"status": "down", "code": "no_answer"}
    assert begun == 2

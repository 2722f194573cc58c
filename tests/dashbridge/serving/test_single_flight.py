"""One run for all who ask at once, whoever leaves and however it ends."""

from __future__ import annotations

import asyncio

import pytest

from dashbridge.serving.single_flight import SingleFlight


class Work:
    """Counts its runs, and ends when it is let."""

    def __init__(self) -> None:
        self.runs = 0
        self.cancelled = 0
        self.started = asyncio.Event()
        self.end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def __call__(self) -> str:
        self.runs += 1
        self.started.set()
        try:
            return await asyncio.shield(self.end)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_two_hundred_ask_and_one_works() -> None:
    flights, work = SingleFlight[str](), Work()
    askers = [asyncio.ensure_future(flights.do("k", work)) for _ in range(200)]
    await work.started.wait()
    work.end.set_result("done")
    assert await asyncio.gather(*askers) == ["done"] * 200
    assert work.runs == 1


async def test_another_key_is_other_work() -> None:
    flights, work = SingleFlight[str](), Work()
    askers = [asyncio.ensure_future(flights.do(key, work)) for key in ("a", "b")]
    await turns()
    assert work.runs == 2
    work.end.set_result("done")
    await asyncio.gather(*askers)


async def test_a_failure_reaches_all_and_is_not_kept() -> None:
    flights, work = SingleFlight[str](), Work()
    askers = [asyncio.ensure_future(flights.do("k", work)) for _ in range(5)]
    await work.started.wait()
    work.end.set_exception(ValueError("no"))
    assert [str(one) for one in await asyncio.gather(*askers, return_exceptions=True)] == ["no"] * 5
    again = Work()
    again.end.set_result("yes")
    assert await flights.do("k", again) == "yes"


async def test_a_leader_that_leaves_takes_nobody_along() -> None:
    flights, work = SingleFlight[str](), Work()
    leader, *others = [asyncio.ensure_future(flights.do("k", work)) for _ in range(3)]
    await work.started.wait()
    leader.cancel()
    await turns()
    assert leader.cancelled()
    work.end.set_result("done")
    assert await asyncio.gather(*others) == ["done", "done"]
    assert (work.runs, work.cancelled) == (1, 0)


async def test_when_all_leave_the_work_stops_and_the_next_starts_anew() -> None:
    flights, work = SingleFlight[str](), Work()
    askers = [asyncio.ensure_future(flights.do("k", work)) for _ in range(3)]
    await work.started.wait()
    for asker in askers:
        asker.cancel()
    late = Work()
    await asyncio.wait(askers)
    asked = asyncio.ensure_future(flights.do("k", late))
    await turns()
    assert (work.cancelled, late.runs) == (1, 1)
    late.end.set_result("late")
    assert await asked == "late"


async def test_a_failure_after_all_left_is_quiet(caplog: pytest.LogCaptureFixture) -> None:
    flights = SingleFlight[str]()
    started = asyncio.Event()

    async def stubborn() -> str:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("while stopping")

    asker = asyncio.ensure_future(flights.do("k", stubborn))
    await started.wait()
    asker.cancel()
    await asyncio.wait([asker])
    await turns()
    assert caplog.records == []

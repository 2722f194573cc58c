from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from dashbridge.api.leaving import AskerGone, unless_gone
from dashbridge.kit import NotFound
from dashbridge.serving.single_flight import SingleFlight


class Asker:
    """A client that stays until it leaves."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self._sent = False
        self.request = Request({"type": "http"}, self._receive)

    async def _receive(self) -> dict[str, Any]:
        if self._sent:
            await self.left.wait()
            return {"type": "http.disconnect"}
        self._sent = True
        return {"type": "http.request", "body": b"", "more_body": False}


class Query:
    """Something long, in a warehouse."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.end = asyncio.Event()
        self.cancelled = False

    async def run(self) -> int:
        self.begun.set()
        try:
            await self.end.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return 1


async def test_what_is_asked_is_given_and_what_fails_is_told() -> None:
    async def fail() -> int:
        raise NotFound("gone")

    query = Query()
    query.end.set()
    assert await unless_gone(Asker().request, query.run()) == 1
    with pytest.raises(NotFound):
        await unless_gone(Asker().request, fail())


async def test_who_leaves_stops_the_query() -> None:
    asker, query = Asker(), Query()
    asking = asyncio.ensure_future(unless_gone(asker.request, query.run()))
    await query.begun.wait()
    asker.left.set()
    with pytest.raises(AskerGone):
        await asking
    assert query.cancelled
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_while_another_waits_for_it_the_query_goes_on() -> None:
    askers, query = [Asker(), Asker()], Query()
    flights = SingleFlight[int]()
    first, second = (
        asyncio.ensure_future(unless_gone(asker.request, flights.do("key", query.run))) for asker in askers
    )
    await query.begun.wait()
    askers[0].left.set()
    with pytest.raises(AskerGone):
        await first
    assert not query.cancelled
    query.end.set()
    assert await second == 1


async def test_a_request_that_is_cancelled_cancels_the_query() -> None:
    query = Query()
    asking = asyncio.ensure_future(unless_gone(Asker().request, query.run()))
    await query.begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert query.cancelled


async def test_a_request_without_a_connection_is_never_left() -> None:
    async def nothing() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    query = Query()
    asking = asyncio.ensure_future(unless_gone(Request({"type": "http"}, nothing), query.run()))
    await query.begun.wait()
    query.end.set()
    assert await asking == 1

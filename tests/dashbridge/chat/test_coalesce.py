"""Tokens are joined, nothing is lost, nothing changes places."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.chat.coalesce import NativeEvent, batches

EVENTS = st.lists(
    st.one_of(
        st.text(max_size=5).map(lambda text: ("token", {"text": text})),
        st.integers().map(lambda number: ("tool_call", {"id": number})),
    ),
    max_size=40,
)


class Clock(asyncio.SelectorEventLoop):
    """A loop whose time is set by hand."""

    now = 0.0

    def time(self) -> float:
        return self.now


def joined(events: list[NativeEvent]) -> list[Any]:
    """Runs of tokens as one text, everything else as it is."""
    found: list[Any] = []
    for name, data in events:
        if name == "token" and found and isinstance(found[-1], str):
            found[-1] += data["text"]
        else:
            found.append(data["text"] if name == "token" else (name, data))
    return found


@given(EVENTS, st.lists(st.booleans(), max_size=40))
@settings(deadline=None, max_examples=150)
def test_order_and_words_stay(events: list[NativeEvent], pauses: list[bool]) -> None:
    async def run() -> list[NativeEvent]:
        queue: asyncio.Queue[NativeEvent | None] = asyncio.Queue()

        async def feed() -> None:
            for index, event in enumerate(events):
                queue.put_nowait(event)
                if index < len(pauses) and pauses[index]:
                    await asyncio.sleep(0)
            queue.put_nowait(None)

        feeding = asyncio.create_task(feed())
        found = [event async for batch in batches(queue, period_s=0.001) for event in batch]
        await feeding
        return found

    assert joined(asyncio.run(run())) == joined(events)


def test_a_steady_trickle_goes_out_twenty_times_a_second() -> None:
    """A token each millisecond for two seconds of the loop's own time."""
    with asyncio.Runner(loop_factory=Clock) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, Clock)

        async def run() -> list[list[NativeEvent]]:
            queue: asyncio.Queue[NativeEvent | None] = asyncio.Queue()

            async def feed() -> None:
                for number in range(2_000):
                    queue.put_nowait(("token", {"text": f"{number} "}))
                    loop.now += 0.001
                    for _ in range(4):
                        await asyncio.sleep(0)
                queue.put_nowait(None)

            feeding = asyncio.create_task(feed())
            found = [batch async for batch in batches(queue)]
            await feeding
            return found

        found = runner.run(run())
    assert 30 <= len(found) <= 42
    assert all(len(batch) == 1 for batch in found)
    assert "".join(batch[0][1]["text"] for batch in found) == "".join(f"{number} " for number in range(2_000))


async def test_what_is_no_token_does_not_wait() -> None:
    queue: asyncio.Queue[NativeEvent | None] = asyncio.Queue()
    reading = batches(queue, period_s=3600)
    queue.put_nowait(("tool_call", {}))
    assert await anext(reading) == [("tool_call", {})]
    queue.put_nowait(("token", {"text": "a"}))
    waiting = asyncio.ensure_future(anext(reading))
    await asyncio.sleep(0)
    assert not waiting.done()
    queue.put_nowait(("token", {"text": "b"}))
    queue.put_nowait(("tool_call", {}))
    assert await waiting == [("token", {"text": "ab"}), ("tool_call", {})]
    queue.put_nowait(("token", {"text": "c"}))
    queue.put_nowait(None)
    assert await anext(reading) == [("token", {"text": "c"})]
    with pytest.raises(StopAsyncIteration):
        await anext(reading)

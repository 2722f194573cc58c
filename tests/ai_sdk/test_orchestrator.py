"""The loop, its limits, and a stop at every point."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from ai_sdk import (
    ArtifactEvent,
    DoneEvent,
    ErrorEvent,
    Event,
    Message,
    NeedsApproval,
    ProviderUnavailable,
    QuestionEvent,
    Text,
    TokenEvent,
    Tool,
    ToolCallEvent,
    ToolOutcome,
    ToolRegistry,
    ToolResult,
    ToolResultEvent,
    ToolUse,
    Turn,
    TurnLimits,
    UsageEvent,
    is_last,
    load_prices,
    send_message,
)
from ai_sdk.providers.base import BrokenToolUse, Finished, Provider, Request, StreamItem, TextDelta, Usage
from ai_sdk.providers.scripted import ScriptedProvider, Step, call, calls, reply


class Add(BaseModel):
    a: int = 0
    b: int = 0


class Ask(BaseModel):
    text: str
    options: list[str] = []


class Bench:
    """Tools that count their runs; `slow` waits until it is cancelled."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.slow_started = asyncio.Event()
        self.tools = ToolRegistry(
            [
                Tool("add", "Add.", Add, self._add),
                Tool("slow", "Wait.", Add, self._slow),
                Tool("approve", "Needs a yes.", Add, self._approve),
                Tool("ask_question", "Ask.", Ask, self._ask, ends_turn=True),
            ]
        )

    async def _add(self, arguments: Add) -> ToolOutcome:
        self.runs.append("add")
        await asyncio.sleep(0)
        total = arguments.a + arguments.b
        return ToolOutcome(json.dumps({"sum": total}), f"{total}", total, (ArtifactEvent("sum", {"value": total}),))

    async def _slow(self, arguments: Add) -> ToolOutcome:
        self.runs.append("slow")
        self.slow_started.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def _approve(self, arguments: Add) -> ToolOutcome:
        raise NeedsApproval("Really?")

    async def _ask(self, arguments: Ask) -> ToolOutcome:
        return ToolOutcome('{"asked": true}', "Asked")

    def turn(self, *steps: Step, provider: Provider | None = None, **options: Any) -> Turn:
        model = provider or ScriptedProvider(steps)
        options.setdefault("history", ())
        return Turn(model, system=(), text="go", tools=self.tools, **options)


async def events_of(turn: Turn) -> list[Event]:
    return [event async for event in turn.run()]


def fit_to_send(messages: tuple[Message, ...]) -> bool:
    """Whether every call is answered in the very next message, and no message is empty."""
    for index, message in enumerate(messages):
        wanted = [use.id for use in message.tool_uses]
        following = messages[index + 1].blocks if index + 1 < len(messages) else ()
        answered = [block.tool_use_id for block in following if isinstance(block, ToolResult)]
        if not message.blocks or (wanted and sorted(answered) != sorted(wanted)):
            return False
        if any(isinstance(block, Text) and not block.text.strip() for block in message.blocks):
            return False
    return messages[0] == Message("user", (Text("go"),))


async def test_a_turn_with_tools() -> None:
    bench = Bench()
    turn = bench.turn(call("add", {"a": 1, "b": 2}, text="Adding."), reply("It is 3.", usage=Usage(5, 6)))
    assert await events_of(turn) == [
        TokenEvent("Adding."),
        ToolCallEvent("call_add", "add", {"a": 1, "b": 2}),
        ToolResultEvent("call_add", "add", True, "3", 3),
        ArtifactEvent("sum", {"value": 3}),
        TokenEvent("It is 3."),
        UsageEvent(5, 6, 0, 0, None),
        DoneEvent("complete"),
    ]
    assert turn.messages == (
        Message("user", (Text("go"),)),
        Message("assistant", (Text("Adding."), ToolUse("call_add", "add", {"a": 1, "b": 2}))),
        Message("user", (ToolResult("call_add", '{"sum": 3}'),)),
        Message("assistant", (Text("It is 3."),)),
    )


async def test_tools_run_in_the_order_given() -> None:
    bench = Bench()
    step = calls(ToolUse("1", "add", {"a": 1}), ToolUse("2", "nothing", {}), ToolUse("3", "add", {"a": 3}))
    seen = await events_of(bench.turn(step, reply("x")))
    assert [event.id for event in seen if isinstance(event, ToolCallEvent | ToolResultEvent)] == list("112233")
    assert [event.ok for event in seen if isinstance(event, ToolResultEvent)] == [True, False, True]


async def test_send_message_is_the_same_turn() -> None:
    bench = Bench()
    stream = send_message(ScriptedProvider([reply("x")]), system=(), history=(), text="go", tools=bench.tools)
    assert [event async for event in stream][-1] == DoneEvent("complete")


async def test_history_goes_before_the_new_text_and_is_made_whole() -> None:
    provider = ScriptedProvider([reply("x")])
    history = (Message("user", (Text("old"),)), Message("assistant", (ToolUse("9", "add", {}),)))
    await events_of(Bench().turn(provider=provider, history=history))
    sent = provider.requests[0].messages
    assert sent[-1] == Message("user", (Text("go"),))
    assert isinstance(sent[2].blocks[0], ToolResult)
    assert sent[2].blocks[0].is_error


async def test_a_question_ends_the_turn_and_later_calls_do_not_run() -> None:
    bench = Bench()
    asked = ToolUse("1", "ask_question", {"text": "Which?", "options": ["a", "b"]})
    turn = bench.turn(calls(asked, ToolUse("2", "add", {})))
    seen = await events_of(turn)
    assert QuestionEvent("Which?", ("a", "b")) in seen
    assert seen[-1] == DoneEvent("question")
    assert bench.runs == []
    assert fit_to_send(turn.messages)


async def test_a_tool_that_needs_approval_asks() -> None:
    turn = Bench().turn(call("approve"))
    seen = await events_of(turn)
    assert QuestionEvent("Really?", ("Yes", "No")) in seen
    assert seen[-1] == DoneEvent("question")
    assert fit_to_send(turn.messages)


async def test_a_broken_call_does_not_run_and_may_be_repaired() -> None:
    bench = Bench()
    turn = bench.turn(calls(BrokenToolUse("1", "add", "cut off")), call("add", {"a": 1}), reply("x"))
    seen = await events_of(turn)
    assert [event.ok for event in seen if isinstance(event, ToolResultEvent)] == [False, True]
    assert bench.runs == ["add"]


def looping(usage: Usage | None = None) -> list[Step]:
    return [calls(ToolUse(str(number), "add", {}), usage=usage or Usage()) for number in range(99)]


@pytest.mark.parametrize(
    ("limits", "detail", "requests"),
    [
        (TurnLimits(steps=4), "steps", 4),
        (TurnLimits(tokens=25), "tokens", 3),
        (TurnLimits(usd=Decimal("0.0001")), "usd", 3),
    ],
)
async def test_a_looping_model_stops_at_the_cap(limits: TurnLimits, detail: str, requests: int) -> None:
    provider = ScriptedProvider(looping(Usage(10)), model="claude-sonnet-5")
    # 10 tokens at 2 USD a million are 0.00002 USD; five such requests meet 0.0001 USD
    turn = Bench().turn(provider=provider, limits=limits, prices=load_prices())
    seen = await events_of(turn)
    assert seen[-1] == DoneEvent("limit", detail)
    assert len(provider.requests) == (5 if detail == "usd" else requests)
    assert fit_to_send(turn.messages)


async def test_money_is_not_held_for_a_model_without_a_price() -> None:
    turn = Bench().turn(*looping(Usage(10)), limits=TurnLimits(steps=6, usd=Decimal(0)), prices=load_prices())
    seen = await events_of(turn)
    assert seen[-1] == DoneEvent("limit", "steps")
    assert seen[-2] == UsageEvent(60, 0, 0, 0, None)


async def test_the_clock_stops_a_tool() -> None:
    bench = Bench()
    turn = bench.turn(call("slow"), limits=TurnLimits(seconds=0.02), clock=lambda: 0.0)
    seen = await events_of(turn)
    assert seen[-1] == DoneEvent("limit", "seconds")
    assert ToolResultEvent("call_slow", "slow", False, "Stopped") in seen
    assert fit_to_send(turn.messages)


async def test_the_clock_stops_between_steps() -> None:
    now = iter(range(0, 10_000, 10))
    turn = Bench().turn(*looping(), limits=TurnLimits(seconds=100), clock=lambda: float(next(now)))
    assert (await events_of(turn))[-1] == DoneEvent("limit", "seconds")


async def test_endless_output_is_cut() -> None:
    class Endless(Still):
        async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
            while True:
                await asyncio.sleep(0)
                yield TextDelta("x" * 100)

    turn = Bench().turn(provider=Endless(), limits=TurnLimits(reply_characters=1_000))
    seen = await events_of(turn)
    assert seen[-1] == DoneEvent("limit", "output")
    assert len(turn.messages[-1].text) == 1_000


class Still:
    name = "still"
    model = "still"

    async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        yield TextDelta("wait")
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("reason", "last"),
    [("max_tokens", DoneEvent("limit", "output")), ("refusal", "model_refused"), ("context_full", "context_full")],
)
async def test_how_a_reply_may_end(reason: str, last: Any) -> None:
    seen = await events_of(Bench().turn(reply("part", stop_reason=reason)))
    end = seen[-1]
    assert end == last or (isinstance(end, ErrorEvent) and end.code == last)


async def test_a_refused_reply_runs_no_tool() -> None:
    bench = Bench()
    turn = bench.turn(Step((ToolUse("1", "add", {}), Finished("refusal", Usage()))))
    assert isinstance((await events_of(turn))[-1], ErrorEvent)
    assert bench.runs == []
    assert fit_to_send(turn.messages)


class Breaking(Still):
    def __init__(self, error: Exception | None) -> None:
        self.error = error

    async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        yield TextDelta("part")
        yield ToolUse("1", "add", {})
        yield Usage(3)
        if self.error:
            raise self.error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ProviderUnavailable("overloaded", "busy", "wait"), "overloaded"),
        (None, "stream_cut"),
        (KeyError("x"), "internal"),
    ],
)
async def test_a_reply_that_breaks_off_runs_nothing(error: Exception | None, code: str) -> None:
    bench = Bench()
    turn = bench.turn(provider=Breaking(error))
    seen = await events_of(turn)
    assert isinstance(seen[-1], ErrorEvent)
    assert seen[-1].code == code
    assert seen[-2] == UsageEvent(3, 0, 0, 0, None)
    assert bench.runs == []
    assert turn.messages[1:] == (Message("assistant", (Text("part"),)),)


async def test_text_that_no_database_holds_is_mended() -> None:
    seen = await events_of(Bench().turn(reply("a\0b\ud800ä")))
    assert seen[0] == TokenEvent("ab?ä")


def test_a_turn_needs_a_text() -> None:
    with pytest.raises(ValueError, match="text"):
        Turn(ScriptedProvider([]), system=(), history=(), text=" \n", tools=ToolRegistry())


async def test_stop_before_anything_asks_nothing() -> None:
    stop = asyncio.Event()
    stop.set()
    provider = ScriptedProvider([reply("x")])
    turn = Bench().turn(provider=provider, stop=stop)
    assert await events_of(turn) == [DoneEvent("stopped")]
    assert provider.requests == []
    assert turn.messages == (Message("user", (Text("go"),)),)


async def test_stop_inside_a_stream_that_waits() -> None:
    stop = asyncio.Event()
    turn = Bench().turn(provider=Still(), stop=stop)
    seen: list[Event] = []
    async for event in turn.run():
        seen.append(event)
        asyncio.get_running_loop().call_soon(stop.set)
    assert seen[-1] == DoneEvent("stopped")
    assert turn.messages[-1] == Message("assistant", (Text("wait"),))


async def test_stop_inside_a_tool_that_waits() -> None:
    bench, stop = Bench(), asyncio.Event()
    turn = bench.turn(calls(ToolUse("1", "slow", {}), ToolUse("2", "add", {})), stop=stop)

    async def stop_it() -> None:
        await bench.slow_started.wait()
        stop.set()

    stopper = asyncio.create_task(stop_it())
    seen = await events_of(turn)
    await stopper
    assert seen[-1] == DoneEvent("stopped")
    assert bench.runs == ["slow"]
    assert fit_to_send(turn.messages)


async def test_a_tool_that_swallows_its_cancellation_does_not_hold_the_turn() -> None:
    release, stop = asyncio.Event(), asyncio.Event()

    async def stubborn(arguments: Add) -> ToolOutcome:
        stop.set()
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return ToolOutcome("{}", "late")

    tools = ToolRegistry([Tool("stubborn", "x", Add, stubborn)])
    turn = Turn(ScriptedProvider([call("stubborn")]), system=(), history=(), text="go", tools=tools, stop=stop)
    assert (await events_of(turn))[-1] == DoneEvent("stopped")
    release.set()
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})


STEPS = st.lists(
    st.one_of(
        st.builds(lambda text: call("add", {"a": 1}, text=text), st.sampled_from(["", " ", "Some text."])),
        st.just(calls(ToolUse("1", "add", {"a": 1}), ToolUse("2", "nothing", {}), BrokenToolUse("3", "add", "cut"))),
        st.just(calls(ToolUse("1", "add", {"wrong": 1}))),
        st.just(calls(ToolUse("1", "ask_question", {"text": "?"}), ToolUse("2", "add", {}))),
        st.just(reply("The end.")),
        st.just(Step((TextDelta("cut"), ToolUse("1", "add", {})))),
        st.just(reply("no", stop_reason="refusal")),
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=150)
@given(steps=STEPS, after=st.integers(0, 25), how=st.sampled_from(["stop", "leave", "never"]))
def test_wherever_a_turn_is_stopped_or_left_its_history_is_valid(steps: list[Step], after: int, how: str) -> None:
    async def play() -> None:
        bench, stop = Bench(), asyncio.Event()
        turn = bench.turn(*steps, stop=stop)
        seen: list[Event] = []
        if after == 0 and how == "stop":
            stop.set()
        stream = turn.run()
        async for event in stream:
            seen.append(event)
            assert fit_to_send(turn.messages)
            if len(seen) == after:
                if how == "leave":
                    break
                if how == "stop":
                    stop.set()
        await stream.aclose()
        assert fit_to_send(turn.messages)
        if how == "leave" and len(seen) == after:
            return
        assert [is_last(event) for event in seen] == [False] * (len(seen) - 1) + [True]
        begun = [event.id for event in seen if isinstance(event, ToolCallEvent)]
        ended = [event.id for event in seen if isinstance(event, ToolResultEvent)]
        assert begun == ended
        if how == "stop" and after < len(seen) and not is_last(seen[after]):
            late = [event for event in seen[after:] if isinstance(event, TokenEvent | ToolCallEvent)]
            assert late == []

    asyncio.run(play())


async def test_cancelling_the_turn_leaves_a_valid_history_and_no_task() -> None:
    bench = Bench()
    turn = bench.turn(call("slow"))
    task = asyncio.create_task(events_of(turn))
    await bench.slow_started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert fit_to_send(turn.messages)
    assert asyncio.all_tasks() == {asyncio.current_task()}

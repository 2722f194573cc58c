"""The real SDK against a server that speaks the real protocol on a real socket."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import BaseModel

from ai_sdk import Message, PromptBlock, ProviderUnavailable, Text, Tool, ToolOutcome, ToolRegistry, ToolResult, ToolUse
from ai_sdk.events import DoneEvent, ErrorEvent, TokenEvent, ToolResultEvent, UsageEvent
from ai_sdk.messages import Opaque
from ai_sdk.orchestrator import Turn
from ai_sdk.prices import load_prices
from ai_sdk.providers.anthropic import AnthropicProvider
from ai_sdk.providers.anthropic_body import request_body
from ai_sdk.providers.base import BrokenToolUse, Finished, Request, StreamItem, TextDelta, ToolSpec, Usage
from ai_sdk.providers.retry import RetryPolicy
from fakes.anthropic_server import (
    AnthropicServer,
    Hold,
    Status,
    Stream,
    cut,
    error_body,
    error_event,
    event,
    events,
    message,
    overloaded,
    rate_limited,
    text,
    thinking,
    tool_use,
)
from fakes.sse_socket import Hangup

ASK = Request((), (Message("user", (Text("hi"),)),), (), 100)


class Talk:
    """A provider on a scripted server, with waits that take no time."""

    def __init__(self, *script: Any, model: str = "claude-test", read_timeout_s: float = 30.0) -> None:
        self.server = AnthropicServer(script)
        self.waits: list[float] = []
        self._options: dict[str, Any] = {"model": model, "read_timeout_s": read_timeout_s}

    async def __aenter__(self) -> Talk:
        await self.server.__aenter__()
        policy = RetryPolicy(sleep=self._sleep, random=lambda: 0.0)
        self.provider = AnthropicProvider(api_key="k", base_url=self.server.url, retry=policy, **self._options)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.provider.close()
        await self.server.__aexit__()

    async def ask(self, request: Request = ASK) -> list[StreamItem]:
        return [item async for item in self.provider.stream(request) if not isinstance(item, Usage)]

    async def gather(self, seen: list[StreamItem]) -> None:
        async for item in self.provider.stream(ASK):
            seen.append(item)

    async def failure(self, request: Request = ASK) -> ProviderUnavailable:
        with pytest.raises(ProviderUnavailable) as caught:
            await self.ask(request)
        return caught.value

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


def said(items: list[StreamItem]) -> str:
    return "".join(item.text for item in items if isinstance(item, TextDelta))


async def test_text_and_usage_arrive() -> None:
    usage = {"input_tokens": 11, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 3}
    async with Talk(message(text("Hel", "lo"), usage=usage)) as talk:
        items = await talk.ask()
    assert items == [TextDelta("Hel"), TextDelta("lo"), Finished("end_turn", Usage(11, 7, 5, 3))]


async def test_one_connection_serves_several_requests() -> None:
    async with Talk(message(text("a")), message(text("b"))) as talk:
        await talk.ask()
        await talk.ask()
        ports = {asked.headers["host"] for asked in talk.server.requests}
    assert len(ports) == 1
    assert talk.server.connections == 1


async def test_a_tool_call_arrives_whole_and_after_the_text() -> None:
    async with Talk(message(text("Let me look."), tool_use("look", {"table": "flights", "n": [1, 2]}))) as talk:
        items = await talk.ask()
    call = ToolUse("toolu_look", "look", {"table": "flights", "n": [1, 2]})
    assert items[1:] == [call, Finished("tool_use", Usage(11, 7))]


async def test_a_call_without_arguments_has_none() -> None:
    async with Talk(message(tool_use("look", ""))) as talk:
        assert (await talk.ask())[0] == ToolUse("toolu_look", "look", {})


@pytest.mark.parametrize(
    "raw", ['{"a": 1', "[1]", '{"a": NaN}', '{"a": 1, "a": 2}', '{"a": "\\u0000"}', '{"a": "\\ud800"}']
)
async def test_broken_arguments_never_become_a_call(raw: str) -> None:
    async with Talk(message(tool_use("look", raw))) as talk:
        (broken, _) = await talk.ask()
    assert isinstance(broken, BrokenToolUse)
    assert "not run" in broken.problem


async def test_a_call_cut_by_the_length_limit_never_runs_even_if_its_json_is_whole() -> None:
    reply = message(tool_use("first", {}), tool_use("look", {"a": 1}), stop_reason="max_tokens")
    async with Talk(reply) as talk:
        first, second, end = await talk.ask()
    assert first == ToolUse("toolu_first", "first", {})
    assert isinstance(second, BrokenToolUse)
    assert isinstance(end, Finished)
    assert end.stop_reason == "max_tokens"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("refusal", "refusal"),
        ("model_context_window_exceeded", "context_full"),
        ("max_tokens", "max_tokens"),
        ("stop_sequence", "end_turn"),
        ("pause_turn", "end_turn"),
        ("something_new", "end_turn"),
    ],
)
async def test_stop_reasons(theirs: str, ours: str) -> None:
    async with Talk(message(text("x"), stop_reason=theirs)) as talk:
        end = (await talk.ask())[-1]
    assert isinstance(end, Finished)
    assert end.stop_reason == ours


@pytest.mark.parametrize(
    "trouble",
    [
        overloaded(),
        Status(500, error_body("api_error", "Oops")),
        Status(503, b"<html>busy</html>", {"content-type": "text/html"}),
        Stream([error_event()]),
        Stream([*events(text("x"))[:2], error_event("api_error", "Internal")]),
        Hangup(),
        cut(events(text("x"))[:3]),
        cut(events(text("x"))[:3], clean=True),
        cut([], clean=True),
        cut(events(tool_use("look", {"a": 1}))[:-1], clean=True),
        cut(events(thinking("hm", "sig"), text("x"))[:6]),
    ],
    ids=[
        "529",
        "500",
        "503-html",
        "error-first",
        "error-later",
        "hangup",
        "cut",
        "closed",
        "empty",
        "tool",
        "thinking",
    ],
)
async def test_trouble_before_any_text_is_tried_again(trouble: Any) -> None:
    async with Talk(trouble, message(text("fine"))) as talk:
        items = await talk.ask()
    assert items == [TextDelta("fine"), Finished("end_turn", Usage(11, 7))]
    assert talk.waits == [0.5]


async def test_after_three_more_tries_it_gives_up() -> None:
    async with Talk(*[overloaded() for _ in range(9)]) as talk:
        error = await talk.failure()
        assert len(talk.server.requests) == 4
    assert error.code == "overloaded"
    assert talk.waits == [0.5, 1.0, 2.0]
    assert error.hint


async def test_an_endless_cut_names_the_cut() -> None:
    async with Talk(*[cut(events(text("x"))[:3], clean=True) for _ in range(4)]) as talk:
        assert (await talk.failure()).code == "stream_cut"


async def test_retry_after_is_obeyed_up_to_twenty_seconds() -> None:
    async with Talk(rate_limited("7"), overloaded(**{"retry-after": "20"}), message(text("x"))) as talk:
        await talk.ask()
    assert talk.waits == [7.0, 20.0]


@pytest.mark.parametrize("reply", [rate_limited("120"), overloaded(**{"retry-after": "21"})], ids=["429", "529"])
async def test_a_longer_retry_after_ends_the_request(reply: Any) -> None:
    async with Talk(reply, message(text("x"))) as talk:
        error = await talk.failure()
        assert len(talk.server.requests) == 1
    assert talk.waits == []
    assert "wait" in (error.hint or "")


async def test_429_without_retry_after_is_not_tried_again() -> None:
    async with Talk(rate_limited(), message(text("x"))) as talk:
        assert (await talk.failure()).code == "rate_limited"
        assert len(talk.server.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, "invalid_request_error", "provider_refused"),
        (401, "authentication_error", "provider_auth"),
        (402, "billing_error", "provider_billing"),
        (403, "permission_error", "provider_auth"),
        (404, "not_found_error", "unknown_model"),
        (413, "request_too_large", "request_too_large"),
    ],
)
async def test_what_cannot_get_better_is_not_tried_again(status: int, kind: str, code: str) -> None:
    async with Talk(Status(status, error_body(kind, "because")), message(text("x"))) as talk:
        error = await talk.failure()
        assert len(talk.server.requests) == 1
    assert error.code == code
    assert "because" in error.message
    assert error.hint


async def test_no_server_is_a_clear_failure() -> None:
    async with AnthropicServer() as server:
        url = server.url
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    provider = AnthropicProvider("m", api_key="k", base_url=url, retry=RetryPolicy(sleep=sleep))
    with pytest.raises(ProviderUnavailable) as caught:
        await anext(provider.stream(ASK))
    await provider.close()
    assert caught.value.code == "provider_unreachable"
    assert len(waits) == 3


def _parts(*blocks: dict[str, Any]) -> list[bytes]:
    return events(*blocks)


@pytest.mark.parametrize("clean", [True, False], ids=["closed", "dropped"])
@pytest.mark.parametrize("length", range(4, len(_parts(text("one", "two"), tool_use("look", {"a": 1})))))
async def test_a_cut_after_text_is_told_and_runs_nothing(length: int, clean: bool) -> None:
    parts = _parts(text("one", "two"), tool_use("look", {"a": 1}))[:length]
    async with Talk(cut(parts, clean=clean), message(text("never asked for"))) as talk:
        seen: list[StreamItem] = []
        with pytest.raises(ProviderUnavailable) as caught:
            await talk.gather(seen)
        assert len(talk.server.requests) == 1
    assert caught.value.code == "stream_cut"
    assert said(seen).startswith("one")
    assert not any(isinstance(item, ToolUse | BrokenToolUse | Finished) for item in seen)


@pytest.mark.parametrize("kind", ["overloaded_error", "api_error", "rate_limit_error", "unheard_of"])
async def test_an_error_event_after_text_is_a_cut(kind: str) -> None:
    async with Talk(Stream([*events(text("one"))[:4], error_event(kind, "Sorry")]), message(text("x"))) as talk:
        error = await talk.failure()
    assert error.code == "stream_cut"
    assert "Sorry" in error.message


async def test_a_cut_inside_an_event_is_a_cut() -> None:
    parts = events(text("one", "two"))
    async with Talk(cut([*parts[:4], parts[4][:25]], clean=True)) as talk:
        assert (await talk.failure()).code == "stream_cut"


@pytest.mark.parametrize(
    "junk",
    [
        b"event: message_start\ndata: {not json\n\n",
        b"event: content_block_delta\ndata: \xff\xfe\n\n",
        event("content_block_delta", index=9, delta={"type": "text_delta", "text": "x"}),
        event("message_start", message=None),
        event("content_block_start", index=0, content_block={"type": "tool_use"}) + event("message_stop"),
    ],
    ids=["json", "utf8", "index", "null", "nameless"],
)
async def test_a_stream_that_makes_no_sense_is_a_named_error(junk: bytes) -> None:
    async with Talk(Stream([junk]), Stream([junk]), Stream([junk]), Stream([junk])) as talk:
        assert (await talk.failure()).code in {"bad_stream", "stream_cut"}


async def test_unknown_events_and_deltas_are_passed_over() -> None:
    parts = events(text("one"))
    odd = [event("some_news", index=0), event("content_block_delta", index=0, delta={"type": "new_delta", "x": 1})]
    async with Talk(Stream([*parts[:4], *odd, *parts[4:]])) as talk:
        assert said(await talk.ask()) == "one"


async def test_a_server_that_says_nothing_runs_into_the_read_timeout() -> None:
    hold = Hold()
    async with Talk(*[Stream([hold]) for _ in range(4)], read_timeout_s=0.05) as talk:
        error = await talk.failure()
    assert error.code == "provider_unreachable"


async def test_a_body_left_open_after_the_message_does_not_hold_the_turn() -> None:
    async with Talk(Stream([*events(text("one")), Hold()])) as talk:
        assert said(await talk.ask()) == "one"


async def test_leaving_early_lets_go_of_the_socket() -> None:
    hold = Hold()
    async with Talk(Stream([*events(text("one"))[:4], hold])) as talk:
        async with aclosing(talk.provider.stream(ASK)) as items:
            async for item in items:
                if isinstance(item, TextDelta):
                    break
        await hold.reached.wait()


async def test_reasoning_keeps_its_place_and_goes_back_within_its_turn_only() -> None:
    first = message(thinking("hm", "sig"), text("Looking."), tool_use("look", {}))
    async with Talk(first, message(text("Done.")), message(text("Again."))) as talk:
        turn = Turn(talk.provider, system=(), history=(), text="q", tools=ToolRegistry([LOOK]))
        _ = [event async for event in turn.run()]
        again = Turn(talk.provider, system=(), history=turn.messages, text="r", tools=ToolRegistry([LOOK]))
        _ = [event async for event in again.run()]
        bodies = [asked.body for asked in talk.server.requests]
    kinds = [block["type"] for block in bodies[1]["messages"][1]["content"]]
    assert kinds == ["thinking", "text", "tool_use"]
    assert bodies[1]["messages"][1]["content"][0] == {"type": "thinking", "thinking": "hm", "signature": "sig"}
    assert "thinking" not in json.dumps(bodies[2])
    assert not any(isinstance(block, Opaque) for entry in turn.messages for block in entry.blocks)


class LookArguments(BaseModel):
    table: str = "flights"


async def _look(arguments: LookArguments) -> ToolOutcome:
    return ToolOutcome(json.dumps({"rows": 3, "table": arguments.table}), "3 rows")


LOOK = Tool("look", "Look at a table.", LookArguments, _look)


async def test_a_whole_turn_with_a_repair_and_money() -> None:
    script = [
        overloaded(),
        message(text("Let me see."), tool_use("look", '{"table": "fli', id="toolu_1")),
        message(tool_use("look", {"table": "flights"}, id="toolu_2")),
        message(text("There are 3 rows.")),
    ]
    async with Talk(*script, model="claude-sonnet-5-5-20260928") as talk:
        turn = Turn(
            talk.provider,
            system=(PromptBlock("role", "You help.", True),),
            history=(),
            text="How many?",
            tools=ToolRegistry([LOOK]),
            prices=load_prices(),
        )
        seen = [event async for event in turn.run()]
        last = talk.server.requests[-1].body
    results = [event for event in seen if isinstance(event, ToolResultEvent)]
    assert [event.ok for event in results] == [False, True]
    assert seen[-1] == DoneEvent("complete")
    usage = seen[-2]
    assert isinstance(usage, UsageEvent)
    assert (usage.input_tokens, usage.output_tokens) == (33, 21)
    assert usage.usd is not None
    assert usage.usd > 0
    broken = last["messages"][2]["content"][0]
    assert broken["is_error"] is True
    assert "not a JSON object" in broken["content"]


async def test_a_cut_turn_keeps_its_text_and_the_session_stays_usable() -> None:
    parts = events(text("Half of"), tool_use("look", {}))
    async with Talk(cut(parts[:-1]), message(text("Whole."))) as talk:
        turn = Turn(talk.provider, system=(), history=(), text="q", tools=ToolRegistry([LOOK]))
        seen = [event async for event in turn.run()]
        assert isinstance(seen[-1], ErrorEvent)
        assert seen[-1].code == "stream_cut"
        assert turn.messages[-1] == Message("assistant", (Text("Half of"),))
        again = Turn(talk.provider, system=(), history=turn.messages, text="go on", tools=ToolRegistry([LOOK]))
        assert [event async for event in again.run()][-1] == DoneEvent("complete")


async def test_stop_ends_a_turn_inside_the_stream() -> None:
    hold, stop = Hold(), asyncio.Event()
    async with Talk(Stream([*events(text("one", "two"))[:4], hold])) as talk:
        turn = Turn(talk.provider, system=(), history=(), text="q", tools=ToolRegistry(), stop=stop)
        seen = []
        async for item in turn.run():
            seen.append(item)
            if isinstance(item, TokenEvent):
                stop.set()
    assert seen[-1] == DoneEvent("stopped")
    assert isinstance(seen[-2], UsageEvent)
    assert seen[-2].input_tokens == 11


def _request(**changes: Any) -> Request:
    spec = ToolSpec("look", "Look.", {"type": "object", "properties": {}})
    blocks = tuple(PromptBlock(str(number), f"block {number}", number != 5) for number in range(6))
    given: dict[str, Any] = {"system": blocks, "messages": ASK.messages, "tools": (spec, spec), "max_tokens": 9}
    return Request(**(given | changes))


def test_at_most_four_cache_marks_and_the_changing_block_has_none() -> None:
    body = request_body("m", _request())
    assert json.dumps(body).count("cache_control") == 4
    assert [("cache_control" in block) for block in body["system"]] == [False, False, False, True, True, False]
    assert ["cache_control" in tool for tool in body["tools"]] == [False, True]
    assert "cache_control" in body["messages"][-1]["content"][-1]


def test_the_same_request_is_the_same_bytes_so_that_the_cache_holds() -> None:
    assert json.dumps(request_body("m", _request())) == json.dumps(request_body("m", _request()))


def test_neighbours_of_one_role_are_joined() -> None:
    history = (
        Message("user", (Text("a"),)),
        Message("assistant", (ToolUse("1", "look", {}),)),
        Message("user", (ToolResult("1", "stopped", True),)),
        Message("user", (Text("b"),)),
    )
    messages = request_body("m", _request(messages=history))["messages"]
    assert [entry["role"] for entry in messages] == ["user", "assistant", "user"]
    assert [block["type"] for block in messages[2]["content"]] == ["tool_result", "text"]


def test_an_empty_key_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="ANTHROPIC_API_KEY"):
        AnthropicProvider("m", api_key="")

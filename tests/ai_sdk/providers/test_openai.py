"""The real SDK against a server that speaks chat-completions streaming on a real socket."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from pydantic import BaseModel

from ai_sdk import Message, PromptBlock, ProviderUnavailable, Text, Tool, ToolOutcome, ToolRegistry, ToolResult, ToolUse
from ai_sdk.events import DoneEvent, ErrorEvent, TokenEvent
from ai_sdk.orchestrator import Turn
from ai_sdk.providers.base import BrokenToolUse, Finished, Request, StreamItem, TextDelta, ToolSpec, Usage
from ai_sdk.providers.openai import OpenAIProvider, request_body
from ai_sdk.providers.retry import RetryPolicy
from fakes.openai_server import DONE, Hold, OpenAIServer, Stream, chunk, ending, error_chunk, failure, text, tool_call
from fakes.sse_socket import Hangup

ASK = Request((), (Message("user", (Text("hi"),)),), (), 100)
FINE = Stream([*text("fine"), *ending()])


class Talk:
    """A provider on a scripted server, with waits that take no time."""

    def __init__(self, *script: Any) -> None:
        self.server = OpenAIServer(script)
        self.waits: list[float] = []

    async def __aenter__(self) -> Talk:
        await self.server.__aenter__()
        policy = RetryPolicy(sleep=self._sleep, random=lambda: 0.0)
        self.provider = OpenAIProvider("local", api_key="k", base_url=self.server.base_url, retry=policy)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.provider.close()
        await self.server.__aexit__()

    async def ask(self, request: Request = ASK) -> list[StreamItem]:
        return [item async for item in self.provider.stream(request)]

    async def gather(self, seen: list[StreamItem]) -> None:
        async for item in self.provider.stream(ASK):
            seen.append(item)

    async def failure(self) -> ProviderUnavailable:
        with pytest.raises(ProviderUnavailable) as caught:
            await self.ask()
        return caught.value

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


async def test_text_and_usage_arrive() -> None:
    usage = {"prompt_tokens_details": {"cached_tokens": 8}}
    async with Talk(Stream([*text("Hel", "lo"), *ending(usage=usage)])) as talk:
        items = await talk.ask()
    assert items == [TextDelta("Hel"), TextDelta("lo"), Finished("end_turn", Usage(12, 5, 8, 0))]


async def test_tool_calls_arrive_whole_and_in_order() -> None:
    parts = [*text("See."), *tool_call("a", {"x": 1}), *tool_call("b", {}, index=1, id=None), *ending("tool_calls")]
    async with Talk(Stream(parts)) as talk:
        _, first, second, end = await talk.ask()
    assert first == ToolUse("call_1", "a", {"x": 1})
    assert isinstance(second, ToolUse)
    assert second.name == "b"
    assert second.id
    assert end == Finished("tool_use", Usage(20, 5))


@pytest.mark.parametrize("raw", ['{"a": 1', "[1]", '{"a": Infinity}', '{"a": 1, "a": 2}', "nonsense"])
async def test_broken_arguments_never_become_a_call(raw: str) -> None:
    async with Talk(Stream([*tool_call("look", raw), *ending("tool_calls")])) as talk:
        broken, _ = await talk.ask()
    assert isinstance(broken, BrokenToolUse)


async def test_a_call_cut_by_the_length_limit_never_runs() -> None:
    async with Talk(Stream([*tool_call("look", {"a": 1}), *ending("length")])) as talk:
        broken, end = await talk.ask()
    assert isinstance(broken, BrokenToolUse)
    assert isinstance(end, Finished)
    assert end.stop_reason == "max_tokens"


async def test_a_refusal_is_one() -> None:
    async with Talk(Stream([chunk({"refusal": "I cannot."}), *ending("stop")])) as talk:
        items = await talk.ask()
    assert items == [TextDelta("I cannot."), Finished("refusal", Usage(20, 5))]


async def test_without_usage_it_is_estimated() -> None:
    async with Talk(Stream([*text("x" * 40), chunk(finish="stop"), DONE])) as talk:
        end = (await talk.ask())[-1]
    assert isinstance(end, Finished)
    assert end.usage.output_tokens == 10
    assert end.usage.input_tokens > 0


@pytest.mark.parametrize(
    "trouble",
    [
        failure(500),
        failure(503),
        failure(529),
        Hangup(),
        Stream([error_chunk()]),
        Stream([]),
        Stream([DONE]),
        Stream(text("x")[:1], end="cut"),
        Stream([*tool_call("look", {"a": 1}), DONE]),
    ],
    ids=["500", "503", "529", "hangup", "error", "empty", "done", "cut", "tool"],
)
async def test_trouble_before_any_text_is_tried_again(trouble: Any) -> None:
    async with Talk(trouble, FINE) as talk:
        assert (await talk.ask())[0] == TextDelta("fine")
    assert talk.waits == [0.5]


@pytest.mark.parametrize(
    "parts",
    [text("one"), [*text("one"), DONE], [*text("one"), *tool_call("look", {})], [*text("one"), error_chunk("Sorry")]],
    ids=["closed", "done", "tool", "error"],
)
async def test_a_cut_after_text_is_told_and_runs_nothing(parts: list[bytes]) -> None:
    for end in ("whole", "cut"):
        async with Talk(Stream(parts, end=end), FINE) as talk:
            seen: list[StreamItem] = []
            with pytest.raises(ProviderUnavailable) as caught:
                await talk.gather(seen)
            assert len(talk.server.requests) == 1
        assert caught.value.code == "stream_cut"
        assert seen == [TextDelta("one")]


async def test_retry_after() -> None:
    async with Talk(failure(429, retry_after="3"), failure(429, retry_after="100"), FINE) as talk:
        error = await talk.failure()
    assert talk.waits == [3.0]
    assert error.code == "rate_limited"


async def test_429_without_retry_after_is_not_tried_again() -> None:
    async with Talk(failure(429), FINE) as talk:
        assert (await talk.failure()).code == "rate_limited"
    assert talk.waits == []


@pytest.mark.parametrize(
    ("status", "code"), [(400, "provider_refused"), (401, "provider_auth"), (404, "unknown_model")]
)
async def test_what_cannot_get_better_is_not_tried_again(status: int, code: str) -> None:
    async with Talk(failure(status, "because"), FINE) as talk:
        error = await talk.failure()
    assert error.code == code
    assert "because" in error.message


@pytest.mark.parametrize("junk", [b"data: {nope\n\n", b"data: 5\n\n", b'data: {"choices": [{"delta": 7}]}\n\n'])
async def test_a_stream_that_makes_no_sense_is_a_named_error(junk: bytes) -> None:
    async with Talk(*[Stream([junk]) for _ in range(4)]) as talk:
        assert (await talk.failure()).code in {"bad_stream", "stream_cut"}


class LookArguments(BaseModel):
    table: str


async def _look(arguments: LookArguments) -> ToolOutcome:
    return ToolOutcome('{"rows": 3}', "3 rows")


async def test_a_whole_turn() -> None:
    tools = ToolRegistry([Tool("look", "Look.", LookArguments, _look)])
    script = [Stream([*tool_call("look", {"table": "t"}), *ending("tool_calls")]), Stream([*text("3."), *ending()])]
    async with Talk(*script) as talk:
        turn = Turn(talk.provider, system=(PromptBlock("r", "Be."),), history=(), text="q", tools=tools)
        seen = [event async for event in turn.run()]
        body = talk.server.requests[1].body
    assert seen[-1] == DoneEvent("complete")
    assert [entry["role"] for entry in body["messages"]] == ["system", "user", "assistant", "tool"]
    assert json.loads(body["messages"][2]["tool_calls"][0]["function"]["arguments"]) == {"table": "t"}
    assert body["max_tokens"] > 0


async def test_stop_ends_a_turn_inside_the_stream() -> None:
    stop = asyncio.Event()
    async with Talk(Stream([*text("one"), Hold()])) as talk:
        turn = Turn(talk.provider, system=(), history=(), text="q", tools=ToolRegistry(), stop=stop)
        seen = []
        async for item in turn.run():
            seen.append(item)
            if isinstance(item, TokenEvent):
                stop.set()
    assert seen[-1] == DoneEvent("stopped")
    assert not any(isinstance(event, ErrorEvent) for event in seen)


def test_tool_results_become_messages_of_their_own() -> None:
    history = (
        Message("user", (Text("a"),)),
        Message("assistant", (ToolUse("1", "look", {}),)),
        Message("user", (ToolResult("1", "no", True), Text("b"))),
    )
    tools = (ToolSpec("look", "Look.", {"type": "object"}),)
    body = request_body("m", Request((), history, tools, 5), "max_completion_tokens")
    assert [entry["role"] for entry in body["messages"]] == ["user", "assistant", "tool", "user"]
    assert body["max_completion_tokens"] == 5
    assert body["tools"][0]["function"]["name"] == "look"


def test_an_empty_key_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="key"):
        OpenAIProvider("m", api_key="")

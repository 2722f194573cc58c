"""Any endpoint that speaks OpenAI's chat completions, through the official SDK."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import openai
from openai.types.chat import ChatCompletionChunk

from ai_sdk.messages import Message, Text, ToolResult
from ai_sdk.providers.arguments import tool_use_of
from ai_sdk.providers.base import Finished, FinishReason, Request, StreamItem, TextDelta, ToolSpec, Usage
from ai_sdk.providers.retry import (
    Fault,
    RetryPolicy,
    StreamCut,
    connection_fault,
    cut_fault,
    read_retry_after,
    status_fault,
    with_retries,
)

_WHO = "The model's endpoint"
_CHARACTERS_PER_TOKEN = 4
_REASONS: dict[str, FinishReason] = {
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "length": "max_tokens",
    "content_filter": "refusal",
}
_STATUS_OF_CODE = {
    "rate_limit_exceeded": 429,
    "insufficient_quota": 402,
    "invalid_api_key": 401,
    "model_not_found": 404,
    "context_length_exceeded": 413,
    "invalid_request_error": 400,
}


class OpenAIProvider:
    """A model behind chat completions. `base_url` None means OpenAI itself; `close` when done.

    Raises ValueError without a key; an endpoint that needs none takes any text.
    """

    name = "openai"

    def __init__(
        self,
        model: str,
        *,
        api_key: str,
        base_url: str | None = None,
        retry: RetryPolicy | None = None,
        read_timeout_s: float = 90.0,
    ) -> None:
        if not api_key:
            raise ValueError("the OpenAI-compatible provider needs an API key; an endpoint without keys takes any text")
        self.model = model
        self._retry = retry or RetryPolicy()
        # only OpenAI itself knows the newer name of the limit
        self._limit_name = "max_completion_tokens" if base_url is None else "max_tokens"
        timeout = httpx2.Timeout(connect=10.0, read=read_timeout_s, write=30.0, pool=10.0)
        self._client = openai.AsyncOpenAI(api_key=api_key, base_url=base_url, max_retries=0, timeout=timeout)

    async def stream(self, request: Request) -> AsyncGenerator[StreamItem, None]:
        """The reply. Raises ProviderUnavailable."""
        async with aclosing(with_retries(lambda: self._attempt(request), _fault_of, self._retry)) as items:
            async for item in items:
                yield item

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _attempt(self, request: Request) -> AsyncGenerator[StreamItem, None]:
        body: Any = request_body(self.model, request, self._limit_name)
        chunks = await self._client.chat.completions.create(**body)
        async with chunks, aclosing(_read(aiter(chunks), len(json.dumps(body["messages"])))) as items:
            async for item in items:
                yield item


def request_body(model: str, request: Request, limit_name: str = "max_tokens") -> dict[str, Any]:
    """The JSON body. The stable system text comes first, which is what such endpoints cache by."""
    system = "\n\n".join(block.text for block in request.system if block.text.strip())
    messages: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    for message in request.messages:
        messages += _messages(message)
    body = {
        "model": model,
        "messages": messages,
        limit_name: request.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    return body | ({"tools": [_tool(tool) for tool in request.tools]} if request.tools else {})


def _tool(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.input_schema}
    return {"type": "function", "function": function}


def _messages(message: Message) -> Sequence[dict[str, Any]]:
    """One message of ours is several of theirs when it holds tool results."""
    if message.role == "assistant":
        calls = [
            {"id": use.id, "type": "function", "function": {"name": use.name, "arguments": json.dumps(use.arguments)}}
            for use in message.tool_uses
        ]
        if not calls and not message.text:
            return []
        return [{"role": "assistant", "content": message.text or None} | ({"tool_calls": calls} if calls else {})]
    results = [
        {"role": "tool", "tool_call_id": block.tool_use_id, "content": block.content}
        for block in message.blocks
        if isinstance(block, ToolResult)
    ]
    texts = [block.text for block in message.blocks if isinstance(block, Text)]
    return results + ([{"role": "user", "content": "\n\n".join(texts)}] if texts else [])


@dataclass(slots=True)
class _Call:
    id: str
    name: str = ""
    arguments: str = ""


class _Reader:
    """Gathers what the chunks of one reply say."""

    def __init__(self) -> None:
        self._calls: dict[int, _Call] = {}
        self.reason: str | None = None
        self.usage: Usage | None = None
        self.characters = 0

    def take(self, chunk: ChatCompletionChunk) -> str:
        """Gather a chunk and return the text to pass on."""
        if chunk.usage is not None:
            self.usage = _usage(chunk.usage)
        said = ""
        for choice in chunk.choices or ():
            if choice.index:
                continue
            delta = choice.delta
            said += (delta.content or "") + (delta.refusal or "")
            for piece in delta.tool_calls or ():
                self._add(piece)
            if delta.refusal:
                self.reason = "content_filter"
            self.reason = self.reason or choice.finish_reason
        self.characters += len(said)
        return said

    def calls(self) -> list[StreamItem]:
        """The tool calls of a whole reply, in order."""
        last = max(self._calls, default=-1)
        return [
            tool_use_of(call.id, call.name, call.arguments, cut=self.reason == "length" and index == last)
            for index, call in sorted(self._calls.items())
        ]

    def _add(self, piece: Any) -> None:
        index = piece.index if isinstance(piece.index, int) else len(self._calls) - (0 if piece.id else 1)
        call = self._calls.setdefault(index, _Call(piece.id or f"call_{uuid4().hex[:12]}"))
        if piece.function is not None:
            call.name = call.name or piece.function.name or ""
            call.arguments += piece.function.arguments or ""
            self.characters += len(piece.function.arguments or "")


async def _read(chunks: AsyncIterator[ChatCompletionChunk], sent: int) -> AsyncGenerator[StreamItem, None]:
    """Text at once, calls only when the reply is whole. `sent` is the request's length in characters."""
    reader = _Reader()
    async for chunk in chunks:
        said = reader.take(chunk)
        if said:
            yield TextDelta(said)
    if reader.reason is None:
        raise StreamCut
    for call in reader.calls():
        yield call
    estimate = Usage(sent // _CHARACTERS_PER_TOKEN, reader.characters // _CHARACTERS_PER_TOKEN)
    yield Finished(_REASONS.get(reader.reason, "end_turn"), reader.usage or estimate)


def _usage(seen: Any) -> Usage:
    details = seen.prompt_tokens_details
    read = (details.cached_tokens or 0) if details else 0
    written = (details.cache_write_tokens or 0) if details else 0
    fresh = max(0, (seen.prompt_tokens or 0) - read - written)
    return Usage(fresh, seen.completion_tokens or 0, read, written)


def _fault_of(error: Exception) -> Fault | None:
    if isinstance(error, StreamCut):
        return cut_fault(_WHO)
    if isinstance(error, openai.APIStatusError):
        return status_fault(_WHO, error.status_code, error.message, read_retry_after(error.response.headers))
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError | httpx2.StreamError):
        return connection_fault(_WHO, error)
    if isinstance(error, openai.APIError):
        # an `error` object inside a stream has no status of its own
        status = _STATUS_OF_CODE.get(error.code or "") or _STATUS_OF_CODE.get(error.type or "", 500)
        return status_fault(_WHO, status, error.message, None)
    if isinstance(error, openai.OpenAIError | httpx2.InvalidURL):
        return Fault("provider_error", f"{_WHO}: {error}", "Check the endpoint's address and the API key.")
    if isinstance(error, ValueError | TypeError | AttributeError | KeyError):
        hint = "Check that the endpoint speaks chat completions."
        return Fault("bad_stream", f"{_WHO}: the stream could not be read ({type(error).__name__}).", hint)
    return None

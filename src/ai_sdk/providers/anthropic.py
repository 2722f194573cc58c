"""Anthropic's Messages API through the official SDK."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

import anthropic
import httpx2
from anthropic.types import RawMessageStreamEvent

from ai_sdk.messages import Opaque
from ai_sdk.providers.anthropic_body import request_body
from ai_sdk.providers.arguments import tool_use_of
from ai_sdk.providers.base import Finished, FinishReason, Request, StreamItem, TextDelta, Usage
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

_WHO = "Anthropic"
_DRAIN_S = 0.25
_REASONS: dict[str, FinishReason] = {
    "tool_use": "tool_use",
    "max_tokens": "max_tokens",
    "refusal": "refusal",
    "model_context_window_exceeded": "context_full",
}
_STATUS_OF_TYPE = {
    "overloaded_error": 529,
    "rate_limit_error": 429,
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "invalid_request_error": 400,
    "billing_error": 402,
}


class AnthropicProvider:
    """A Claude model. `base_url` may point to any server that speaks the Messages API; `close` when done.

    Raises ValueError without a key.
    """

    name = "anthropic"

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
            raise ValueError("Anthropic needs an API key; set ANTHROPIC_API_KEY")
        self.model = model
        self._retry = retry or RetryPolicy()
        timeout = httpx2.Timeout(connect=10.0, read=read_timeout_s, write=30.0, pool=10.0)
        self._client = anthropic.AsyncAnthropic(api_key=api_key, base_url=base_url, max_retries=0, timeout=timeout)

    async def stream(self, request: Request) -> AsyncGenerator[StreamItem, None]:
        """The reply. Raises ProviderUnavailable."""
        async with aclosing(with_retries(lambda: self._attempt(request), _fault_of, self._retry)) as items:
            async for item in items:
                yield item

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _attempt(self, request: Request) -> AsyncGenerator[StreamItem, None]:
        body: Any = request_body(self.model, request)
        events = await self._client.messages.create(**body, stream=True)
        async with events, aclosing(_read(aiter(events), f"{self.name}:{self.model}")) as items:
            async for item in items:
                yield item


async def _read(events: AsyncIterator[RawMessageStreamEvent], author: str) -> AsyncGenerator[StreamItem, None]:
    """The stream's items. Raises StreamCut when it ends before `message_stop`."""
    reader = _Reader(author)
    async for event in events:
        for item in reader.take(event):
            yield item
        if event.type == "message_stop":
            await _drain(events)
            yield reader.finished
            return
    raise StreamCut


async def _drain(events: AsyncIterator[RawMessageStreamEvent]) -> None:
    """Read the stream's last bytes, so that the connection can serve the next request; the reply is whole anyway."""
    with suppress(TimeoutError, httpx2.HTTPError, httpx2.StreamError, anthropic.AnthropicError, ValueError):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in events:
                pass


class _Reader:
    """Turns stream events into items: text at once, calls only when the whole message is there, all in their order.

    Reasoning waits for the text or the end that follows it, so that an attempt without text leaves nothing behind.
    """

    def __init__(self, author: str) -> None:
        self._author = author
        self._blocks: dict[int, dict[str, Any]] = {}
        self._waiting: list[int | TextDelta] = []
        self._usage = Usage()
        self._reason = ""

    @property
    def finished(self) -> Finished:
        """How the reply ended."""
        return Finished(_REASONS.get(self._reason, "end_turn"), self._usage)

    def take(self, event: RawMessageStreamEvent) -> list[StreamItem]:
        """The items that may go out after this event."""
        if event.type == "message_start":
            return self._spend(event.message.usage)
        if event.type == "content_block_start":
            return self._start(event.index, event.content_block.to_dict())
        if event.type == "content_block_delta":
            return self._add(self._blocks[event.index], event.delta)
        if event.type == "content_block_stop":
            self._blocks[event.index]["whole"] = True
        elif event.type == "message_delta":
            self._reason = event.delta.stop_reason or self._reason
            return self._spend(event.usage)
        elif event.type == "message_stop":
            return self._release()
        return []

    def _start(self, index: int, block: dict[str, Any]) -> list[StreamItem]:
        self._blocks[index] = {**block, "json": "", "whole": False}
        if block["type"] == "text":
            return self._say(block.get("text", ""))
        self._waiting.append(index)
        return []

    def _add(self, block: dict[str, Any], delta: Any) -> list[StreamItem]:
        if delta.type == "text_delta":
            return self._say(delta.text)
        if delta.type == "input_json_delta":
            block["json"] += delta.partial_json
        elif delta.type == "thinking_delta":
            block["thinking"] = block.get("thinking", "") + delta.thinking
        elif delta.type == "signature_delta":
            block["signature"] = block.get("signature", "") + delta.signature
        return []

    def _say(self, text: str) -> list[StreamItem]:
        if not text:
            return []
        self._waiting.append(TextDelta(text))
        called = any(isinstance(entry, int) and self._blocks[entry]["type"] == "tool_use" for entry in self._waiting)
        return [] if called else self._release()

    def _release(self) -> list[StreamItem]:
        waiting, self._waiting = self._waiting, []
        items = [self._item(entry) if isinstance(entry, int) else entry for entry in waiting]
        return [item for item in items if item is not None]

    def _item(self, index: int) -> StreamItem | None:
        block = self._blocks[index]
        if block["type"] == "tool_use":
            cut = not block["whole"] or (self._reason == "max_tokens" and index == max(self._blocks))
            return tool_use_of(block["id"], block["name"], block["json"], cut=cut)
        if block["type"] in ("thinking", "redacted_thinking") and block["whole"]:
            return Opaque(self._author, {name: value for name, value in block.items() if name not in ("json", "whole")})
        return None

    def _spend(self, seen: Any) -> list[StreamItem]:
        self._usage = _usage(seen, self._usage)
        return [self._usage]


def _usage(seen: Any, before: Usage) -> Usage:
    """Each figure is the reply's total so far; one that is left out stays as it was."""

    def figure(name: str, old: int) -> int:
        value = getattr(seen, name, None)
        return value if isinstance(value, int) else old

    return Usage(
        figure("input_tokens", before.input_tokens),
        figure("output_tokens", before.output_tokens),
        figure("cache_read_input_tokens", before.cache_read_tokens),
        figure("cache_creation_input_tokens", before.cache_write_tokens),
    )


def _fault_of(error: Exception) -> Fault | None:
    if isinstance(error, StreamCut):
        return cut_fault(_WHO)
    if isinstance(error, anthropic.APIStatusError):
        # an `error` event inside a stream comes with the stream's own status, 200
        status = error.status_code if error.status_code >= 400 else _STATUS_OF_TYPE.get(error.type or "", 500)
        return status_fault(_WHO, status, error.api_message or error.message, read_retry_after(error.response.headers))
    if isinstance(error, anthropic.APIConnectionError | httpx2.HTTPError | httpx2.StreamError):
        return connection_fault(_WHO, error)
    if isinstance(error, anthropic.AnthropicError | httpx2.InvalidURL):
        return Fault("provider_error", f"{_WHO}: {error}", "Check the endpoint's address and the API key.")
    if isinstance(error, ValueError | TypeError | AttributeError | KeyError):
        hint = "Check that the endpoint speaks the Messages API."
        return Fault("bad_stream", f"{_WHO}: the stream could not be read ({type(error).__name__}).", hint)
    return None

"""A local server that speaks Anthropic's Messages streaming protocol. See `sse_socket` for scripts, cuts and holds.

async with AnthropicServer([message(text("Hello")), overloaded()]) as server: …
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fakes.sse_socket import Hold, Status, Stream, StreamServer

__all__ = ["AnthropicServer", "Hold", "Status", "Stream"]


class AnthropicServer(StreamServer):
    """POST /v1/messages with `stream: true`."""


def event(name: str, **data: Any) -> bytes:
    """One server-sent event, in the way the API frames it."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


def text(*pieces: str) -> dict[str, Any]:
    """A text block that arrives in pieces."""
    deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
    return {"start": {"type": "text", "text": ""}, "deltas": deltas}


def tool_use(name: str, arguments: Any, *, id: str | None = None, pieces: int = 3) -> dict[str, Any]:
    """A tool call; `arguments` is JSON to be sent in pieces, or raw text to be sent as it is."""
    raw = arguments if isinstance(arguments, str) else json.dumps(arguments)
    size = max(1, -(-len(raw) // pieces))
    parts = [raw[index : index + size] for index in range(0, len(raw), size)]
    deltas = [{"type": "input_json_delta", "partial_json": part} for part in ["", *parts]]
    return {"start": {"type": "tool_use", "id": id or f"toolu_{name}", "name": name, "input": {}}, "deltas": deltas}


def thinking(words: str, signature: str) -> dict[str, Any]:
    """A signed reasoning block."""
    deltas = [{"type": "thinking_delta", "thinking": words}, {"type": "signature_delta", "signature": signature}]
    return {"start": {"type": "thinking", "thinking": "", "signature": ""}, "deltas": deltas}


def events(
    *blocks: dict[str, Any],
    stop_reason: str | None = None,
    usage: dict[str, int] | None = None,
    output_tokens: int = 7,
) -> list[bytes]:
    """All events of a message, `ping` included. The stop reason follows from the blocks unless given."""
    calls = any(block["start"]["type"] == "tool_use" for block in blocks)
    start = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-test",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 1, **(usage or {})},
    }
    parts = [event("message_start", message=start), event("ping")]
    for index, block in enumerate(blocks):
        parts.append(event("content_block_start", index=index, content_block=block["start"]))
        parts += [event("content_block_delta", index=index, delta=delta) for delta in block["deltas"]]
        parts.append(event("content_block_stop", index=index))
    reason = stop_reason or ("tool_use" if calls else "end_turn")
    delta = {"stop_reason": reason, "stop_sequence": None}
    parts.append(event("message_delta", delta=delta, usage={"output_tokens": output_tokens}))
    parts.append(event("message_stop"))
    return parts


def message(*blocks: dict[str, Any], **options: Any) -> Stream:
    """A whole message as a stream."""
    return Stream(events(*blocks, **options))


def cut(parts: Sequence[bytes], *, clean: bool = False) -> Stream:
    """A stream that ends early: with a proper end of the body (`clean`), or with the socket dropped."""
    return Stream(parts, end="whole" if clean else "cut")


def error_body(kind: str, words: str) -> dict[str, Any]:
    """The JSON of an API error."""
    return {"type": "error", "error": {"type": kind, "message": words}}


def error_event(kind: str = "overloaded_error", words: str = "Overloaded") -> bytes:
    """An error inside a stream whose status was 200."""
    return event("error", error={"type": kind, "message": words})


def overloaded(**headers: str) -> Status:
    """529."""
    return Status(529, error_body("overloaded_error", "Overloaded"), headers)


def rate_limited(retry_after: str | None = None) -> Status:
    """429, with or without retry-after."""
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return Status(429, error_body("rate_limit_error", "Too many requests"), headers)

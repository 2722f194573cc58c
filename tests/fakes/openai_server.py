"""A local server that speaks chat-completions streaming. See `sse_socket` for scripts, cuts and holds."""

from __future__ import annotations

import json
from typing import Any

from fakes.sse_socket import Hold, Status, Stream, StreamServer

__all__ = ["DONE", "Hold", "OpenAIServer", "Status", "Stream"]

DONE = b"data: [DONE]\n\n"


class OpenAIServer(StreamServer):
    """POST /v1/chat/completions with `stream: true`. Give the provider `server.base_url`."""

    @property
    def base_url(self) -> str:
        """What an OpenAI client takes as its base URL."""
        return f"{self.url}/v1"


def chunk(
    delta: dict[str, Any] | None = None, *, finish: str | None = None, usage: dict[str, Any] | None = None
) -> bytes:
    """One chunk; with `usage` alone it has no choices, as the API sends it at the end."""
    choices = [] if delta is None and finish is None else [{"index": 0, "delta": delta or {}, "finish_reason": finish}]
    data: dict[str, Any] = {
        "id": "chatcmpl_1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "test",
        "choices": choices,
    }
    if usage is not None:
        data["usage"] = usage
    return f"data: {json.dumps(data)}\n\n".encode()


def text(*pieces: str) -> list[bytes]:
    """Text that arrives in pieces."""
    return [chunk({"role": "assistant", "content": ""}), *(chunk({"content": piece}) for piece in pieces)]


def tool_call(name: str, arguments: Any, *, index: int = 0, id: str | None = "call_1") -> list[bytes]:
    """A tool call in two pieces; `arguments` is JSON, or raw text to be sent as it is."""
    raw = arguments if isinstance(arguments, str) else json.dumps(arguments)
    half = len(raw) // 2
    first = {"index": index, "type": "function", "function": {"name": name, "arguments": raw[:half]}}
    rest = {"index": index, "function": {"arguments": raw[half:]}}
    return [chunk({"tool_calls": [first | ({"id": id} if id else {})]}), chunk({"tool_calls": [rest]})]


def ending(finish: str = "stop", *, usage: dict[str, Any] | None = None) -> list[bytes]:
    """The finish reason, the usage, and the end mark."""
    figures = {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25, **(usage or {})}
    return [chunk(finish=finish), chunk(usage=figures), DONE]


def error_chunk(words: str = "The server had an error", code: str | None = None) -> bytes:
    """An error object inside a stream whose status was 200."""
    return f"data: {json.dumps({'error': {'message': words, 'type': 'server_error', 'code': code}})}\n\n".encode()


def failure(status: int, words: str = "no", **headers: str) -> Status:
    """An error answer; header names are given with underscores."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Status(status, {"error": {"message": words, "type": "error", "code": None}}, names)

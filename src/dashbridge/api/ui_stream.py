"""The turn's events as an AI SDK UI-message stream, version 1 (what `useChat` reads).

Source of the format: the `ai` package, version 7, `uiMessageChunkSchema`. Unknown part types are refused by its parser,
so everything of ours travels as `data-*`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

HEADERS = {
    "x-vercel-ai-ui-message-stream": "v1",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
}
DONE = "data: [DONE]\n\n"

_FINISH = {"complete": "stop", "question": "stop", "limit": "length", "stopped": "stop"}


class UIMessageEncoder:
    """Turns one turn's native events into parts; holds which text part is open and which calls have their input."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._texts = 0
        self._step = False
        self._called: set[str] = set()

    def encode(self, event: str, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The parts of one native event, in order."""
        if event == "session":
            yield {"type": "start", "messageId": data["turn_id"], "messageMetadata": data}
        elif event == "token":
            yield from self._token(data["text"])
        elif event in ("done", "error"):
            yield from self._end(event, data)
        else:
            yield from self._close_text()
            yield from self._middle(event, data)

    def _middle(self, event: str, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if event == "tool_call":
            yield from self._open_step()
            self._called.add(data["id"])
            yield {
                "type": "tool-input-available",
                "toolCallId": data["id"],
                "toolName": data["name"],
                "input": data["arguments"],
            }
        elif event == "tool_result" and data["id"] in self._called:
            if data["ok"]:
                output = {"summary": data["summary"], "result": data["result"]}
                yield {"type": "tool-output-available", "toolCallId": data["id"], "output": output}
            else:
                yield {"type": "tool-output-error", "toolCallId": data["id"], "errorText": data["summary"]}
        elif event == "usage":
            yield {"type": "message-metadata", "messageMetadata": {"usage": data}}
        elif event == "yaml_artifact":
            yield {"type": "data-dashboard", "id": data["slug"], "data": data}
        else:
            yield {"type": f"data-{event.replace('_', '-')}", "data": data}

    def _token(self, text: str) -> Iterator[dict[str, Any]]:
        yield from self._open_step()
        if self._text is None:
            self._texts += 1
            self._text = f"text-{self._texts}"
            yield {"type": "text-start", "id": self._text}
        yield {"type": "text-delta", "id": self._text, "delta": text}

    def _end(self, event: str, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from self._close_text()
        if self._step:
            self._step = False
            yield {"type": "finish-step"}
        if event == "error":
            hint = f" {data['hint']}" if data.get("hint") else ""
            yield {"type": "data-error", "data": data}
            yield {"type": "error", "errorText": f"{data['message']}{hint}"}
        elif data["stop_reason"] == "stopped":
            yield {"type": "abort"}
        else:
            yield {
                "type": "finish",
                "finishReason": _FINISH.get(data["stop_reason"], "other"),
                "messageMetadata": {"stop_reason": data["stop_reason"]},
            }

    def _open_step(self) -> Iterator[dict[str, Any]]:
        if not self._step:
            self._step = True
            yield {"type": "start-step"}

    def _close_text(self) -> Iterator[dict[str, Any]]:
        if self._text is not None:
            yield {"type": "text-end", "id": self._text}
            self._text = None


def sse_part(part: dict[str, Any], sequence: int | None = None) -> str:
    """One part as a server-sent event; the last part of native event `sequence` carries it as `id`."""
    lead = f"id: {sequence}\n" if sequence is not None else ""
    return f"{lead}data: {orjson.dumps(part, default=str).decode()}\n\n"

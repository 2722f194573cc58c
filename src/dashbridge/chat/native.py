"""The turn's events by the names the outside relies on: `event:` name and `data:` JSON of the native stream.

session · token · tool_call · tool_result · dry_run · yaml_artifact · saved · question · usage · error · done.
Exactly one last event: `done` or `error`. A question asked by a tool is an artifact of kind `question`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from ai_sdk.events import ArtifactEvent, Event, event_data, event_name
from ai_sdk.messages import Block, Message, Text, ToolResult, ToolUse

LAST = ("done", "error")
_DEEPEST = 60
_INT64 = range(-(2**63), 2**64)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of a turn with its sequence number, counted from 1 without gaps."""

    seq: int
    event: str
    data: dict[str, Any]

    @property
    def is_last(self) -> bool:
        """Whether the turn ends with it."""
        return self.event in LAST


def native(event: Event) -> tuple[str, dict[str, Any]]:
    """An SDK event as name and data that every part of its way can carry; an artifact goes by its own kind."""
    if isinstance(event, ArtifactEvent):
        return event.kind, _carried(event.data, 0)
    return event_name(event), _carried(event_data(event), 0)


def recordable(message: Message) -> Message:
    """A message in the same plain JSON, so that its record can always be written and told again."""
    return replace(message, blocks=tuple(_block(block) for block in message.blocks))


def _block(block: Block) -> Block:
    if isinstance(block, Text):
        return Text(_carried(block.text, 0))
    if isinstance(block, ToolUse):
        return ToolUse(block.id, block.name, _carried(block.arguments, 0))
    if isinstance(block, ToolResult):
        return replace(block, content=_carried(block.content, 0))
    return block


def _carried(value: Any, depth: int) -> Any:
    """JSON without what JSONB, orjson or a browser refuses: NUL, lone surrogates, NaN, huge integers, deep nesting."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode() if _odd(value) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value if value in _INT64 else str(value)
    if isinstance(value, dict | list | tuple) and depth == _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {_carried(str(key), depth): _carried(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_carried(item, depth + 1) for item in value]
    return value


def _odd(text: str) -> bool:
    return "\0" in text or not (text.isascii() or _encodes(text))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

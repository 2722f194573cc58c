"""What a conversation is made of, the same for every provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

NOT_RUN = "Not run: the turn ended before this call. Call the tool again if it is still wanted."


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolUse:
    """The model asks for a tool. `arguments` is a JSON object, not yet validated."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The answer to the ToolUse with the same id; `content` is the text that the model reads."""

    tool_use_id: str
    content: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """What only `provider` understands (signed reasoning) and wants back unchanged within the same turn.

    It lives while its turn runs: `Turn.messages` and the log are without it.
    """

    provider: str
    data: dict[str, Any]


Block: TypeAlias = Text | ToolUse | ToolResult | Opaque


@dataclass(frozen=True, slots=True)
class Message:
    """One side's contribution; tool results travel in a user message."""

    role: Literal["user", "assistant"]
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The text blocks, joined."""
        return "".join(block.text for block in self.blocks if isinstance(block, Text))

    @property
    def tool_uses(self) -> tuple[ToolUse, ...]:
        """The tool calls, in order."""
        return tuple(block for block in self.blocks if isinstance(block, ToolUse))


def with_all_results(messages: Iterable[Message], *, missing: str = NOT_RUN) -> tuple[Message, ...]:
    """The messages with an error result put in for every tool call that has none, so that a provider accepts them.

    A result is looked for in the message right after the call; the missing ones are put before its other blocks.
    """
    whole: list[Message] = []
    open_calls: tuple[ToolUse, ...] = ()
    for message in messages:
        if open_calls:
            own = message if message.role == "user" else None
            answered = {block.tool_use_id for block in own.blocks if isinstance(block, ToolResult)} if own else set()
            added = tuple(ToolResult(use.id, missing, True) for use in open_calls if use.id not in answered)
            if own is None:
                whole.append(Message("user", added))
            else:
                message = _results_first(own, added)
        whole.append(message)
        open_calls = message.tool_uses if message.role == "assistant" else ()
    if open_calls:
        whole.append(Message("user", tuple(ToolResult(use.id, missing, True) for use in open_calls)))
    return tuple(whole)


def without_opaque(messages: Iterable[Message]) -> tuple[Message, ...]:
    """The messages without their Opaque blocks, and without a message that held nothing else."""
    stripped = (
        Message(message.role, tuple(block for block in message.blocks if not isinstance(block, Opaque)))
        for message in messages
    )
    return tuple(message for message in stripped if message.blocks)


def _results_first(message: Message, added: Sequence[Block]) -> Message:
    results = [block for block in message.blocks if isinstance(block, ToolResult)]
    others = [block for block in message.blocks if not isinstance(block, ToolResult)]
    return Message(message.role, (*results, *added, *others))


def message_as_json(message: Message) -> dict[str, Any]:
    """The message as a JSON object; `message_from_json` reads it back."""
    return {"role": message.role, "blocks": [block_as_json(block) for block in message.blocks]}


def message_from_json(data: Mapping[str, Any]) -> Message:
    """The message that `message_as_json` wrote. Raises ValueError for anything else."""
    role = data.get("role")
    if role not in ("user", "assistant"):
        raise ValueError(f"a message's role is 'user' or 'assistant', not {role!r}")
    return Message(role, tuple(block_from_json(block) for block in data["blocks"]))


def block_as_json(block: Block) -> dict[str, Any]:
    """The block as a JSON object with its `type`."""
    if isinstance(block, Text):
        return {"type": "text", "text": block.text}
    if isinstance(block, ToolUse):
        return {"type": "tool_use", "id": block.id, "name": block.name, "arguments": block.arguments}
    if isinstance(block, Opaque):
        return {"type": "opaque", "provider": block.provider, "data": block.data}
    return {
        "type": "tool_result",
        "tool_use_id": block.tool_use_id,
        "content": block.content,
        "is_error": block.is_error,
    }


def block_from_json(data: Mapping[str, Any]) -> Block:
    """The block that `block_as_json` wrote. Raises ValueError for an unknown type, KeyError for a missing field."""
    kind = data.get("type")
    if kind == "text":
        return Text(data["text"])
    if kind == "tool_use":
        return ToolUse(data["id"], data["name"], dict(data["arguments"]))
    if kind == "tool_result":
        return ToolResult(data["tool_use_id"], data["content"], bool(data["is_error"]))
    if kind == "opaque":
        return Opaque(data["provider"], dict(data["data"]))
    raise ValueError(f"unknown block type {kind!r}")

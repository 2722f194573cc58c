"""A request as the JSON body that Anthropic's Messages API takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ai_sdk.messages import Block, Message, Opaque, Text, ToolUse
from ai_sdk.prompt.assemble import MOST_MARKS, marked
from ai_sdk.providers.base import Request, ToolSpec

_MARK = {"type": "ephemeral"}


def request_body(model: str, request: Request) -> dict[str, Any]:
    """The JSON body. Of the four cache marks one is for the tools, one for the conversation, two for the system."""
    tools = [_tool(tool) for tool in request.tools]
    if tools:
        tools[-1]["cache_control"] = _MARK
    messages = _messages(request.messages, f"anthropic:{model}")
    if messages and messages[-1]["role"] == "user":
        messages[-1]["content"][-1]["cache_control"] = _MARK
    blocks = [block for block in request.system if block.text.strip()]
    system: list[dict[str, Any]] = [{"type": "text", "text": block.text} for block in blocks]
    for index in marked(blocks, MOST_MARKS - 2):
        system[index]["cache_control"] = _MARK
    body = {"model": model, "max_tokens": request.max_tokens, "messages": messages}
    return body | ({"system": system} if system else {}) | ({"tools": tools} if tools else {})


def _tool(tool: ToolSpec) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.input_schema}


def _messages(messages: Sequence[Message], author: str) -> list[dict[str, Any]]:
    """The conversation, neighbours of one role joined. Reasoning goes back only within the turn that it belongs to."""
    asked = max((index for index, message in enumerate(messages) if _is_question(message)), default=0)
    joined: list[dict[str, Any]] = []
    for index, message in enumerate(messages):
        content = [
            _block(block)
            for block in message.blocks
            if not isinstance(block, Opaque) or (index > asked and block.provider == author)
        ]
        if not content:
            continue
        if joined and joined[-1]["role"] == message.role:
            joined[-1]["content"] += content
        else:
            joined.append({"role": message.role, "content": content})
    return joined


def _is_question(message: Message) -> bool:
    return message.role == "user" and any(isinstance(block, Text) for block in message.blocks)


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"type": "text", "text": block.text}
    if isinstance(block, ToolUse):
        return {"type": "tool_use", "id": block.id, "name": block.name, "input": block.arguments}
    if isinstance(block, Opaque):
        return dict(block.data)
    result = {"type": "tool_result", "tool_use_id": block.tool_use_id, "content": block.content}
    return result | ({"is_error": True} if block.is_error else {})

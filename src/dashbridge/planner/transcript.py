"""What the request holds, read afresh each time: the context, the turns before, and this turn's tool answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ai_sdk.messages import Message, Text, ToolResult, ToolUse
from ai_sdk.providers.base import Request


@dataclass(frozen=True)
class Call:
    """A tool call the planner wants made."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a tool said: its JSON, or the failure's."""

    data: dict[str, Any]
    failed: bool = False

    @property
    def reason(self) -> str:
        """A failure in words, with its first hint."""
        problems = self.data.get("problems")
        first = problems[0] if isinstance(problems, list) and problems and isinstance(problems[0], dict) else self.data
        message = str(first.get("message") or self.data.get("message") or "no reason given")
        hint = first.get("hint")
        return f"{message} ({hint})" if hint else message


@dataclass
class Turn:
    """One user text and what followed it."""

    text: str
    calls: list[ToolUse] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    said: str = ""

    @property
    def asked(self) -> ToolUse | None:
        """The question this turn ended with, if any."""
        return self.calls[-1] if self.calls and self.calls[-1].name == "ask_question" else None

    def answer(self, call: ToolUse) -> Answer | None:
        return self.answers.get(call.id)


@dataclass(frozen=True)
class Context:
    """The turn's surroundings, from the system block `context`; `chosen` are answers given to what was asked back."""

    today: str = ""
    connection: str = ""
    dialect: str = "duckdb"
    default_dataset: str = ""
    open_slug: str | None = None
    open_view: str | None = None
    max_bytes: int = 100_000_000
    ai_access: str = "schema"
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transcript:
    """The whole request as the planner sees it; `turns` ends with the present one."""

    context: Context
    turns: tuple[Turn, ...]
    tools: frozenset[str]

    @property
    def present(self) -> Turn:
        return self.turns[-1]

    @property
    def last_saved(self) -> str | None:
        """The slug saved last in the turns before this one."""
        for turn in reversed(self.turns[:-1]):
            for call in reversed(turn.calls):
                answer = turn.answer(call)
                if call.name == "save_dashboard_yaml" and answer and not answer.failed:
                    return str(answer.data.get("slug") or call.arguments.get("slug"))
        return None


def read_request(request: Request) -> Transcript:
    """The transcript of a request. A request without a user text has one empty turn."""
    turns: list[Turn] = []
    for message in request.messages:
        _read_message(message, turns)
    return Transcript(_context(request), tuple(turns) or (Turn(""),), frozenset(tool.name for tool in request.tools))


def follows(before: Request, after: Request) -> bool:
    """Whether a request is one before it with nothing added but tools' calls and answers."""
    size = len(before.messages)
    same = before.system == after.system and before.tools == after.tools and before.messages == after.messages[:size]
    added = (block for message in after.messages[size:] if message.role == "user" for block in message.blocks)
    return same and bool(before.messages) and not any(isinstance(block, Text) for block in added)


def read_more(transcript: Transcript, added: Sequence[Message]) -> None:
    """Put messages that follow into the present turn."""
    turns = [transcript.present]
    for message in added:
        _read_message(message, turns)


def _read_message(message: Message, turns: list[Turn]) -> None:
    """A user text opens a turn; tool results in the same message still belong to the turn before."""
    for block in message.blocks:
        if message.role == "user" and isinstance(block, Text):
            continue
        if not turns:
            turns.append(Turn(""))
        if isinstance(block, ToolUse):
            turns[-1].calls.append(block)
        elif isinstance(block, ToolResult):
            turns[-1].answers[block.tool_use_id] = _answer(block)
        elif isinstance(block, Text):
            turns[-1].said += block.text
    if message.role == "user" and any(isinstance(block, Text) for block in message.blocks):
        turns.append(Turn("\n".join(block.text for block in message.blocks if isinstance(block, Text))))


def _answer(result: ToolResult) -> Answer:
    try:
        data = json.loads(result.content)
    except ValueError:
        data = {"message": result.content}
    return Answer(data if isinstance(data, dict) else {"value": data}, result.is_error)


def _context(request: Request) -> Context:
    block = next((block for block in request.system if block.name == "context"), None)
    try:
        data = json.loads(block.text) if block else {}
    except ValueError:
        data = {}
    if not isinstance(data, dict):
        return Context()
    connection, opened = data.get("connection") or {}, data.get("open_dashboard") or {}
    return Context(
        today=str(data.get("today") or ""),
        connection=str(connection.get("name") or ""),
        dialect=str(connection.get("dialect") or "duckdb"),
        default_dataset=str(connection.get("default_dataset") or ""),
        open_slug=opened.get("slug"),
        open_view=data.get("open_view"),
        max_bytes=int(data.get("max_bytes_per_query") or 100_000_000),
        ai_access=str(data.get("ai_access") or "schema"),
    )

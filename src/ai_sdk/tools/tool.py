"""A tool: its name, what the model reads of it, its arguments, and what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from ai_sdk.events import ArtifactEvent, QuestionEvent
from ai_sdk.providers.base import ToolSpec


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What a tool made: `content` for the model, `summary` (one line) for a person, `result` (JSON) for the UI."""

    content: str
    summary: str
    result: Any = None
    artifacts: tuple[ArtifactEvent | QuestionEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool. `run` gets an instance of `arguments` and may raise RetryTool, ToolFailed or NeedsApproval.

    `ends_turn`: after a call that succeeds the turn ends with `DoneEvent("question")`.
    """

    name: str
    description: str
    arguments: type[BaseModel]
    run: Callable[[Any], Awaitable[ToolOutcome]]
    ends_turn: bool = False

    @property
    def spec(self) -> ToolSpec:
        """The tool as the model sees it."""
        return ToolSpec(self.name, self.description, _input_schema(self.arguments))


@cache
def _input_schema(arguments: type[BaseModel]) -> dict[str, Any]:
    schema = arguments.model_json_schema()
    schema.pop("title", None)
    schema.pop("description", None)
    schema["additionalProperties"] = False
    return schema

"""The provider port: one request in, a stream of pieces out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from ai_sdk.messages import Message, Opaque, ToolUse
from ai_sdk.prompt.blocks import PromptBlock

FinishReason: TypeAlias = Literal["end_turn", "tool_use", "max_tokens", "refusal", "context_full"]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model sees it; `input_schema` is a JSON Schema of type object."""

    name: str
    description: str
    input_schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a model. `max_tokens` bounds the reply."""

    system: tuple[PromptBlock, ...]
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...]
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, each counted once: `input_tokens` leaves out what was read from or written to the cache."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    @property
    def total(self) -> int:
        """All tokens."""
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
        )


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of text."""

    text: str


@dataclass(frozen=True, slots=True)
class BrokenToolUse:
    """A tool call that must not run: its arguments are not a JSON object. `problem` tells the model why."""

    id: str
    name: str
    problem: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The reply is whole. Nothing follows."""

    stop_reason: FinishReason
    usage: Usage


StreamItem: TypeAlias = TextDelta | ToolUse | BrokenToolUse | Opaque | Usage | Finished


class Provider(Protocol):
    """A model. `stream` yields Finished last, or raises ProviderUnavailable(code, message, hint).

    A provider yields a ToolUse only once the call has arrived whole. It may yield a bare Usage on the way: what is
    already spent should the stream be left early; the Usage in Finished takes its place. An Opaque comes back to it in
    the turn's next request.
    """

    @property
    def name(self) -> str:
        """The provider's name, such as `anthropic`."""

    @property
    def model(self) -> str:
        """The model's name as the price table knows it."""

    def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        """Send the request and yield the reply as it arrives."""

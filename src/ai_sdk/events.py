"""What a turn emits. Exactly one last event: DoneEvent or ErrorEvent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Literal, TypeAlias

StopReason: TypeAlias = Literal["complete", "stopped", "limit", "question"]


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallEvent:
    """A tool is about to run; a ToolResultEvent with the same id follows, even when the turn is stopped."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolResultEvent:
    """A tool ended. `summary` is one line for a person; `result` is JSON for the interface."""

    id: str
    name: str
    ok: bool
    summary: str
    result: Any = None


@dataclass(frozen=True, slots=True)
class ArtifactEvent:
    """A tool made something: its `kind` and a JSON object, both the product's own."""

    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """The whole turn's usage, once, right before the last event. `usd` is None when the model has no known price."""

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class QuestionEvent:
    """The turn ends with a question to the person."""

    text: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """Last event: the turn failed; the session stays usable."""

    code: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """Last event: the turn ended as it should. `detail` names the limit met: steps, tokens, usd, seconds or output."""

    stop_reason: StopReason
    detail: str | None = None


Event: TypeAlias = (
    TokenEvent | ToolCallEvent | ToolResultEvent | ArtifactEvent | UsageEvent | QuestionEvent | ErrorEvent | DoneEvent
)

_NAMES: dict[type[Event], str] = {
    TokenEvent: "token",
    ToolCallEvent: "tool_call",
    ToolResultEvent: "tool_result",
    ArtifactEvent: "artifact",
    UsageEvent: "usage",
    QuestionEvent: "question",
    ErrorEvent: "error",
    DoneEvent: "done",
}
_TYPES = {name: kind for kind, name in _NAMES.items()}


def event_name(event: Event) -> str:
    """The event's name on the wire: token, tool_call, tool_result, artifact, usage, question, error, done."""
    return _NAMES[type(event)]


def event_data(event: Event) -> dict[str, Any]:
    """The event's fields as JSON. `usd` is a number or null; `options` a list."""
    data = {field.name: getattr(event, field.name) for field in fields(event)}
    if isinstance(event, UsageEvent):
        data["usd"] = None if event.usd is None else float(event.usd)
    if isinstance(event, QuestionEvent):
        data["options"] = list(event.options)
    if isinstance(event, DoneEvent) and event.detail is None:
        del data["detail"]
    return data


def event_from_json(name: str, data: Mapping[str, Any]) -> Event:
    """The event that `event_name` and `event_data` wrote. Raises ValueError for an unknown name or field."""
    kind = _TYPES.get(name)
    if kind is None:
        raise ValueError(f"unknown event {name!r}")
    values = dict(data)
    if kind is UsageEvent and values.get("usd") is not None:
        values["usd"] = Decimal(str(values["usd"]))
    if kind is QuestionEvent:
        values["options"] = tuple(values.get("options", ()))
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"event {name!r}: {error}") from error


def is_last(event: Event) -> bool:
    """Whether the event ends its turn."""
    return isinstance(event, DoneEvent | ErrorEvent)

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from ai_sdk.events import (
    ArtifactEvent,
    DoneEvent,
    ErrorEvent,
    Event,
    QuestionEvent,
    TokenEvent,
    ToolCallEvent,
    ToolResultEvent,
    UsageEvent,
    event_data,
    event_from_json,
    event_name,
    is_last,
)

EVENTS: list[Event] = [
    TokenEvent("ä"),
    ToolCallEvent("1", "t", {"a": [1]}),
    ToolResultEvent("1", "t", True, "ok", {"a": None}),
    ArtifactEvent("saved", {"slug": "x"}),
    UsageEvent(1, 2, 3, 4, Decimal("0.001234")),
    UsageEvent(1, 2, 3, 4, None),
    QuestionEvent("Which?", ("a", "b")),
    ErrorEvent("code", "message", None),
    DoneEvent("limit", "steps"),
    DoneEvent("complete"),
]


@pytest.mark.parametrize("event", EVENTS, ids=event_name)
def test_events_survive_json(event: Event) -> None:
    assert event_from_json(event_name(event), json.loads(json.dumps(event_data(event)))) == event


def test_names_on_the_wire() -> None:
    assert {event_name(event) for event in EVENTS} == {
        "token", "tool_call", "tool_result", "artifact", "usage", "question", "error", "done",
    }  # fmt: skip
    assert event_data(DoneEvent("complete")) == {"stop_reason": "complete"}


def test_only_done_and_error_are_last() -> None:
    assert [event_name(event) for event in EVENTS if is_last(event)] == ["error", "done", "done"]


@pytest.mark.parametrize(("name", "data"), [("news", {}), ("token", {}), ("token", {"text": "x", "y": 1})])
def test_what_is_no_event_is_refused(name: str, data: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        event_from_json(name, data)

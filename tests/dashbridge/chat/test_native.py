"""SDK events by the names the outside relies on, in JSON that every part of their way can carry."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
)
from dashbridge.chat.native import Recorded, native

MAPPED: list[tuple[Event, str, dict[str, Any]]] = [
    (TokenEvent("Hi"), "token", {"text": "Hi"}),
    (ToolCallEvent("1", "f", {"a": 1}), "tool_call", {"id": "1", "name": "f", "arguments": {"a": 1}}),
    (
        ToolResultEvent("1", "f", True, "fine", {"rows": 2}),
        "tool_result",
        {"id": "1", "name": "f", "ok": True, "summary": "fine", "result": {"rows": 2}},
    ),
    (ArtifactEvent("saved", {"revision": 1}), "saved", {"revision": 1}),
    (QuestionEvent("Which?", ("a", "b")), "question", {"text": "Which?", "options": ["a", "b"]}),
    (
        UsageEvent(1, 2, 3, 4, Decimal("0.5")),
        "usage",
        {"input_tokens": 1, "output_tokens": 2, "cache_read_tokens": 3, "cache_write_tokens": 4, "usd": 0.5},
    ),
    (ErrorEvent("c", "m", "h"), "error", {"code": "c", "message": "m", "hint": "h"}),
    (DoneEvent("complete"), "done", {"stop_reason": "complete"}),
    (DoneEvent("limit", "steps"), "done", {"stop_reason": "limit", "detail": "steps"}),
]
HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=6) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(("event", "name", "data"), MAPPED, ids=[name for _, name, _ in MAPPED])
def test_each_event_has_its_name(event: Event, name: str, data: dict[str, Any]) -> None:
    assert native(event) == (name, data)


def test_only_done_and_error_are_last() -> None:
    last = {name for event, name, data in MAPPED if Recorded(1, name, data).is_last}
    assert last == {"done", "error"}


@given(st.dictionaries(st.text(max_size=4) | st.just("\0\ud800"), HOSTILE, max_size=4))
@settings(deadline=None)
def test_what_a_model_writes_can_always_be_recorded_and_sent(arguments: dict[str, Any]) -> None:
    _, data = native(ToolCallEvent("1", "f", arguments))
    text = orjson.dumps(data)
    assert b"\\u0000" not in text, "JSONB has no NUL"
    assert json.loads(json.dumps(data, allow_nan=False)) == json.loads(text)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers(0, 9)))
@settings(deadline=None)
def test_plain_arguments_stay_as_they_are(arguments: dict[str, Any]) -> None:
    assert native(ToolCallEvent("1", "f", arguments))[1]["arguments"] == arguments


def test_endless_nesting_ends() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    _, data = native(ToolCallEvent("1", "f", {"deep": deep}))
    assert orjson.dumps(data).count(b"[") < 100

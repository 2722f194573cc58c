"""Native events as UI-message parts: whatever a turn emits, the parts open and close as the protocol wants."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.api.ui_stream import UIMessageEncoder, sse_part

SESSION = ("session", {"session_id": "s", "turn_id": "t"})
MIDDLE = st.one_of(
    st.text(max_size=4).map(lambda text: ("token", {"text": text})),
    st.sampled_from("abc").map(lambda id: ("tool_call", {"id": id, "name": "list_tables", "arguments": {}})),
    st.tuples(st.sampled_from("abcd"), st.booleans()).map(
        lambda it: ("tool_result", {"id": it[0], "name": "list_tables", "ok": it[1], "summary": "s", "result": None})
    ),
    st.just(("dry_run", {"query": "SELECT 1", "bytes_scanned": 0, "limit": 1, "ok": True})),
    st.just(("yaml_artifact", {"slug": "a", "revision": 1, "yaml": "x"})),
    st.just(("saved", {"dashboard_slug": "a"})),
    st.just(("question", {"text": "?", "options": []})),
    st.just(("usage", {"input_tokens": 1})),
)
LAST = st.one_of(
    st.sampled_from(["complete", "stopped", "limit", "question"]).map(lambda why: ("done", {"stop_reason": why})),
    st.sampled_from([None, "Try again."]).map(
        lambda hint: ("error", {"code": "overloaded", "message": "Busy.", "hint": hint})
    ),
)


def encode(events: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    encoder = UIMessageEncoder()
    return [part for name, data in events for part in encoder.encode(name, data)]


@given(st.lists(MIDDLE, max_size=20), LAST)
@settings(deadline=None)
def test_every_turn_is_well_formed(middle: list[Any], last: Any) -> None:
    parts = encode([SESSION, *middle, last])

    assert parts[0]["type"] == "start"
    assert parts[-1]["type"] in ("finish", "abort", "error")
    assert sum(part["type"] in ("finish", "abort", "error") for part in parts) == 1
    open_text: str | None = None
    called: set[str] = set()
    stepping = False
    for part in parts:
        kind = part["type"]
        if kind == "text-start":
            assert open_text is None
            assert stepping
            open_text = part["id"]
        elif kind == "text-delta":
            assert part["id"] == open_text
        elif kind == "text-end":
            assert part["id"] == open_text
            open_text = None
        elif kind in ("start-step", "finish-step"):
            assert stepping == (kind == "finish-step")
            stepping = not stepping
        elif kind == "tool-input-available":
            assert open_text is None
            called.add(part["toolCallId"])
        elif kind.startswith("tool-output"):
            assert part["toolCallId"] in called
    assert open_text is None
    assert not stepping
    words = "".join(data["text"] for name, data in middle if name == "token")
    assert "".join(part["delta"] for part in parts if part["type"] == "text-delta") == words


def test_a_stop_aborts_and_an_error_tells_its_hint() -> None:
    assert encode([SESSION, ("done", {"stop_reason": "stopped"})])[-1] == {"type": "abort"}
    *_, told, last = encode([SESSION, ("error", {"code": "c", "message": "Busy.", "hint": "Wait."})])
    assert told == {"type": "data-error", "data": {"code": "c", "message": "Busy.", "hint": "Wait."}}
    assert last == {"type": "error", "errorText": "Busy. Wait."}


def test_an_artifact_keeps_one_place() -> None:
    (part,) = encode([("yaml_artifact", {"slug": "delays", "revision": 2, "yaml": "x"})])
    assert part["type"] == "data-dashboard"
    assert part["id"] == "delays"


@given(st.text())
@settings(deadline=None)
def test_a_part_is_one_line(text: str) -> None:
    line = sse_part({"type": "text-delta", "id": "1", "delta": text})
    head, data, end, nothing = line[:6], line[6:-2], line[-2:], line.count("\n")
    assert (head, end, nothing) == ("data: ", "\n\n", 2)
    assert "\r" not in data
    assert orjson.loads(data)["delta"] == text

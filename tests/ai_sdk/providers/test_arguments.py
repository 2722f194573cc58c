from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_sdk.messages import ToolUse
from ai_sdk.providers.arguments import parse_arguments, tool_use_of
from ai_sdk.providers.base import BrokenToolUse

PLAIN = st.characters(exclude_characters="\0", exclude_categories=("Cs",))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(PLAIN),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(PLAIN), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(PLAIN), VALUES), st.booleans())
def test_what_json_wrote_is_read(value: dict[str, object], ascii_only: bool) -> None:
    assert parse_arguments(json.dumps(value, ensure_ascii=ascii_only)) == value


@given(st.dictionaries(st.text(PLAIN, min_size=1), VALUES, min_size=1), st.data())
def test_a_cut_object_is_never_read(value: dict[str, object], data: st.DataObject) -> None:
    text = json.dumps(value)
    length = data.draw(st.integers(1, len(text) - 1))
    assert isinstance(tool_use_of("1", "t", text[:length]), BrokenToolUse)


@given(st.text())
def test_any_text_gives_an_answer(text: str) -> None:
    assert isinstance(tool_use_of("1", "t", text), ToolUse | BrokenToolUse)


HOSTILE = [
    "null",
    "1",
    '"x"',
    "[]",
    "{}{}",
    "{'a': 1}",
    '{"a": -Infinity}',
    '{"a": {"b": 1, "b": 2}}',
    '{"a": "\\ud83d"}',
    '{"\\u0000": 1}',
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"a": ' + "9" * 5000 + "}",
    '{"a": "' + "x" * 1_000_001 + '"}',
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_arguments(text: str) -> None:
    with pytest.raises(ValueError):
        parse_arguments(text)


def test_an_escaped_backslash_is_not_a_nul() -> None:
    assert parse_arguments('{"a": "\\\\u0000"}') == {"a": "\\u0000"}


def test_no_text_is_no_arguments_unless_the_reply_was_cut() -> None:
    assert tool_use_of("1", "t", "") == ToolUse("1", "t", {})
    assert isinstance(tool_use_of("1", "t", "", cut=True), BrokenToolUse)

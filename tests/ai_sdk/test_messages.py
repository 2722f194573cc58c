from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_sdk.messages import (
    Message,
    Opaque,
    Text,
    ToolResult,
    ToolUse,
    message_as_json,
    message_from_json,
    with_all_results,
    without_opaque,
)

IDS = st.sampled_from(["1", "2", "3"])
BLOCKS = st.one_of(
    st.builds(Text, st.text(st.characters(codec="utf-8"))),
    st.builds(ToolUse, IDS, st.just("t"), st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers())),
    st.builds(ToolResult, IDS, st.just("r"), st.booleans()),
    st.builds(Opaque, st.just("p"), st.just({"a": 1})),
)
MESSAGES = st.lists(st.builds(Message, st.sampled_from(["user", "assistant"]), st.lists(BLOCKS, max_size=4).map(tuple)))


@given(MESSAGES)
def test_messages_survive_json(messages: list[Message]) -> None:
    for message in messages:
        assert message_from_json(json.loads(json.dumps(message_as_json(message)))) == message


@given(MESSAGES)
def test_every_call_of_the_assistant_gets_its_result_in_the_next_message(messages: list[Message]) -> None:
    whole = with_all_results(messages)
    for message, following in zip(whole, [*whole[1:], None], strict=False):
        if message.role == "assistant" and message.tool_uses:
            assert following is not None
            assert following.role == "user"
            answered = {block.tool_use_id for block in following.blocks if isinstance(block, ToolResult)}
            assert {use.id for use in message.tool_uses} <= answered
    assert with_all_results(whole) == whole


@given(MESSAGES)
def test_no_opaque_block_and_no_empty_message_is_left(messages: list[Message]) -> None:
    for message in without_opaque(messages):
        assert message.blocks
        assert not any(isinstance(block, Opaque) for block in message.blocks)


def test_missing_results_come_before_the_persons_text() -> None:
    messages = (Message("assistant", (ToolUse("1", "t", {}),)), Message("user", (Text("hi"),)))
    assert [type(block) for block in with_all_results(messages)[1].blocks] == [ToolResult, Text]


@pytest.mark.parametrize(
    "data", [{}, {"role": "system", "blocks": []}, {"role": "user", "blocks": [{"type": "image"}]}]
)
def test_what_is_no_message_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        message_from_json(data)

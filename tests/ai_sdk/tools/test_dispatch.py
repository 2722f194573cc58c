from __future__ import annotations

import json
import logging
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from ai_sdk import RetryTool, Tool, ToolFailed, ToolOutcome, ToolRegistry, ToolUse
from ai_sdk.tools import Dispatched, dispatch


class Arguments(BaseModel):
    sql: str
    limit: int = Field(100, ge=1)
    day: date | None = None
    names: list[str] = []


async def _run(arguments: Arguments) -> ToolOutcome:
    return ToolOutcome(json.dumps({"ok": True, "limit": arguments.limit}), "ran", {"day": str(arguments.day)})


def registry(run: Any = _run) -> ToolRegistry:
    return ToolRegistry([Tool("run_query", "Run.", Arguments, run)])


async def used(arguments: dict[str, Any], run: Any = _run, name: str = "run_query") -> Dispatched:
    return await dispatch(registry(run), ToolUse("1", name, arguments))


async def test_a_good_call() -> None:
    done = await used({"sql": "x", "limit": 5, "day": "2026-01-02", "names": ["a"]})
    assert (done.result.is_error, done.event.ok, done.event.summary) == (False, True, "ran")
    assert done.event.result == {"day": "2026-01-02"}
    result, event, artifacts, ends_turn = done
    assert (result.tool_use_id, event.id, artifacts, ends_turn) == ("1", "1", (), False)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({}, "/sql"),
        ({"sql": 5}, "/sql"),
        ({"sql": "x", "limit": "5"}, "/limit"),
        ({"sql": "x", "limit": 0}, "/limit"),
        ({"sql": "x", "limit": True}, "/limit"),
        ({"sql": "x", "team": "other"}, "/team"),
        ({"sql": "x", "names": ["a", 1]}, "/names/1"),
        ({"sql": "x", "day": "2026-02-30"}, "/day"),
    ],
)
async def test_wrong_arguments_name_the_field(arguments: dict[str, Any], path: str) -> None:
    done = await used(arguments)
    content = json.loads(done.result.content)
    assert done.result.is_error
    assert content["ok"] is False
    assert content["code"] == "wrong_arguments"
    assert [problem["path"] for problem in content["problems"]] == [path]


async def test_wrong_values_are_not_repeated_back() -> None:
    done = await used({"sql": 5, "limit": "sesame"})
    assert "sesame" not in done.result.content


async def test_an_unknown_tool_is_told_what_exists() -> None:
    done = await used({}, name="run_querry")
    assert "Did you mean run_query?" in done.result.content
    assert done.result.is_error


@pytest.mark.parametrize("signal", [RetryTool, ToolFailed])
async def test_what_a_tool_says_reaches_the_model_unchanged(signal: type[RetryTool]) -> None:
    async def run(arguments: Arguments) -> ToolOutcome:
        raise signal('{"ok": false, "message": "no such table"}', result={"a": 1})

    done = await used({"sql": "x"}, run)
    assert done.result.content == '{"ok": false, "message": "no such table"}'
    assert (done.event.ok, done.event.summary, done.event.result) == (False, "no such table", {"a": 1})


async def test_a_bug_is_logged_and_told_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    async def run(arguments: Arguments) -> ToolOutcome:
        raise KeyError("password=hunter2")

    with caplog.at_level(logging.ERROR):
        done = await used({"sql": "x"}, run)
    assert "hunter2" not in done.result.content + done.event.summary
    assert "Traceback" not in done.result.content
    assert json.loads(done.result.content)["code"] == "internal"
    assert caplog.records[0].exc_info


@given(
    st.dictionaries(st.sampled_from(["sql", "limit", "day", "names", "x", "/"]), st.none() | st.integers() | st.text())
)
async def test_any_arguments_give_an_answer(arguments: dict[str, Any]) -> None:
    done = await used(arguments)
    json.loads(done.result.content)


def test_two_tools_of_one_name_are_refused() -> None:
    tool = Tool("a", "", Arguments, _run)
    with pytest.raises(ValueError, match="'a'"):
        ToolRegistry([tool, tool])


def test_the_schema_is_closed_and_stable() -> None:
    (spec,) = registry().specs
    assert spec.input_schema["additionalProperties"] is False
    assert spec.input_schema["required"] == ["sql"]
    assert "title" not in spec.input_schema
    assert spec == registry().specs[0]

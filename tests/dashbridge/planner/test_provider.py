from __future__ import annotations

import inspect
import json
import threading
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, create_model

from ai_sdk.errors import ToolFailed
from ai_sdk.events import DoneEvent, ErrorEvent
from ai_sdk.messages import Message, Text, ToolResult, ToolUse
from ai_sdk.orchestrator import Turn
from ai_sdk.providers.base import Finished, Provider, Request, TextDelta
from ai_sdk.tools import Tool, ToolOutcome, ToolRegistry
from dashbridge.planner import OfflinePlanner, provider
from dashbridge.planner.route import choose_script
from dashbridge.planner.transcript import read_request

Desk = Any
QUESTION = "How do departure delays vary by carrier and month?"


def registry(desk: Desk) -> ToolRegistry:
    def tool(name: str) -> Tool:
        parts = inspect.signature(getattr(desk, f"_{name}")).parameters.values()
        fields: dict[str, Any] = {
            part.name: (list[str] if part.name == "options" else int if "max" in part.name else str, ...)
            if part.default is part.empty
            else (str | None, part.default)
            for part in parts
        }
        model = create_model(name, **fields)

        async def run(arguments: BaseModel) -> ToolOutcome:
            try:
                answer = getattr(desk, f"_{name}")(**arguments.model_dump())
            except Exception as error:
                raise ToolFailed(json.dumps(getattr(error, "answer", {"message": str(error)}))) from error
            return ToolOutcome(json.dumps(answer), name)

        return Tool(name, name, model, run, ends_turn=name == "ask_question")

    return ToolRegistry([tool(spec.name) for spec in desk.request().tools])


async def pieces(request: Request) -> list[Any]:
    return [piece async for piece in OfflinePlanner().stream(request)]


def test_it_is_a_provider() -> None:
    planner: Provider = OfflinePlanner()
    assert (planner.name, planner.model) == ("offline", "offline")


async def test_the_same_request_gives_the_same_answer_at_every_step(flights: Desk) -> None:
    await flights.ask(QUESTION)
    steps = list(flights.history)
    for length in range(1, len(steps) + 1, 2):
        flights.history = steps[:length]
        assert await pieces(flights.request()) == await pieces(flights.request())
    flights.history = steps[:1]
    flights.files.clear()
    first = (await pieces(flights.request()))[0]
    assert first == ToolUse("offline_1_0", "list_datasets", {})


async def test_a_planner_that_goes_on_says_what_one_says_that_starts_anew(flights: Desk) -> None:
    await flights.ask(QUESTION)
    await flights.ask("make it weekly")
    steps = list(flights.history)
    one = OfflinePlanner()
    for length in [*range(1, len(steps) + 1, 2), 5, 5, 1, 3, len(steps)]:
        flights.history = steps[:length]
        request = flights.request()
        assert [piece async for piece in one.stream(request)] == await pieces(request)
        other = replace(request, messages=(Message("user", (Text("Overview of planes"),)),))
        if length == 5:
            assert [piece async for piece in one.stream(other)] == await pieces(other)


async def test_what_a_step_worked_out_is_not_worked_out_again(flights: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await flights.ask(QUESTION)
    steps, chosen = list(flights.history), []

    def counted(transcript: Any) -> Any:
        chosen.append(transcript)
        return choose_script(transcript)

    monkeypatch.setattr(provider, "choose_script", counted)
    one = OfflinePlanner()
    for length in range(1, len(steps) + 1, 2):
        flights.history = steps[:length]
        assert [piece async for piece in one.stream(flights.request())]
    assert len(steps) > 8
    assert len(chosen) == 1


async def test_meanings_are_read_beside_the_first_tool_and_no_later(
    flights: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(provider, "loaded", lambda: False)
    monkeypatch.setattr(provider, "load", lambda: read.append(threading.current_thread().name))
    await flights.ask("What is the weather like?")
    assert read
    assert threading.main_thread().name not in read


async def test_a_turn_of_the_sdk_carries_it(flights: Desk) -> None:
    request = flights.request()
    turn = Turn(OfflinePlanner(), system=request.system, history=(), text=QUESTION, tools=registry(flights))
    events = [event async for event in turn.run()]
    assert isinstance(events[-1], DoneEvent)
    assert events[-1].stop_reason == "complete"
    assert list(flights.files) == ["average-departure-delay-by-carrier-and-month"]


async def test_a_turn_of_the_sdk_ends_with_a_question_and_goes_on(flights: Desk) -> None:
    request = flights.request()
    turn = Turn(
        OfflinePlanner(),
        system=request.system,
        history=(),
        text="How do delays vary by carrier?",
        tools=registry(flights),
    )
    events = [event async for event in turn.run()]
    assert not isinstance(events[-1], ErrorEvent)
    assert events[-1].stop_reason == "question"
    turn = Turn(
        OfflinePlanner(), system=request.system, history=turn.messages, text="departure", tools=registry(flights)
    )
    assert [event async for event in turn.run()]
    assert list(flights.files) == ["average-departure-delay-by-carrier"]


@pytest.mark.parametrize(
    "tool",
    [
        "list_datasets",
        "list_tables",
        "get_table_schema",
        "run_dry_run_query",
        "validate_dashboard_yaml",
        "save_dashboard_yaml",
    ],
)
async def test_any_tool_may_fail_and_the_turn_still_ends_in_words(flights: Desk, tool: str) -> None:
    def fail(name: str, arguments: dict[str, Any]) -> None:
        if name == tool:
            flights._get_table_schema("main.nothing")

    flights.broken = fail
    turned = await flights.ask(QUESTION)
    if tool != "list_datasets":
        assert turned.saved is None
        assert turned.text


async def test_one_refused_query_is_left_out_and_said(flights: Desk) -> None:
    def fail(name: str, arguments: dict[str, Any]) -> None:
        if name == "run_dry_run_query" and "ORDER BY 1" in arguments["sql"]:
            flights._get_table_schema("main.nothing")

    flights.broken = fail
    turned = await flights.ask(QUESTION)
    assert turned.saved
    assert "carrier" not in flights.loaded(turned.saved).spec.inputs
    assert "the input from carrier_options was left out" in turned.text


@pytest.mark.parametrize(
    "messages",
    [
        (),
        (Message("user", ()),),
        (Message("assistant", (Text("hello"),)),),
        (Message("user", (Text(""),)),),
        (Message("user", (Text("flights by carrier"),)), Message("assistant", (ToolUse("x", "list_datasets", {}),))),
        (
            Message("user", (Text("flights by carrier"),)),
            Message("assistant", (ToolUse("x", "list_datasets", {}),)),
            Message("user", (ToolResult("x", "not json"),)),
        ),
        (
            Message("user", (Text("flights by carrier"),)),
            Message("assistant", (ToolUse("x", "list_datasets", {}),)),
            Message("user", (ToolResult("x", '{"datasets": [1, null, {"name": null}]}'),)),
        ),
    ],
)
async def test_odd_conversations_do_not_break_it(messages: tuple[Message, ...]) -> None:
    found = await pieces(Request((), messages, (), 100))
    assert isinstance(found[-1], Finished)
    assert any(isinstance(piece, TextDelta | ToolUse) for piece in found)


def test_results_before_a_new_text_belong_to_the_turn_before() -> None:
    request = Request(
        (),
        (
            Message("user", (Text("one"),)),
            Message("assistant", (ToolUse("a", "ask_question", {}),)),
            Message("user", (ToolResult("a", "{}"), Text("two"))),
        ),
        (),
        100,
    )
    first, second = read_request(request).turns
    assert (first.text, list(first.answers), second.text) == ("one", ["a"], "two")

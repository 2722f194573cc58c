from __future__ import annotations

from pathlib import Path

import pytest

from ai_sdk import Message, ProviderUnavailable, Text
from ai_sdk.messages import Opaque, ToolResult, ToolUse
from ai_sdk.providers.base import BrokenToolUse, Finished, Request, StreamItem, TextDelta, ToolSpec, Usage
from ai_sdk.providers.scripted import RecordingProvider, ScriptedProvider, Step, call, reply

LOOK = ToolSpec("look", "Look.", {"type": "object"})
FIRST = Request((), (Message("user", (Text("hi"),)),), (LOOK,), 9)
SECOND = Request((), (*FIRST.messages, Message("user", (ToolResult("1", "rows"), Text("hi")))), (LOOK,), 9)


async def drawn(provider: ScriptedProvider | RecordingProvider, request: Request) -> list[StreamItem]:
    return [item async for item in provider.stream(request)]


async def test_a_recording_replays_the_same_items(tmp_path: Path) -> None:
    every = Step(
        (
            Usage(1),
            Opaque("a:m", {"type": "thinking"}),
            TextDelta("ä"),
            ToolUse("1", "look", {"a": [1, None]}),
            BrokenToolUse("2", "look", "bad"),
            Finished("tool_use", Usage(1, 2, 3, 4)),
        )
    )
    recorder = RecordingProvider(ScriptedProvider([every, reply("done")], name="n", model="m"))
    said = [await drawn(recorder, FIRST), await drawn(recorder, SECOND)]
    recorder.save(tmp_path / "turn.json")
    again = ScriptedProvider.from_file(tmp_path / "turn.json")
    assert [await drawn(again, FIRST), await drawn(again, SECOND)] == said
    assert (again.name, again.model) == ("n", "m")


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        (Request((), FIRST.messages, (), 9), "tools"),
        (Request((), (Message("user", (Text("ho"),)),), (LOOK,), 9), "text"),
        (SECOND, "results"),
    ],
)
async def test_a_request_unlike_the_recording_fails_clearly(tmp_path: Path, request_: Request, what: str) -> None:
    recorder = RecordingProvider(ScriptedProvider([reply("x")]))
    await drawn(recorder, FIRST)
    recorder.save(tmp_path / "turn.json")
    with pytest.raises(ProviderUnavailable, match=what) as caught:
        await drawn(ScriptedProvider.from_file(tmp_path / "turn.json"), request_)
    assert caught.value.code == "script_diverged"


async def test_a_request_too_many_fails_clearly() -> None:
    provider = ScriptedProvider([call("look")])
    await drawn(provider, FIRST)
    with pytest.raises(ProviderUnavailable, match="1 replies; this is request 2"):
        await drawn(provider, FIRST)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"steps": [{}]}', '{"steps": [{"items": [{"type": "x"}]}]}'])
def test_a_file_that_is_no_recording_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "turn.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"turn\.json is not a recording"):
        ScriptedProvider.from_file(path)

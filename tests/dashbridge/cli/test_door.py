"""A turn followed over HTTP survives a broken connection: it resumes after the last whole event."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from dashbridge.cli.door import Refused, dashboard_path, open_door
from dashbridge.kit import Invalid, Unavailable

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from fakes.sse_socket import Hangup, Status, Stream, StreamServer

EVENTS = [
    b'id: 1\nevent: session\ndata: {"turn_id":"t"}\n\n',
    b'id: 2\nevent: token\ndata: {"text":"Hello"}\n\n',
    b'id: 3\nevent: token\ndata: {"text":" you"}\n\n',
    b'id: 4\nevent: done\ndata: {"stop_reason":"complete"}\n\n',
]
WANTED = [
    ("session", {"turn_id": "t"}),
    ("token", {"text": "Hello"}),
    ("token", {"text": " you"}),
    ("done", {"stop_reason": "complete"}),
]


async def ask(server: StreamServer) -> list[tuple[str, Any]]:
    async with open_door(server.url, "key") as door:
        return [event async for event in door.ask("s", {"message": "Hello?"})]


async def test_a_cut_anywhere_loses_and_repeats_nothing() -> None:
    whole = b"".join(EVENTS)
    ends = [len(b"".join(EVENTS[:count])) for count in range(1, 5)]
    for end in ("whole", "cut"):
        for at in range(ends[0], ends[3] - 2, 5):
            async with StreamServer([Stream([b": ping\n\n", whole[:at]], end=end)]) as server:  # type: ignore[arg-type]
                found: list[tuple[str, Any]] = []
                async with open_door(server.url, "key") as door:
                    async for event in door.ask("s", {"message": "Hello?"}):
                        found.append(event)
                        if len(server.requests) == 1:
                            server.script = [Stream(EVENTS[len(found) :])]
                held = server.requests[-1].headers["last-event-id"]
            assert found == WANTED, (end, at)
            assert len(server.requests) == 2
            assert int(held) >= 1


async def test_an_answer_that_never_comes_ends() -> None:
    async with StreamServer([Stream(EVENTS[:1], end="cut"), *(Status(204, b"") for _ in range(4))]) as server:
        with pytest.raises(Unavailable, match="broke off"):
            await ask(server)
    async with StreamServer([Hangup()]) as server:
        with pytest.raises(Unavailable, match="does not answer"):
            await ask(server)


async def test_a_refusal_says_what_the_server_said() -> None:
    problem = {"code": "turn_running", "detail": "This chat session is still answering.", "hint": "Wait."}
    async with StreamServer([Status(409, problem), Status(502, b"<html>")]) as server:
        with pytest.raises(Refused) as refused:
            await ask(server)
        assert (refused.value.code, refused.value.hint) == ("turn_running", "Wait.")
        with pytest.raises(Refused, match="502"):
            await ask(server)


async def test_addresses_and_slugs_that_cannot_be_sent() -> None:
    for url, key in (("http://[::bad", "key"), ("http://127.0.0.1:1", "ключ")):
        with pytest.raises(Invalid):
            async with open_door(url, key):
                pass
    assert dashboard_path("../a/b") == "/v1/dashboards/..%2Fa%2Fb"

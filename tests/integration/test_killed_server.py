"""A server is killed in the middle of an answer; another one goes on with the session."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import orjson
import psycopg
import pytest
import pytest_asyncio

from dashbridge.wiring import EMBEDDED_TEAM
from fakes.anthropic_server import AnthropicServer, Hold, Stream, events, message, text


@dataclass(frozen=True)
class Server:
    """A server process and a client of it."""

    process: asyncio.subprocess.Process
    client: httpx.AsyncClient


@pytest_asyncio.fixture
async def anthropic() -> AsyncIterator[AnthropicServer]:
    async with AnthropicServer() as server:
        yield server


@pytest.fixture
def environment(directory: Any, anthropic: AnthropicServer, tmp_path: Path) -> dict[str, str]:
    """Both servers share a directory and a data dir, as two replicas do."""
    folder = tmp_path / "data" / "duckdb" / str(EMBEDDED_TEAM)
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "flights.duckdb")) as con:
        con.execute("CREATE TABLE flights AS SELECT 'AA' AS carrier").fetchall()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DASHBRIDGE_")}
    return inherited | {
        "ANTHROPIC_API_KEY": "sk-test",
        "DASHBRIDGE_ANTHROPIC_BASE_URL": anthropic.url,
        "DASHBRIDGE_DATABASE_URL": directory.app_url,
        "DASHBRIDGE_DATA_DIR": str(tmp_path / "data"),
        "DASHBRIDGE_MODEL": "anthropic:claude-sonnet-5-5",
        "DASHBRIDGE_PORT": "0",
        "PYTHONUNBUFFERED": "1",
    }


def admin_key(environment: dict[str, str]) -> str:
    return (Path(environment["DASHBRIDGE_DATA_DIR"]) / "api_key").read_text().strip()


@asynccontextmanager
async def serving(environment: dict[str, str], log: Path) -> AsyncIterator[Server]:
    with log.open("w") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dashbridge", "serve", env=environment, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
    assert process.stdout is not None
    try:
        link = (await process.stdout.readline()).decode().partition("Open ")[2].partition("/#")[0]
        assert link, f"it did not start; see {log}"
        headers = {"Authorization": f"Bearer {admin_key(environment)}"}
        async with httpx.AsyncClient(base_url=link, headers=headers, timeout=180) as client:
            yield Server(process, client)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # its pipe, or it is reported as unclosed


def read(body: str) -> list[tuple[int, str, dict[str, Any]]]:
    found = []
    for block in body.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((int(fields["id"]), fields["event"], orjson.loads(fields["data"])))
    return found


@pytest.mark.slow
async def test_a_killed_turn_is_closed_by_another_process(
    environment: dict[str, str], anthropic: AnthropicServer, directory: Any, tmp_path: Path
) -> None:
    hold = Hold()
    begun = events(text("Flights are", " late"))
    anthropic.script = [Stream([*begun[:5], hold]), message(text("As I said."))]
    async with (
        serving(environment, tmp_path / "one.log") as one,
        serving(environment, tmp_path / "two.log") as two,
    ):
        made = {"name": "flights", "kind": "duckdb", "settings": {"path": "flights.duckdb"}}
        assert (await one.client.post("/v1/connections", json=made)).status_code == 201
        session = (await one.client.post("/v1/chat/sessions")).json()["session_id"]
        path = f"/v1/chat/sessions/{session}"
        seen = ""
        async with one.client.stream("POST", f"{path}/messages", json={"message": "Who is late?"}) as answer:
            async for piece in answer.aiter_text():
                seen += piece
                if "late" in seen:
                    break
            resuming = asyncio.create_task(two.client.get(f"{path}/stream", headers={"Last-Event-ID": "1"}))
            await hold.reached.wait()
            one.process.kill()
            await one.process.wait()
        assert (await two.client.post(f"{path}/messages", json={"message": "Still there?"})).status_code == 409
        with psycopg.connect(directory.admin_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("UPDATE turns SET heartbeat_at = now() - interval '1 hour'")

        again = await two.client.post(f"{path}/messages", json={"message": "Still there?"})

        whole = read((await resuming).text)
        before = read(seen)
        assert before[0][1] == "session"
        assert [seq for seq, *_ in whole] == list(range(2, len(whole) + 2))
        assert [name for _, name, _ in whole if name in ("done", "error")] == ["error"]
        assert whole[-1][2]["code"] == "interrupted"
        assert before[1:] == whole[: len(before) - 1]
        assert "".join(data["text"] for _, name, data in whole if name == "token") == "Flights are late"
        assert read(again.text)[-1][1:] == ("done", {"stop_reason": "complete"})
        told = [[block["text"] for block in m["content"]] for m in anthropic.requests[-1].body["messages"]]
        assert told == [["Who is late?"], ["Flights are late"], ["Still there?"]]
        turns = (await two.client.get(path)).json()["turns"]
        assert [(turn["status"], turn["message"]) for turn in turns] == [
            ("interrupted", "Who is late?"),
            ("complete", "Still there?"),
        ]
    assert "Traceback" not in (tmp_path / "two.log").read_text()
    shutil.rmtree(tmp_path / "data")

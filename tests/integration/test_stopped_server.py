"""SIGTERM, really sent, during a turn, a query and a save: nothing is lost, and the process ends with 0."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import psycopg
import pytest
import pytest_asyncio

from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.wiring import EMBEDDED_TEAM
from fakes.anthropic_server import AnthropicServer, Hold, Stream, events, text

SLOW = """\
version: 1
title: Slow
connection: flights
queries: {pairs: {sql: "SELECT sum(a.n * b.n % 7) AS pairs FROM numbers a CROSS JOIN numbers b"}}
insights: {pairs: {query: pairs, props: {value: sum(pairs)}}}
views: {pairs: {type: metric, insight: pairs}}
layout: {rows: [{height: sm, items: [{view: pairs, span: 12}]}]}
"""
QUICK = SLOW.replace("Slow", "Quick").replace("a CROSS JOIN numbers b", "a JOIN numbers b ON a.n = b.n")


@dataclass(frozen=True)
class Server:
    """A server process, and a client of it."""

    process: asyncio.subprocess.Process
    client: httpx.AsyncClient

    async def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert await self.process.wait() == 0

    async def becomes_unready(self) -> httpx.Response:
        """It still answers, and says that it is stopping."""
        while True:
            answer = await self.client.get("/readyz")
            if answer.status_code == 503:
                return answer


@pytest_asyncio.fixture
async def anthropic() -> AsyncIterator[AnthropicServer]:
    async with AnthropicServer() as server:
        yield server


@pytest.fixture
def environment(directory: Any, anthropic: AnthropicServer, tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "data" / "duckdb" / str(EMBEDDED_TEAM)
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "flights.duckdb")) as con:
        con.execute("CREATE TABLE numbers AS SELECT range AS n FROM range(3_000_000)").fetchall()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DASHBRIDGE_")}
    return inherited | {
        "ANTHROPIC_API_KEY": "sk-test",
        "DASHBRIDGE_ANTHROPIC_BASE_URL": anthropic.url,
        "DASHBRIDGE_DATABASE_URL": directory.app_url,
        "DASHBRIDGE_DATA_DIR": str(tmp_path / "data"),
        "DASHBRIDGE_DUCKDB_USD_PER_TIB": "5",
        "DASHBRIDGE_MODEL": "anthropic:claude-sonnet-5-5",
        "DASHBRIDGE_PORT": "0",
        "DASHBRIDGE_QUERY_TIMEOUT_S": "600",
        "PYTHONUNBUFFERED": "1",
    }


@asynccontextmanager
async def serving(environment: dict[str, str], log: Path, *, stop_s: str) -> AsyncIterator[Server]:
    env = environment | {"DASHBRIDGE_STOP_S": stop_s}
    with log.open("w") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dashbridge", "serve", env=env, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
    assert process.stdout is not None
    try:
        link = (await process.stdout.readline()).decode().partition("Open ")[2].partition("/#")[0]
        assert link, f"it did not start; see {log}"
        key = (Path(environment["DASHBRIDGE_DATA_DIR"]) / "api_key").read_text().strip()
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=link, headers=headers, timeout=180) as client:
            yield Server(process, client)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # its pipe, or it is reported as unclosed
    assert "Traceback" not in await asyncio.to_thread(log.read_text)


class Locked:
    """Holds the pointers of dashboards locked, so that a save waits between its object and its pointer."""

    def __init__(self, directory: Any) -> None:
        self._words = libpq_words(read_url(directory.admin_url))

    async def __aenter__(self) -> Locked:
        self._holder = await psycopg.AsyncConnection.connect(self._words)
        await self._holder.execute("LOCK TABLE dashboards IN ROW EXCLUSIVE MODE")
        await self._holder.execute("LOCK TABLE dashboard_revisions IN SHARE ROW EXCLUSIVE MODE")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._holder.close()

    async def waited_for(self) -> None:
        """Someone waits for the lock."""
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'dashboard_revisions'::regclass"
        async with await psycopg.AsyncConnection.connect(self._words, autocommit=True) as connection:
            while (await (await connection.execute(waiting)).fetchone()) == (0,):  # noqa: ASYNC110
                await asyncio.sleep(0.02)  # PostgreSQL tells nobody of a lock that is waited for


async def query_begun(process: asyncio.subprocess.Process) -> None:
    """A worker below the server computes: it used more processor time than this test's other statements need."""
    while not any(ticks > 30 for ticks in await asyncio.to_thread(_ticks_below, process.pid)):  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # what another process does makes no event here


def _ticks_below(parent: int) -> list[int]:
    found, families = [], {parent}
    stats = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        stats.append((int(folder.name), int(fields[1]), int(fields[11])))
    for _ in range(3):
        families |= {pid for pid, above, _ in stats if above in families}
    found += [ticks for pid, _, ticks in stats if pid in families and pid != parent]
    return found


async def start_turn(server: Server, anthropic: AnthropicServer, question: str) -> tuple[str, Hold, asyncio.Task[str]]:
    """A turn whose answer stands still after its first words; returns its session's path, and the stream to come."""
    hold = Hold()
    begun = events(text("Flights are", " late"))
    anthropic.script = [Stream([*begun[:5], hold, *begun[5:]])]
    session = (await server.client.post("/v1/chat/sessions", json={"connection": "flights"})).json()["session_id"]
    path = f"/v1/chat/sessions/{session}"

    async def read() -> str:
        return (await server.client.post(f"{path}/messages", json={"message": question})).text

    reading = asyncio.create_task(read())
    await hold.reached.wait()
    return path, hold, reading


@pytest.mark.slow
async def test_nothing_is_lost(
    environment: dict[str, str], anthropic: AnthropicServer, directory: Any, tmp_path: Path
) -> None:
    create = {"If-None-Match": "*"}
    async with serving(environment, tmp_path / "one.log", stop_s="240") as server:
        made = {"name": "flights", "kind": "duckdb", "settings": {"path": "flights.duckdb"}}
        assert (await server.client.post("/v1/connections", json=made)).status_code == 201
        assert (await server.client.put("/v1/dashboards/slow", content=SLOW, headers=create)).status_code == 201
        finished, hold, reading = await start_turn(server, anthropic, "Who is late?")
        async with Locked(directory) as locked:
            saving = asyncio.create_task(server.client.put("/v1/dashboards/quick", content=QUICK, headers=create))
            await locked.waited_for()
            server.process.send_signal(signal.SIGTERM)
            assert (await server.becomes_unready()).json()["code"] == "stopping"
            refused = await server.client.post(f"{finished}/messages", json={"message": "And who is not?"})
            assert (refused.status_code, refused.json()["code"]) == (503, "stopping")
            assert int(refused.headers["retry-after"]) >= 1
            assert not saving.done()
        hold.go.set()
        assert (await saving).status_code == 201
        assert "event: done" in await reading
        assert await server.process.wait() == 0

    async with serving(environment, tmp_path / "two.log", stop_s="4") as server:
        assert (await server.client.get("/v1/dashboards/quick/yaml")).text == QUICK
        assert await statuses(server, finished) == ["complete"]
        interrupted, _, reading = await start_turn(server, anthropic, "Who is late now?")
        asking = asyncio.create_task(server.client.get("/v1/dashboards/slow/data"))
        await query_begun(server.process)
        async with Locked(directory) as locked:
            changed = QUICK.replace("Quick", "Changed")
            replace = {"If-Match": '"1"'}
            saving = asyncio.create_task(server.client.put("/v1/dashboards/quick", content=changed, headers=replace))
            await locked.waited_for()
            await server.stop()
        assert [(answer.status_code, answer.json()["code"]) for answer in (await asking, await saving)] == [
            (503, "stopping")
        ] * 2
        assert '"code":"interrupted"' in (await reading).replace(" ", "")

    with psycopg.connect(libpq_words(read_url(directory.admin_url))) as connection:
        left = connection.execute("SELECT count(*) FROM charges WHERE state <> 'over'").fetchone()
        assert left == (0,)
    async with serving(environment, tmp_path / "three.log", stop_s="4") as server:
        assert await statuses(server, interrupted) == ["interrupted"]
        (turn,) = (await server.client.get(interrupted)).json()["turns"]
        assert turn["message"] == "Who is late now?"
        assert [event["data"]["code"] for event in turn["events"] if event["event"] in ("error", "done")] == [
            "interrupted"
        ]
        assert (await server.client.get("/v1/dashboards/quick/yaml")).text == QUICK
        again = await server.client.put("/v1/dashboards/quick", content=changed, headers=replace)
        assert again.status_code == 200, again.text
        await server.stop()


async def statuses(server: Server, path: str) -> list[str]:
    return [turn["status"] for turn in (await server.client.get(path)).json()["turns"]]


async def test_the_embedded_postgresql_is_stopped(environment: dict[str, str], tmp_path: Path) -> None:
    embedded = {name: value for name, value in environment.items() if name != "DASHBRIDGE_DATABASE_URL"}
    async with serving(embedded, tmp_path / "embedded.log", stop_s="4") as server:
        running = list((tmp_path / "data").rglob("postmaster.pid"))
        assert len(running) == 1
        await server.stop()
    assert not running[0].exists()

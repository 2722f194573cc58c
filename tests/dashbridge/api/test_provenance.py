"""Every answer says what it was computed from, and long ones are made while they are sent."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import httpx
import pyarrow as pa
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import StreamingResponse

from dashbridge.api.pieces import pieces_response
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from dashbridge.wiring import duckdb_folder

URL = "/v1/dashboards/shop/data"
ARROW = {"Accept": "application/vnd.apache.arrow.stream"}
CSV = {"Accept": "text/csv"}
NAME = "Dashbridge-Manifest"


@pytest_asyncio.fixture
async def saved(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> httpx.AsyncClient:
    answer = await client.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    assert answer.status_code == 201, answer.text
    return client


def written_at(file: Path) -> str:
    moment = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def id_of(manifest: dict[str, Any]) -> str:
    """The id as the description of the API has it."""
    stated = {name: value for name, value in manifest.items() if name not in ("manifest_id", "runs")}
    return hashlib.sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


async def test_the_manifest_is_of_the_answer(
    saved: httpx.AsyncClient, shop_yaml: str, settings: Settings, admin: Actor
) -> None:
    changed = written_at(duckdb_folder(settings, admin.team_id) / "shop.duckdb")
    answer = await saved.get(f"{URL}?input.region=n")
    body = answer.json()
    manifest = (await saved.get(f"{URL}?input.region=n&manifest=1")).json()
    assert answer.headers[NAME] == body["manifest_id"] == manifest["manifest_id"] == id_of(manifest)
    assert manifest["revision_sha256"] == hashlib.sha256(shop_yaml.encode()).hexdigest()
    assert manifest["inputs"]["region"] == ["n"]
    for name, insight in body["insights"].items():
        stated, metadata = manifest["insights"][name], insight["metadata"]
        text = answer.text
        data = text[text.index(f'"{name}":{{"data":') + len(name) + 11 :]
        data = data[: data.index(',"query":')]
        assert stated["data_sha256"] == hashlib.sha256(data.encode()).hexdigest()
        for fact in ("sql_sha256", "scope_sha256", "tables", "rows", "truncated"):
            assert stated[fact] == metadata[fact]
        assert stated["tables"] == [{"name": ANY, "last_modified": changed}]
        assert stated["tables"][0]["name"].rpartition(".")[2] == "orders"
        assert metadata["cache_reason"]
        assert set(manifest["runs"][name]) >= {"computed_at", "cache", "cache_reason", "bytes_billed"}


async def test_the_id_follows_what_is_said_and_not_when(saved: httpx.AsyncClient) -> None:
    first = await saved.get(URL)
    again = await saved.get(URL)
    other = await saved.get(f"{URL}?input.region=n")
    assert first.headers[NAME] == again.headers[NAME] != other.headers[NAME]
    held = await saved.get(URL, headers={"If-None-Match": first.headers["etag"]})
    assert (held.status_code, held.headers[NAME]) == (304, first.headers[NAME])
    alone = await saved.get(f"{URL}?manifest=1", headers={"If-None-Match": first.headers["etag"]})
    assert (alone.status_code, alone.headers[NAME]) == (200, first.headers[NAME])


async def test_files_carry_the_manifest_of_their_insight(saved: httpx.AsyncClient) -> None:
    manifest = (await saved.get(f"{URL}?insight=by_day&manifest=1")).json()
    assert list(manifest["insights"]) == ["by_day"]
    arrow = await saved.get(f"{URL}?insight=by_day", headers=ARROW)
    table = pa.ipc.open_stream(arrow.content).read_all()
    carried = json.loads(table.schema.metadata[b"dashbridge.manifest"])
    comma = await saved.get(f"{URL}?insight=by_day", headers=CSV)
    one = await saved.get("/v1/dashboards/shop/insights/by_day")
    assert {carried["manifest_id"], id_of(carried), one.json()["manifest_id"]} == {manifest["manifest_id"]}
    assert {answer.headers[NAME] for answer in (arrow, comma, one)} == {manifest["manifest_id"]}
    assert {answer.headers["Dashbridge-Truncated"] for answer in (arrow, comma)} == {"false"}
    assert comma.text.splitlines()[0] == '"props.x","props.y","props.color","region"'


async def test_what_failed_is_told_once_for_all(saved: httpx.AsyncClient, shop_yaml: str) -> None:
    broken = shop_yaml.replace("value: sum(amount)}", "value: sum(CAST(region AS INTEGER))}", 1)
    assert (await saved.put("/v1/dashboards/shop", content=broken, headers={"If-Match": '"1"'})).status_code == 200
    answer = await saved.get(URL)
    body = answer.json()
    assert answer.status_code == 200
    assert body["errors"] == {"total": body["insights"]["total"]["error"]}
    manifest = (await saved.get(f"{URL}?manifest=1")).json()
    assert set(manifest["insights"]["total"]) == {"error"}
    assert list(manifest["runs"]) == ["by_day"]


def asked(method: str = "GET") -> Request:
    return Request({"type": "http", "method": method, "headers": []})


async def test_no_more_is_made_than_the_reader_takes() -> None:
    made: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(100):
            made.append(number)
            yield b"x" * (1 << 17)

    response = pieces_response(asked(), pieces(), 100 << 17, "text/plain", {"X": "1"})
    assert isinstance(response, StreamingResponse)
    room, taken, gone, sent = asyncio.Semaphore(0), asyncio.Event(), asyncio.Event(), []

    async def send(message: Any) -> None:
        await room.acquire()
        sent.append(len(message.get("body", b"")))
        if len(sent) == 4:
            taken.set()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    task = asyncio.ensure_future(response({"type": "http", "asgi": {"spec_version": "2.3"}}, receive, send))
    for _ in range(4):
        room.release()
    await taken.wait()
    gone.set()
    await task
    assert sent == [0, 1 << 18, 1 << 18, 1 << 18]
    assert len(made) <= 2 * 5
    assert pieces_response(asked("HEAD"), pieces(), 100 << 17, "text/plain", {}).body == b""
    assert pieces_response(asked(), iter((b"a", b"b")), 2, "text/plain", {}).body == b"ab"

"""The demo question through the official SDK against a server that speaks the real Messages streaming protocol."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import httpx
import orjson
import pytest
import pytest_asyncio

from ai_sdk.prices import load_prices
from ai_sdk.providers.base import Usage
from dashbridge.api.deps import Rooms
from dashbridge.chat import Recorded
from dashbridge.directory import ChatSession
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from fakes.anthropic_server import (
    AnthropicServer,
    Stream,
    cut,
    error_body,
    error_event,
    events,
    message,
    overloaded,
    rate_limited,
    text,
    tool_use,
)
from fakes.sse_socket import Status

KEY = "sk-ant-CANARY-KEY-0123456789"
MODEL = "claude-sonnet-5-5"
QUESTION = "How do departure delays vary by carrier and month?"
SLUG = "departure-delays"
WRITTEN = {"cache_creation_input_tokens": 900, "cache_read_input_tokens": 0}
READ = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 900}


class FromSettings:
    """No provider of the test's own: the rooms make the one their settings name."""

    model = None


@pytest_asyncio.fixture
async def anthropic() -> AsyncIterator[AnthropicServer]:
    async with AnthropicServer() as server:
        yield server


@pytest.fixture
def voice() -> FromSettings:
    return FromSettings()


@pytest.fixture
def settings(directory: Any, tmp_path: Path, anthropic: AnthropicServer, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    return Settings(
        database_url=directory.app_url,
        data_dir=tmp_path / "data",
        port=0,
        model=f"anthropic:{MODEL}",
        anthropic_base_url=anthropic.url,
    )


@pytest.fixture
def work(delays_yaml: str) -> list[Stream]:
    """Explore, dry-run, validate, save, close: what a model that does its work well sends."""
    sql = duckdb_sql(delays_yaml)
    return [
        message(text("I look ", "at the tables."), tool_use("list_tables", {"dataset_name": "main"}), usage=WRITTEN),
        message(tool_use("get_table_schema", {"table_name": "main.flights"}), usage=READ),
        message(tool_use("run_dry_run_query", {"sql": sql}), usage=READ),
        message(tool_use("validate_dashboard_yaml", {"yaml_content": delays_yaml}), usage=READ),
        message(tool_use("save_dashboard_yaml", {"yaml_content": delays_yaml, "slug": SLUG}), usage=READ),
        message(text("Saved: ", "delays by carrier and month."), usage=READ),
    ]


@pytest.fixture
def ask(client: httpx.AsyncClient, session: ChatSession, read_sse: Callable[[str], list[Recorded]]) -> Any:
    """`await ask()` asks the demo question over HTTP and gives the turn's events."""

    async def ask(question: str = QUESTION) -> list[Recorded]:
        answer = await client.post(f"/v1/chat/sessions/{session.id}/messages", json={"message": question})
        assert answer.status_code == 200, answer.text
        found = read_sse(answer.text)
        assert [event.seq for event in found] == list(range(1, len(found) + 1))
        assert [event.is_last for event in found] == [False] * (len(found) - 1) + [True]
        return found

    return ask


def duckdb_sql(yaml: str) -> str:
    """The file's one statement."""
    return yaml.split("sql: |\n")[1].split("insights:")[0]


def named(found: list[Recorded], name: str) -> list[dict[str, Any]]:
    return [event.data for event in found if event.event == name]


async def test_a_question_becomes_a_saved_dashboard(
    ask: Any, anthropic: AnthropicServer, work: list[Stream], client: httpx.AsyncClient, flights_file: Path
) -> None:
    anthropic.script = [overloaded(), *work]

    found = await ask()

    assert found[0].event == "session"
    assert found[-1].data == {"stop_reason": "complete"}
    assert [result["ok"] for result in named(found, "tool_result")] == [True] * 5
    assert [call["name"] for call in named(found, "tool_call")] == [
        "list_tables",
        "get_table_schema",
        "run_dry_run_query",
        "validate_dashboard_yaml",
        "save_dashboard_yaml",
    ]
    said = "".join(token["text"] for token in named(found, "token"))
    assert said == "I look at the tables.Saved: delays by carrier and month."
    (saved,) = named(found, "saved")
    assert saved["dashboard_slug"] == SLUG
    assert saved["revision"] == 1
    (ran,) = named(found, "dry_run")
    assert ran["ok"]
    assert 0 < ran["bytes_scanned"] <= ran["limit"] == 100_000_000

    answer = (await client.get(f"/v1/dashboards/{SLUG}/data")).json()["insights"]["delay_by_month"]["data"]
    with duckdb.connect(str(flights_file), read_only=True) as con:
        rows = con.execute(
            "SELECT strftime(date_trunc('month', time_hour), '%Y-%m-%d'), carrier, avg(dep_delay) FROM flights"
            " GROUP BY ALL ORDER BY 1, 2"
        ).fetchall()
    got = sorted(zip(answer["props.x"], answer["carrier"], answer["props.y"], strict=True))
    assert [row[:2] for row in got] == [row[:2] for row in rows]
    assert [row[2] for row in got] == pytest.approx([row[2] for row in rows], rel=1e-9)


async def test_what_it_cost_is_counted(ask: Any, anthropic: AnthropicServer, work: list[Stream]) -> None:
    anthropic.script = list(work)

    (usage,) = named(await ask(), "usage")

    spent = Usage(input_tokens=6 * 11, output_tokens=6 * 7, cache_read_tokens=5 * 900, cache_write_tokens=900)
    assert usage == {
        "input_tokens": spent.input_tokens,
        "output_tokens": spent.output_tokens,
        "cache_read_tokens": spent.cache_read_tokens,
        "cache_write_tokens": spent.cache_write_tokens,
        "usd": pytest.approx(float(load_prices().usd(MODEL, spent) or Decimal(0))),
    }
    assert usage["usd"] > 0


async def test_the_stable_blocks_are_marked_for_the_cache(
    ask: Any, anthropic: AnthropicServer, work: list[Stream]
) -> None:
    anthropic.script = list(work)
    await ask()

    bodies = [asked.body for asked in anthropic.requests]
    assert len(bodies) == 6
    for body in bodies:
        *stable, turn = body["system"]
        assert stable[-1]["cache_control"] == {"type": "ephemeral"}
        assert "cache_control" not in turn
        facts = orjson.loads(turn["text"])
        assert facts["connection"] == {"name": "flights", "dialect": "duckdb", "default_dataset": "main"}
        assert body["stream"] is True
        assert body["model"] == MODEL
        marks = orjson.dumps(body).count(b'"cache_control"')
        assert 1 <= marks <= 4, "the API takes at most four breakpoints"
    assert len({orjson.dumps(body["system"][:-1]) for body in bodies}) == 1, "or nothing is read from the cache"
    assert bodies[0]["messages"][-1]["content"][-1]["text"] == QUESTION


async def test_a_second_question_brings_the_first_along(
    ask: Any, anthropic: AnthropicServer, work: list[Stream]
) -> None:
    anthropic.script = [*work, message(text("Yes."))]
    await ask()
    await ask("Is that all?")

    history = anthropic.requests[-1].body["messages"]
    assert history[0]["content"][0]["text"] == QUESTION
    assert history[-1]["content"][-1]["text"] == "Is that all?"
    calls = [b["name"] for m in history for b in m["content"] if b["type"] == "tool_use"]
    assert calls[0] == "list_tables"
    assert calls[-1] == "save_dashboard_yaml"


async def test_the_key_and_the_rows_stay_where_they_belong(
    ask: Any,
    anthropic: AnthropicServer,
    work: list[Stream],
    everything_kept: Callable[[], str],
    client: httpx.AsyncClient,
    session: ChatSession,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    anthropic.script = [Status(401, error_body("authentication_error", "invalid x-api-key")), *work]
    refused = await ask()
    assert refused[-1].event == "error"
    assert refused[-1].data["code"] == "provider_auth"

    found = await ask()
    assert found[-1].data == {"stop_reason": "complete"}

    assert all(any(KEY in value for value in asked.headers.values()) for asked in anthropic.requests)
    sent = orjson.dumps([asked.body for asked in anthropic.requests]).decode()
    shown = (await client.get(f"/v1/chat/sessions/{session.id}")).text + repr(found) + repr(refused)
    logged = [record.getMessage() for record in caplog.records]
    for place in (sent, shown, everything_kept(), *logged):
        assert "CANARY" not in place


@pytest.mark.parametrize("words", [(), ("I look at",)], ids=["before any text", "after text"])
async def test_an_overload_inside_the_stream(
    ask: Any, anthropic: AnthropicServer, work: list[Stream], words: tuple[str, ...], rooms: Rooms, admin: Actor
) -> None:
    begun = events(text(*words), tool_use("list_tables", {"dataset_name": "main"}))[:-4] if words else events()[:2]
    anthropic.script = [Stream([*begun, error_event()]), *work]

    found = await ask()

    if not words:
        assert found[-1].data == {"stop_reason": "complete"}
        assert named(found, "saved")
        return
    assert found[-1].event == "error"
    assert found[-1].data["code"] == "stream_cut"
    assert found[-1].data["hint"]
    assert not named(found, "tool_call")
    assert not await rooms.library.list(admin)
    again = await ask()
    assert again[-1].data == {"stop_reason": "complete"}, "the session stays usable"


@pytest.mark.parametrize("clean", [True, False], ids=["closed properly", "socket dropped"])
async def test_half_a_call_to_save_never_runs(
    ask: Any, anthropic: AnthropicServer, delays_yaml: str, rooms: Rooms, admin: Actor, clean: bool
) -> None:
    saving = tool_use("save_dashboard_yaml", {"yaml_content": delays_yaml, "slug": SLUG}, pieces=2)
    parts = events(text("I save it."), saving)
    said = 4
    for kept in range(said, len(parts)):
        anthropic.script = [cut(parts[:kept], clean=clean)]

        found = await ask()

        assert found[-1].event == "error", kept
        assert found[-1].data["code"] == "stream_cut"
        assert not named(found, "tool_call")
        assert named(found, "usage"), "what was spent is told"
    assert not await rooms.library.list(admin)
    anthropic.script = [Stream(parts), message(text("Saved."))]
    assert (await ask())[-1].data == {"stop_reason": "complete"}, "the whole call does run"
    assert len(await rooms.library.list(admin)) == 1


async def test_a_cut_before_any_text_is_tried_again(ask: Any, anthropic: AnthropicServer, work: list[Stream]) -> None:
    halved = cut(events(tool_use("list_tables", {"dataset_name": "main"}))[:5])
    anthropic.script = [halved, *work]

    found = await ask()

    assert found[-1].data == {"stop_reason": "complete"}
    assert len(named(found, "tool_call")) == 5


async def test_a_model_that_is_not_there_leaves_the_session_usable(
    ask: Any, anthropic: AnthropicServer, work: list[Stream]
) -> None:
    anthropic.script = [rate_limited(), *work]

    found = await ask()
    assert found[-1].event == "error"
    assert found[-1].data["code"] == "rate_limited"
    assert found[-1].data["hint"]

    assert (await ask())[-1].data == {"stop_reason": "complete"}

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_sdk.log import BadLog, BlobExists, LogLine, MemoryBlobStore, SessionLog, SessionManifest
from ai_sdk.messages import Message, Opaque, Text, ToolResult, ToolUse

MANIFEST = SessionManifest("s1", datetime(2026, 11, 21, 9, tzinfo=UTC), "scripted", "m", {"dashboard": None})
WORDS = st.text(st.characters(codec="utf-8"))
LINES = st.lists(
    st.builds(LogLine, st.integers(1, 99), st.sampled_from(["token", "done"]), st.dictionaries(WORDS, WORDS))
)
TEXTS = st.lists(st.builds(Message, st.sampled_from(["user", "assistant"]), st.tuples(st.builds(Text, WORDS))))


async def test_the_manifest_is_written_once() -> None:
    log = SessionLog(MemoryBlobStore(), "sessions/s1/")
    assert await log.manifest() is None
    await log.start(MANIFEST)
    assert await log.manifest() == MANIFEST
    with pytest.raises(BlobExists):
        await log.start(MANIFEST)


@given(lines=LINES, messages=TEXTS)
async def test_a_turn_survives_its_round_trip(lines: list[LogLine], messages: list[Message]) -> None:
    log = SessionLog(MemoryBlobStore(), "sessions/s1")
    await log.append("t1", lines, messages)
    (turn,) = await log.turns()
    assert (turn.turn_id, turn.lines, turn.messages) == ("t1", tuple(lines), tuple(messages))


async def test_turns_keep_their_order_and_make_the_history() -> None:
    store = MemoryBlobStore()
    log = SessionLog(store, "sessions/s1")
    use, answer = ToolUse("1", "t", {"a": 1}), ToolResult("1", "{}")
    first = [Message("user", (Text("a"),)), Message("assistant", (use,)), Message("user", (answer,))]
    await log.append("zz", [LogLine(1, "done", {})], first)
    await log.append("aa", [LogLine(1, "done", {})], [Message("user", (Text("b"),))])
    assert sorted(store.blobs) == ["sessions/s1/turns/000001-zz.jsonl", "sessions/s1/turns/000002-aa.jsonl"]
    assert await log.history() == (*first, Message("user", (Text("b"),)))


async def test_one_object_a_turn_one_json_object_a_line() -> None:
    store = MemoryBlobStore()
    key = await SessionLog(store, "s").append(
        "t1", [LogLine(7, "token", {"text": "a\u2028\n"})], [Message("user", (Text("x"),))]
    )
    rows = [json.loads(row) for row in store.blobs[key].splitlines()]
    assert [(row["seq"], row["event"]) for row in rows] == [(7, "token"), (8, "message")]
    assert all(set(row) == {"seq", "event", "data"} for row in rows)


async def test_recording_a_turn_twice_changes_nothing() -> None:
    store = MemoryBlobStore()
    log = SessionLog(store, "s")
    first = await log.append("t1", [LogLine(1, "done", {})], [])
    before = dict(store.blobs)
    assert await log.append("t1", [LogLine(1, "error", {})], []) == first
    assert store.blobs == before


async def test_two_turns_at_once_are_both_kept() -> None:
    log = SessionLog(MemoryBlobStore(), "s")
    await asyncio.gather(*(log.append(f"t{number}", [], [Message("user", (Text("x"),))]) for number in range(9)))
    assert len(await log.turns()) == 9


async def test_one_session_does_not_see_another() -> None:
    store = MemoryBlobStore()
    await SessionLog(store, "s1").append("t1", [], [])
    assert await SessionLog(store, "s").turns() == ()


async def test_a_call_left_open_is_closed_in_the_history() -> None:
    log = SessionLog(MemoryBlobStore(), "s")
    await log.append("t1", [], [Message("assistant", (ToolUse("1", "t", {}),))])
    assert isinstance((await log.history())[-1].blocks[0], ToolResult)


async def test_opaque_blocks_are_not_recorded() -> None:
    store = MemoryBlobStore()
    await SessionLog(store, "s").append("t1", [], [Message("assistant", (Opaque("p", {"signature": "x"}), Text("a")))])
    assert b"signature" not in next(iter(store.blobs.values()))


@pytest.mark.parametrize("turn_id", ["", "../x", "a/b", "a b", "x" * 65, "a\n"])
async def test_a_turn_id_cannot_leave_its_folder(turn_id: str) -> None:
    store = MemoryBlobStore()
    with pytest.raises(ValueError, match="turn id"):
        await SessionLog(store, "s").append(turn_id, [], [])
    assert store.blobs == {}


@pytest.mark.parametrize(
    "row", [b"{", b"[]", b'{"seq":1}', b'{"seq":1,"event":"message","data":{"role":"x"}}', b"\xff"]
)
async def test_a_damaged_line_is_named(row: bytes) -> None:
    store = MemoryBlobStore()
    good = b'{"seq":1,"event":"done","data":{}}\n'
    await store.put("s/turns/000001-t1.jsonl", good + row + b"\n")
    with pytest.raises(BadLog, match=r"000001-t1\.jsonl line 2"):
        await SessionLog(store, "s").turns()


@pytest.mark.parametrize("data", [b"", b"[]", b'{"session_id": "x"}', b'{"created_at": "never"}'])
def test_a_damaged_manifest_is_named(data: bytes) -> None:
    with pytest.raises(BadLog, match=r"manifest\.json"):
        SessionManifest.from_bytes(data)

"""The append-only record of a session: a manifest and one JSONL object a turn.

A turn's object has one JSON object a line, `{"seq", "event", "data"}`: first what the turn emitted, then a line with
event `message` for every new message, from which the history is built again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ai_sdk.log.manifest import BadLog, SessionManifest
from ai_sdk.log.store import BlobExists, BlobStore
from ai_sdk.messages import Message, message_as_json, message_from_json, with_all_results, without_opaque

_TURN = re.compile(r"(\d{6})-([A-Za-z0-9_-]{1,64})\.jsonl")
_MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A recorded event: its number in the turn's stream, its name, its JSON data."""

    seq: int
    event: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedTurn:
    """A turn as it was recorded."""

    turn_id: str
    lines: tuple[LogLine, ...]
    messages: tuple[Message, ...]


class SessionLog:
    """One session's record under `prefix/`. Turns are only ever added."""

    def __init__(self, store: BlobStore, prefix: str) -> None:
        self._store = store
        self._prefix = prefix.rstrip("/")

    async def start(self, manifest: SessionManifest) -> None:
        """Write the manifest. Raises BlobExists when the session was started before."""
        await self._store.put(f"{self._prefix}/manifest.json", manifest.to_bytes(), create_only=True)

    async def manifest(self) -> SessionManifest | None:
        """The manifest, or None when the session was never started. Raises BadLog."""
        data = await self._store.get(f"{self._prefix}/manifest.json")
        return None if data is None else SessionManifest.from_bytes(data)

    async def append(self, turn_id: str, lines: Iterable[LogLine], messages: Sequence[Message]) -> str:
        """Record a turn and return its key. A turn recorded before is left as it is, so this may be repeated.

        `turn_id` is 1 to 64 of A-Z a-z 0-9 _ and -; raises ValueError for another.
        """
        body = _encode(lines, messages)
        while True:
            keys = await self._keys()
            known = [key for key in keys if _turn_id(key) == turn_id]
            if known:
                return known[0]
            name = f"{len(keys) + 1:06d}-{turn_id}.jsonl"
            if _TURN.fullmatch(name) is None:
                raise ValueError(f"not a turn id: {turn_id!r}")
            key = f"{self._prefix}/turns/{name}"
            try:
                await self._store.put(key, body, create_only=True)
            except BlobExists:
                continue
            return key

    async def turns(self) -> tuple[RecordedTurn, ...]:
        """Every recorded turn, in order. Raises BadLog."""
        return tuple([await self._read(key) for key in await self._keys()])

    async def turn(self, turn_id: str) -> RecordedTurn | None:
        """One recorded turn, or None. Raises BadLog."""
        known = [key for key in await self._keys() if _turn_id(key) == turn_id]
        return await self._read(known[0]) if known else None

    async def history(self) -> tuple[Message, ...]:
        """The conversation so far, fit to be sent to a provider. Raises BadLog."""
        turns = await self.turns()
        return with_all_results(message for turn in turns for message in turn.messages)

    async def _keys(self) -> list[str]:
        keys = await self._store.list(f"{self._prefix}/turns/")
        return sorted(key for key in keys if _TURN.fullmatch(key.rpartition("/")[2]))

    async def _read(self, key: str) -> RecordedTurn:
        data = await self._store.get(key)
        if data is None:
            raise BadLog(f"{key} was listed but is gone")
        return _decode(key, data)


def _turn_id(key: str) -> str | None:
    match = _TURN.fullmatch(key.rpartition("/")[2])
    return match[2] if match else None


def _encode(lines: Iterable[LogLine], messages: Sequence[Message]) -> bytes:
    recorded = list(lines)
    following = (max((line.seq for line in recorded), default=0)) + 1
    recorded += [
        LogLine(following + index, _MESSAGE, message_as_json(message))
        for index, message in enumerate(without_opaque(messages))
    ]
    rows = ({"seq": line.seq, "event": line.event, "data": line.data} for line in recorded)
    return "".join(json.dumps(row, separators=(",", ":"), allow_nan=False) + "\n" for row in rows).encode()


def _decode(key: str, data: bytes) -> RecordedTurn:
    lines: list[LogLine] = []
    messages: list[Message] = []
    for number, row in enumerate(data.split(b"\n")[:-1], 1):
        try:
            line = LogLine(**json.loads(row))
            if line.event == _MESSAGE:
                messages.append(message_from_json(line.data))
            else:
                lines.append(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadLog(f"{key} line {number}: {error}") from error
    return RecordedTurn(_turn_id(key) or "", tuple(lines), tuple(messages))

"""Answers that may be given again: bounded by all the bytes they take, found by what they are made of."""

from __future__ import annotations

import asyncio
import math
import re
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from dashbridge.api.front.capture import holds, not_modified
from dashbridge.api.front.codings import MIN_CODED_BYTES
from dashbridge.api.front.mark import Keepable
from dashbridge.postgres import Change
from dashbridge.sharing import Actor

Key = tuple[str, str, bytes, bytes]
"""Audience, path, query string, Accept."""
Headers = list[tuple[bytes, bytes]]
_Place = tuple[str, str, str | bytes]

_OVERHEAD = 2_500  # objects, dictionaries and indexes of one answer, measured
_OF_A_FORM = 1_000
_COMPRESSED = (b"application/json",)
_NAME = re.compile(rb"[a-z0-9-]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_OF_THE_SERVER = frozenset((b"connection", b"transfer-encoding", b"date", b"x-request-id"))


@dataclass(frozen=True, slots=True)
class Form:
    """One way to send an answer: its headers but for the request's id, and its bytes. `hits` as in `Keepable`.

    `lines` are the headers as they go over the wire; None where only a server knows how it would send them.
    """

    headers: Headers
    body: bytes
    status: int = 200
    hits: int = 0
    lines: bytes | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", _lines(self.headers))


@dataclass(eq=False, slots=True)
class Entry:
    """One answer. `forms` are by coding, "" for none of them; None marks a coding that is being made, or is no use."""

    mark: Keepable
    etag: bytes
    asked_at: float
    fresh_until: float
    hard_until: float
    identity: Form
    not_modified: Form
    compressible: bool
    size: int
    key: Key = ("", "", b"", b"")
    forms: dict[str, Form | None] = field(default_factory=dict)
    renewal: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, mark: Keepable, headers: Headers, body: bytes, began: float) -> Entry:
        """An answer as the application gave it to a request that came at `began` (monotonic)."""
        fields = dict(headers)
        kind = fields.get(b"content-type", b"").partition(b";")[0]
        compressible = kind in _COMPRESSED and len(body) >= MIN_CODED_BYTES
        base = [(name, value) for name, value in headers if name != b"content-length"]
        if compressible:
            base = [(name, value + b", Accept-Encoding" if name == b"vary" else value) for name, value in base]
        fresh, stale = mark.fresh_for_s, mark.fresh_for_s + mark.stale_for_s
        identity = Form([*base, (b"content-length", b"%d" % len(body))], body, 200, mark.hits)
        entry = cls(
            mark,
            fields.get(b"etag", b""),
            began,
            began + min(fresh, mark.good_for_s),
            began + min(stale, mark.good_for_s),
            identity,
            Form(not_modified(headers), b"", 304, mark.hits),
            compressible,
            _OVERHEAD + len(body) + sum(len(name) + len(value) + 200 for name, value in headers),
        )
        entry.size += sum(len(form.lines or b"") for form in (identity, entry.not_modified))
        entry.forms[""] = identity
        return entry

    def form(self, held: bytes | None, coding: str) -> Form | None:
        """The form for who holds these tags and takes that coding; None where nobody has begun to make it."""
        if held is not None and holds(held, self.etag):
            return self.not_modified
        if not self.compressible:
            return self.identity
        return self.forms.get(coding) or (self.identity if coding in self.forms else None)

    def same(self, other: Entry) -> bool:
        """Whether the other says the same, of the same."""
        return self.etag == other.etag and self.mark.connection_id == other.mark.connection_id

    def renewed(self, other: Entry) -> None:
        """It was asked again, and is still the answer."""
        self.mark, self.asked_at = other.mark, other.asked_at
        self.fresh_until, self.hard_until = other.fresh_until, other.hard_until


class Kept:
    """At most `max_bytes` of answers, the least recently given first out. Keys begin with the audience."""

    def __init__(self, max_bytes: int, now: Callable[[], float] = monotonic) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._now = now
        self._gap_at = -math.inf
        self._changed_at: dict[str, float] = {}
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._of: defaultdict[_Place, set[Key]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Entry | None:
        """The answer, whatever its age."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def asked_before(self, path: str, query: bytes) -> bool:
        """Whether somebody's answer to this is kept."""
        return ("path", path, query) in self._of

    def unchanged_since(self, actor: Actor, began: float) -> bool:
        """Whether nothing of the actor's team changed since then (monotonic), as far as was heard."""
        return began > self._gap_at and began > self._changed_at.get(str(actor.team_id), -math.inf)

    def put(self, key: Key, entry: Entry) -> None:
        """Keep an answer, unless it alone takes more than a quarter of what there is."""
        self.drop(key)
        entry.key = key
        entry.size += sum(map(sys.getsizeof, key))
        if entry.size * 4 > self.max_bytes:
            return
        self._entries[key] = entry
        for place in _places(key, entry.mark):
            self._of[place].add(key)
        self._grow(entry.size)

    def add_form(self, key: Key, entry: Entry, coding: str, body: bytes) -> None:
        """The answer in one more coding, if it is still kept; without use where it is not smaller."""
        if self._entries.get(key) is not entry or len(body) >= len(entry.identity.body):
            return
        base = [(name, value) for name, value in entry.identity.headers if name != b"content-length"]
        headers = [*base, (b"content-length", b"%d" % len(body)), (b"content-encoding", coding.encode())]
        form = entry.forms[coding] = Form(headers, body, 200, entry.mark.hits)
        size = len(body) + len(form.lines or b"") + _OF_A_FORM
        entry.size += size
        self._grow(size)

    def drop(self, key: Key) -> None:
        """Forget one answer."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.bytes -= entry.size
        for place in _places(key, entry.mark):
            keys = self._of[place]
            keys.discard(key)
            if not keys:
                del self._of[place]

    def hear(self, change: Change | None) -> None:
        """Forget what a change bears on; everything after a gap."""
        if change is None:
            self._gap_at = self._now()
            self._changed_at.clear()
            self._entries.clear()
            self._of.clear()
            self.bytes = 0
        else:
            self._changed_at[change.team_id] = self._now()
            for key in list(self._of.get((change.kind, change.team_id, change.name), ())):
                self.drop(key)

    def _grow(self, size: int) -> None:
        self.bytes += size
        while self.bytes > self.max_bytes:
            self.drop(next(iter(self._entries)))


def _lines(headers: Headers) -> bytes | None:
    for name, value in headers:
        if name in _OF_THE_SERVER or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            return None
    return b"".join(b"%b: %b\r\n" % header for header in headers)


def _places(key: Key, mark: Keepable) -> tuple[_Place, ...]:
    team = str(mark.actor.team_id)
    return (("dashboard", team, mark.slug), ("connection", team, mark.connection_id), ("path", key[1], key[2]))

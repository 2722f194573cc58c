"""The front itself: a question that was answered before is answered at once, everything else passes."""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashbridge import telemetry
from dashbridge.api.credentials import credential_of
from dashbridge.api.front.capture import holds
from dashbridge.api.front.codings import encode, negotiate
from dashbridge.api.front.kept import Entry, Form, Headers, Kept, Key
from dashbridge.api.front.mark import Pass, with_pass
from dashbridge.api.observed import REQUEST_ID, Observed, request_id_of, watched
from dashbridge.kit import DashbridgeError
from dashbridge.postgres import Changes, Database
from dashbridge.sharing import Knower, Known

_BEFORE, _AFTER = "/v1/dashboards/", "/data"
_METHODS = ("GET", "HEAD")
_SAFE = ("GET", "HEAD", "OPTIONS")
_READ = frozenset((b"authorization", b"cookie", b"accept", b"accept-encoding", b"if-none-match", b"x-request-id"))
_UNKNOWN = frozenset((b"content-length", b"transfer-encoding", b"expect", b"upgrade"))
_REQUEST_ID = REQUEST_ID.encode()
_ASK_AGAIN_S = 1.0
_MOST_TASKS = 64
_FORM = "dashbridge.form"


@dataclass(frozen=True, slots=True)
class _Route:
    path: str = "/v1/dashboards/{slug}/data"


@dataclass(slots=True)
class _Asked:
    """A request as far as it bears on the answer; `digest` names the credential without telling it."""

    digest: bytes
    path: str
    query: bytes
    headers: dict[bytes, bytes]

    def key(self, audience: str) -> Key:
        return (audience, self.path, self.query, self.headers.get(b"accept", b""))


class Front:
    """What this process may say again. One for all applications of the process; closed before the database is."""

    def __init__(self, database: Database, *, max_bytes: int, now: Callable[[], float] = monotonic) -> None:
        self.changes = Changes(database, now=now)
        self.known = Known(database, now=now)
        self.kept = Kept(max_bytes, now)
        self.now = now
        self.written_at = -math.inf
        self._tasks: set[asyncio.Task[None]] = set()
        self.changes.tell(self.known.hear)
        self.changes.tell(self.kept.hear)

    def before(self, app: ASGIApp) -> ASGIApp:
        """The application behind this front."""
        return _Door(app, self)

    async def settled(self) -> None:
        """Wait until nothing is compressed, renewed or looked up in the background."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Stop listening and whatever runs."""
        for task in self._tasks:
            task.cancel()
        await self.settled()
        await self.changes.close()

    def behind(self, work: Coroutine[None, None, None]) -> asyncio.Task[None] | None:
        """Do it in the background, if there is not too much of that."""
        if len(self._tasks) >= _MOST_TASKS:
            work.close()
            return None
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class _Door:
    def __init__(self, app: ASGIApp, front: Front) -> None:
        self._app = app
        self._front = front
        self._told = Observed(_tell)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        asked = _read(scope) if scope["type"] == "http" else None
        if asked is None:
            if scope["type"] == "http" and scope["method"] not in _SAFE:
                send = self._written(send)
            await self._app(scope, receive, send)
            return
        form = self._find(asked, scope)
        if form is None and self._front.kept.asked_before(asked.path, asked.query):
            await self._ready(asked, scope)
            form = self._find(asked, scope)
        if form is None:
            await self._pass(asked, scope, receive, send)
        elif watched():
            telemetry.count("dashbridge.cache", form.hits, result="hit")
            await self._told({**scope, "route": _Route(), _FORM: form}, receive, send)
        else:
            given = asked.headers.get(b"x-request-id", b"").decode("latin-1")
            await _send(form, send, [(_REQUEST_ID, request_id_of(given).encode())])

    def _find(self, asked: _Asked, scope: Scope) -> Form | None:
        """What may be answered right now."""
        front = self._front
        now = front.now()
        knower = front.known.find(asked.digest, now)
        if knower is None:
            return None
        entry = front.kept.get(asked.key(knower.audience))
        if entry is None or self._is_over(entry, now) or not front.changes.certain():
            return None
        if now - knower.at > _ASK_AGAIN_S:
            front.behind(self._ask_again(asked, scope))
        form = self._form(asked, entry, knower)
        if now < entry.fresh_until:
            return form
        self._begin_renewal(asked, knower, entry, scope)
        stale = (b"cache-status", b"dashbridge; hit; ttl=-%d" % (now - entry.fresh_until))  # RFC 9211
        return replace(form, headers=[*form.headers, stale])

    async def _ready(self, asked: _Asked, scope: Scope) -> None:
        """Look up who knocks, and wait for the one renewal of what is kept no more than it may be given."""
        front = self._front
        knower = front.known.find(asked.digest, front.now()) or await self._ask(asked, scope)
        entry = None if knower is None else front.kept.get(asked.key(knower.audience))
        if knower is None or entry is None or not self._is_over(entry, front.now()):
            return
        if not front.changes.certain():
            return
        self._begin_renewal(asked, knower, entry, scope)
        if entry.renewal is not None:
            await asyncio.wait((entry.renewal,))

    def _is_over(self, entry: Entry, now: float) -> bool:
        return now >= entry.hard_until or entry.asked_at <= self._front.written_at

    def _written(self, send: Send) -> Send:
        """What this process wrote, be it a file beside the directory, is seen by whoever hears that it was."""

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] // 100 != 4:
                self._front.written_at = self._front.now()
            await send(message)

        return noted

    def _form(self, asked: _Asked, entry: Entry, knower: Knower) -> Form:
        held = asked.headers.get(b"if-none-match")
        if held is not None and holds(held, entry.etag):
            return entry.not_modified
        coding = negotiate(asked.headers.get(b"accept-encoding", b"")) if entry.compressible else ""
        form = entry.forms.get(coding)
        if form is None:
            if coding not in entry.forms:
                self._begin_encoding(asked.key(knower.audience), entry, coding)
            form = entry.identity
        return form

    def _begin_renewal(self, asked: _Asked, knower: Knower, entry: Entry, scope: Scope) -> None:
        if entry.renewal is None:
            entry.renewal = self._front.behind(self._renew(asked, knower, entry, scope))

    async def _ask(self, asked: _Asked, scope: Scope) -> Knower | None:
        """Who knocks; None where it is for the application to refuse them."""
        credential, _ = credential_of(HTTPConnection(scope))
        try:
            return await self._front.known.ask(asked.digest, credential)
        except DashbridgeError:
            return None

    async def _ask_again(self, asked: _Asked, scope: Scope) -> None:
        await self._ask(asked, scope)

    async def _pass(self, asked: _Asked, scope: Scope, receive: Receive, send: Send) -> None:
        front = self._front
        began, news = front.now(), front.known.news
        passing = Pass(front.kept.max_bytes // 4, asked.headers.get(b"if-none-match"))
        headers = [(name, value) for name, value in scope["headers"] if name != b"if-none-match"]
        await self._app(with_pass(scope, passing, headers), receive, send)
        if passing.mark is not None:
            front.known.learn(asked.digest, passing.mark.actor, began, news)
            if scope["method"] == "GET":
                self._keep(asked, passing, began)

    def _keep(self, asked: _Asked, passing: Pass, began: float) -> None:
        """Keep what passed, unless something was told meanwhile or nothing would be."""
        front, mark, body = self._front, passing.mark, passing.body
        if not front.changes.certain():
            front.changes.begin()
            return
        if mark is None or body is None or passing.status != 200 or not front.kept.unchanged_since(mark.actor, began):
            return
        key = asked.key(f"{mark.actor.team_id} {mark.actor.role.value}")
        entry, fresh = front.kept.get(key), Entry.of(mark, passing.headers, body, began)
        if entry is not None and entry.same(fresh):
            entry.renewed(fresh)
        else:
            front.kept.put(key, fresh)

    async def _renew(self, asked: _Asked, knower: Knower, entry: Entry, scope: Scope) -> None:
        """Ask the application as this asker would: twice, if it had to compute, for an answer that says it was kept."""
        front, key = self._front, asked.key(knower.audience)
        headers = [(name, value) for name, value in scope["headers"] if name not in _NOT_RENEWED]
        status = 0
        try:
            for _ in range(2):
                began, passing = front.now(), Pass(front.kept.max_bytes // 4)
                with suppress(Exception):  # told in the log by the application
                    await self._app(with_pass({**scope, "method": "GET"}, passing, headers), _nothing, _nowhere)
                status = passing.status
                if passing.mark is not None:
                    self._keep(asked, passing, began)
                    return
        finally:
            entry.renewal = None
        if status in (200, 403, 404) and front.kept.get(key) is entry:
            front.kept.drop(key)

    def _begin_encoding(self, key: Key, entry: Entry, coding: str) -> None:
        if self._front.behind(self._encode(key, entry, coding)) is not None:
            entry.forms[coding] = None

    async def _encode(self, key: Key, entry: Entry, coding: str) -> None:
        body = await asyncio.to_thread(encode, coding, entry.identity.body)
        self._front.kept.add_form(key, entry, coding, body)


_NOT_RENEWED = (b"if-none-match", b"accept-encoding", b"x-request-id", b"traceparent", b"x-cloud-trace-context")


def _read(scope: Scope) -> _Asked | None:
    """What is asked, None where it is not for the front, or where anything about it is unusual."""
    path = scope["path"]
    if not (path.endswith(_AFTER) and path.startswith(_BEFORE) and scope["method"] in _METHODS):
        return None
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            if name in found:
                return None
            found[name] = value
        elif name in _UNKNOWN:
            return None
    if scope.get("root_path"):
        return None
    secret = found.get(b"authorization", b"") + b"\n" + found.get(b"cookie", b"")
    return _Asked(hashlib.sha256(secret).digest(), path, scope["query_string"], found)


async def _tell(scope: Scope, _receive: Receive, send: Send) -> None:
    await _send(scope[_FORM], send, [])


async def _send(form: Form, send: Send, more: Headers) -> None:
    await send({"type": "http.response.start", "status": form.status, "headers": form.headers + more})
    await send({"type": "http.response.body", "body": form.body})


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nowhere(_message: Message) -> None:
    pass

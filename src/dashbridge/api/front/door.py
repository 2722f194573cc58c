"""The front itself: a question that was answered before is answered at once, everything else passes."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashbridge import telemetry
from dashbridge.api.credentials import credential_of
from dashbridge.api.front.asked import NOT_RENEWED, Asked, read
from dashbridge.api.front.codings import encode
from dashbridge.api.front.kept import Entry, Form, Headers, Kept
from dashbridge.api.front.mark import Pass, with_pass
from dashbridge.api.observed import REQUEST_ID, Observed, request_id_of, watched
from dashbridge.kit import DashbridgeError
from dashbridge.postgres import Changes, Database
from dashbridge.sharing import Knower, Known

_SAFE = ("GET", "HEAD", "OPTIONS")
_REQUEST_ID = REQUEST_ID.encode()
_ASK_AGAIN_S = 1.0
_MOST_TASKS = 64
_FORM = "dashbridge.form"


@dataclass(frozen=True, slots=True)
class _Route:
    path: str = "/v1/dashboards/{slug}/data"


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

    def find(self, asked: Asked, now: float) -> Entry | None:
        """The answer that may be given right now, who asks being looked up again behind it once that is due. No I/O.

        It is to be renewed once its `fresh_until` has come.
        """
        knower = self.known.find(asked.digest, now)
        if knower is None:
            return None
        entry = self.kept.get(asked.key(knower.audience))
        if entry is None or self.is_over(entry, now) or not self.changes.certain():
            return None
        if now - knower.at > _ASK_AGAIN_S and not self.known.is_asking(asked.digest):
            self.behind(self._ask_again(asked))
        return entry

    def is_over(self, entry: Entry, now: float) -> bool:
        """Whether it may be given no more until it was asked again."""
        return now >= entry.hard_until or entry.asked_at <= self.written_at

    async def ask(self, asked: Asked) -> Knower | None:
        """Who knocks; None where it is for the application to refuse them."""
        credential, _ = credential_of(HTTPConnection({"type": "http", "headers": list(asked.headers.items())}))
        try:
            return await self.known.ask(asked.digest, credential)
        except DashbridgeError:
            return None

    async def _ask_again(self, asked: Asked) -> None:
        await self.ask(asked)

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
        asked = None
        if scope["type"] == "http" and not scope.get("root_path"):
            asked = read(scope["method"], scope["path"], scope["query_string"], scope["headers"])
        if asked is None:
            if scope["type"] == "http" and scope["method"] not in _SAFE:
                send = self._written(send)
            await self._app(scope, receive, send)
            return
        found = self._find(asked, scope)
        if found is None and self._front.kept.asked_before(asked.path, asked.query):
            await self._ready(asked, scope)
            found = self._find(asked, scope)
        if found is None:
            await self._pass(asked, scope, receive, send)
        elif watched():
            telemetry.count("dashbridge.cache", found[0].hits, result="hit")
            await self._told({**scope, "route": _Route(), _FORM: found}, receive, send)
        else:
            form, more = found
            await _send(form, [*more, (_REQUEST_ID, request_id_of(asked.given_id).encode())], send)

    def _find(self, asked: Asked, scope: Scope) -> tuple[Form, Headers] | None:
        """What may be answered right now, and the headers that are of this moment."""
        now = self._front.now()
        entry = self._front.find(asked, now)
        if entry is None:
            return None
        form = asked.form(entry)
        if form is None:
            self._begin_encoding(entry, asked.coding)
            form = entry.identity
        if now < entry.fresh_until:
            return form, []
        self._begin_renewal(asked, entry, scope)
        return form, [(b"cache-status", b"dashbridge; hit; ttl=-%d" % (now - entry.fresh_until))]  # RFC 9211

    async def _ready(self, asked: Asked, scope: Scope) -> None:
        """Look up who knocks, and wait for the one renewal of what is kept no more than it may be given."""
        front = self._front
        knower = front.known.find(asked.digest, front.now()) or await front.ask(asked)
        entry = None if knower is None else front.kept.get(asked.key(knower.audience))
        if entry is None or not front.is_over(entry, front.now()) or not front.changes.certain():
            return
        self._begin_renewal(asked, entry, scope)
        if entry.renewal is not None:
            await asyncio.wait((entry.renewal,))

    def _written(self, send: Send) -> Send:
        """What this process wrote, be it a file beside the directory, is seen by whoever hears that it was."""

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] // 100 != 4:
                self._front.written_at = self._front.now()
            await send(message)

        return noted

    def _begin_renewal(self, asked: Asked, entry: Entry, scope: Scope) -> None:
        if entry.renewal is None:
            entry.renewal = self._front.behind(self._renew(asked, entry, scope))

    async def _pass(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        front = self._front
        began, news = front.now(), front.known.news
        passing = Pass(front.kept.max_bytes // 4, asked.held)
        headers = [(name, value) for name, value in scope["headers"] if name != b"if-none-match"]
        await self._app(with_pass(scope, passing, headers), receive, send)
        if passing.mark is not None:
            front.known.learn(asked.digest, passing.mark.actor, began, news)
            if scope["method"] == "GET":
                self._keep(asked, passing, began)

    def _keep(self, asked: Asked, passing: Pass, began: float) -> None:
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

    async def _renew(self, asked: Asked, entry: Entry, scope: Scope) -> None:
        """Ask the application as this asker would: twice, if it had to compute, for an answer that says it was kept."""
        front = self._front
        headers = [(name, value) for name, value in scope["headers"] if name not in NOT_RENEWED]
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
        if status in (200, 403, 404) and front.kept.get(entry.key) is entry:
            front.kept.drop(entry.key)

    def _begin_encoding(self, entry: Entry, coding: str) -> None:
        if self._front.behind(self._encode(entry, coding)) is not None:
            entry.forms[coding] = None

    async def _encode(self, entry: Entry, coding: str) -> None:
        body = await asyncio.to_thread(encode, coding, entry.identity.body)
        self._front.kept.add_form(entry.key, entry, coding, body)


async def _tell(scope: Scope, _receive: Receive, send: Send) -> None:
    form, more = scope[_FORM]
    await _send(form, more, send)


async def _send(form: Form, more: Headers, send: Send) -> None:
    await send({"type": "http.response.start", "status": form.status, "headers": form.headers + more})
    await send({"type": "http.response.body", "body": form.body})


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nowhere(_message: Message) -> None:
    pass

"""On the doorstep: what the front may give again is written to the socket while the request is being read.

The server's own protocol, but for plain questions to the front that it may answer at this moment: those make no scope,
no task and no messages. It decides nothing that the front does not decide at its door, and writes the same bytes.
Whatever is unusual about a request or its connection takes the server's own way, which leads through the door.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, ClassVar

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from dashbridge.api.front.asked import BEFORE, Asked, read
from dashbridge.api.front.door import Front
from dashbridge.api.front.kept import Form
from dashbridge.api.observed import REQUEST_ID, request_id_of, watched

_BEFORE = BEFORE.encode()
_MOST_BYTES = 4_096
_COPIED = 65_536
_ID_LINE = REQUEST_ID.encode() + b": "


def doorstep(front: Front) -> type[asyncio.Protocol]:
    """The protocol of a server before whose application this front stands."""
    return type("Doorstep", (_Doorstep,), {"_front": front, "_opening": _Opening()})


class _Opening:
    """Status line and the server's own headers, which it makes anew every second."""

    def __init__(self) -> None:
        self._defaults: list[tuple[bytes, bytes]] | None = None
        self._by_status: dict[int, bytes] = {}

    def of(self, status: int, defaults: list[tuple[bytes, bytes]]) -> bytes:
        if defaults is not self._defaults:
            self._defaults = defaults
            self._by_status.clear()
        found = self._by_status.get(status)
        if found is None:
            lines = b"".join(b"%b: %b\r\n" % header for header in defaults)
            found = self._by_status[status] = STATUS_LINE[status] + lines
        return found


class _Doorstep(HttpToolsProtocol):
    _front: ClassVar[Front]
    _opening: ClassVar[_Opening]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        told = self.access_log and self.access_logger.isEnabledFor(logging.INFO)
        self._closed = told or bool(self.root_path) or self.limit_concurrency is not None
        self._question: tuple[bytes, bytes, list[tuple[bytes, bytes]]] | None = None
        self._asked: Asked | None = None
        self._head = False
        self._answered = False  # the request that is being read
        self._reading = False  # within a request
        self._begun = 0  # requests in the bytes that are being read
        self._again = b""  # what asked `_asked`, where it was all that came
        self._given_at = 0.0

    def data_received(self, data: bytes) -> None:
        """As the server does; the same bytes again are the same question, and need not be read again."""
        if data == self._again and self._asked is not None and self._answer(self._asked):
            return
        whole, self._begun = not self._reading, 0
        super().data_received(data)
        alone = whole and self._begun == 1 and self._answered
        self._again = data if alone and len(data) <= _MOST_BYTES else b""

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._reading, self._answered = True, False
        self._begun += 1

    def on_headers_complete(self) -> None:
        """Answer, or go the server's own way."""
        asked = self._read()
        self._answered = asked is not None and self._answer(asked)
        if not self._answered:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request ends."""
        self._reading = False
        if not self._answered:
            super().on_message_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close what is idle: the timer is not set anew for each answer given here, but looks when the last was."""
        left = self._given_at + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def _read(self) -> Asked | None:
        """What is asked, None where it is not for here."""
        url, parser = self.url, self.parser
        if self._closed or not url.startswith(_BEFORE):
            return None
        if not parser.should_keep_alive() or parser.get_http_version() != "1.1":
            return None
        method = parser.get_method()
        if (method, url, self.headers) != self._question:
            self._question = (method, url, list(self.headers))  # a copy: the application gets the other
            self._asked = _asked(*self._question)
            self._head = method == b"HEAD"
        return self._asked

    def _answer(self, asked: Asked) -> bool:
        """Answer at once, if nothing is in the way and the front has it."""
        if self._is_busy():
            return False
        if self.flow.write_paused or self.transport.is_closing() or watched():
            return False
        form = self._form(asked)
        if form is None or form.lines is None:
            return False
        opening = self._opening.of(form.status, self.server_state.default_headers)
        request_id = request_id_of(asked.given_id).encode()
        body = b"" if self._head else form.body
        if len(body) <= _COPIED:
            self.transport.write(b"".join((opening, form.lines, _ID_LINE, request_id, b"\r\n\r\n", body)))
        else:  # slow readers wait for the same bytes, not for copies
            self.transport.write(b"".join((opening, form.lines, _ID_LINE, request_id, b"\r\n\r\n")))
            self.transport.write(body)
        self.server_state.total_requests += 1
        self._given_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        return True

    def _is_busy(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None until the first, whatever the server's types say
        return cycle is not None and not cycle.response_complete

    def _form(self, asked: Asked) -> Form | None:
        """What the front gives without any work to do for it."""
        front = self._front
        now = front.now()
        entry = front.find(asked, now)
        return asked.form(entry) if entry is not None and now < entry.fresh_until else None


def _asked(method: bytes, url: bytes, headers: list[tuple[bytes, bytes]]) -> Asked | None:
    path, _, query = url.partition(b"?")
    if b"%" in path or b"#" in url or not path.isascii():
        return None
    return read(method.decode(), path.decode(), query, headers)

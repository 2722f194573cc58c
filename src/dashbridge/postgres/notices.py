"""LISTEN/NOTIFY: one connection of the process hears everything, and hands it to those who listen.

All notices share one PostgreSQL channel and carry ours in front, so that listening takes no connection and no
statement of its own, however many browsers wait. What the database's own triggers tell comes on a second one.
The connection is asked twice a second whether it still hears: `heard_at` says until when nothing can have been missed.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from dashbridge.kit import Unavailable, new_id
from dashbridge.postgres.failures import unavailable

_WIRE = "dashbridge"
CHANGES = "dashbridge_changes"
_LISTEN = f"LISTEN {_WIRE}; LISTEN {CHANGES}"
_ECHO = "echo"
_BEAT_S = 0.5
_DEAF_S = 5.0
_CHANNEL = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_PAYLOAD = re.compile(r"[A-Za-z0-9:_.-]{1,200}")

_Queue = asyncio.Queue["str | Unavailable"]


class Notices:
    """The notices of one channel, as payloads."""

    def __init__(self) -> None:
        self._queue: _Queue = asyncio.Queue()

    async def wait(self, timeout_s: float) -> list[str]:
        """The payloads that came, at least one; an empty list if none came in `timeout_s`. Raises Unavailable."""
        try:
            async with asyncio.timeout(timeout_s):
                came = [await self._queue.get()]
        except TimeoutError:
            return []
        while not self._queue.empty():
            came.append(self._queue.get_nowait())
        payloads = [item for item in came if isinstance(item, str)]
        failures = [item for item in came if not isinstance(item, str)]
        if failures:
            if not payloads:
                raise failures[0]
            self.hand(failures[0])
        return payloads

    async def __aiter__(self) -> AsyncIterator[str]:
        while True:
            for payload in await self.wait(timeout_s=3600):
                yield payload

    def hand(self, item: str | Unavailable) -> None:
        """Give the listener its next payload, or why there will be no more."""
        self._queue.put_nowait(item)


class NoticeHub:
    """The process's one listening connection, made for the first listener and again after it was lost."""

    def __init__(self, conninfo: str) -> None:
        self._heard_at = -math.inf
        self._conninfo = conninfo
        self._listeners: defaultdict[str, set[Notices]] = defaultdict(set)
        self._reading: asyncio.Task[None] | None = None
        self._connecting = asyncio.Lock()
        self._told: Callable[[str], None] | None = None
        self._echoes: dict[str, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncIterator[Notices]:
        """What comes on `channel` from entry on. Raises Unavailable."""
        check_channel(channel)
        notices = Notices()
        async with self._connecting:
            await self._connect()
            self._listeners[channel].add(notices)
        try:
            yield notices
        finally:
            self._listeners[channel].discard(notices)
            if not self._listeners[channel]:
                del self._listeners[channel]

    @property
    def heard_at(self) -> float:
        """The monotonic time before which every change was handed on; minus infinity while nobody is told."""
        return -math.inf if self._told is None else self._heard_at

    @asynccontextmanager
    async def changes(self, told: Callable[[str], None]) -> AsyncIterator[asyncio.Task[None]]:
        """From entry on `told` is called with each change as it is heard, until the task given here ends.

        One caller at a time. Raises Unavailable.
        """
        async with self._connecting:
            await self._connect()
            reading = self._reading
            assert reading is not None  # noqa: S101  # made by the line above
            self._told = told
        try:
            yield reading
        finally:
            self._told = None

    def ask_for_echo(self) -> str | None:
        """What to send within a transaction, to `hear` when its changes were handed on; None where nobody is told."""
        if self._told is None or self._reading is None or self._reading.done():
            return None
        name = new_id().hex
        self._echoes[name] = asyncio.get_running_loop().create_future()
        return name

    def give_up(self, echo: str) -> None:
        """That transaction did not commit."""
        self._echoes.pop(echo, None)

    async def hear(self, echo: str) -> None:
        """Wait until the changes of that transaction were handed on. If they are not soon, none counts as heard."""
        try:
            async with asyncio.timeout(2 * _BEAT_S):
                await self._echoes[echo]
        except TimeoutError:
            self._heard_at = -math.inf
        finally:
            self.give_up(echo)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading

    async def _connect(self) -> None:
        if self._reading is not None and not self._reading.done():
            return
        try:
            connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
            try:
                await connection.execute(_LISTEN)
            except BaseException:
                await connection.close()
                raise
        except psycopg.Error as error:
            raise unavailable(error) or error from error
        self._reading = asyncio.create_task(self._read(connection))

    async def _read(self, connection: psycopg.AsyncConnection) -> None:
        try:
            async with connection:
                while True:
                    asked = monotonic()
                    async with asyncio.timeout(_DEAF_S):
                        await connection.execute(_LISTEN)
                    # What was told before we asked came with the answer, and is the first that `notifies` gives.
                    async for notice in connection.notifies(timeout=0):
                        self._hand(notice)
                    self._heard_at = asked
                    async for notice in connection.notifies(timeout=_BEAT_S):
                        self._hand(notice)
        except (psycopg.Error, TimeoutError) as error:
            self._fail(unavailable(error) or Unavailable(f"The database stopped telling news: {error}"))

    def _hand(self, notice: psycopg.Notify) -> None:
        channel, _, payload = notice.payload.partition(" ")
        if notice.channel == CHANGES:
            if channel == _ECHO:
                heard = self._echoes.get(payload)
                if heard is not None and not heard.done():
                    heard.set_result(None)
            elif self._told is not None:
                self._told(notice.payload)
            return
        for listener in self._listeners.get(channel, ()):
            listener.hand(payload)

    def _fail(self, failure: Unavailable) -> None:
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.hand(failure)


async def send_echo(session: AsyncSession, echo: str) -> None:
    """Send an echo that was asked for, after the changes of the transaction so far."""
    await session.execute(text("SELECT pg_notify(:wire, :payload)"), {"wire": CHANGES, "payload": f"{_ECHO} {echo}"})


async def notify(session: AsyncSession, channel: str, payload: str) -> None:
    """Send `payload`, ids only, to the listeners of `channel` when the transaction commits."""
    check_channel(channel)
    if _PAYLOAD.fullmatch(payload) is None:
        raise ValueError("a notice carries ids only: letters, digits and : _ . -")
    await session.execute(text("SELECT pg_notify(:wire, :payload)"), {"wire": _WIRE, "payload": f"{channel} {payload}"})


def check_channel(channel: str) -> None:
    """Raises ValueError unless `channel` is 1 to 63 of a-z, 0-9 and underscore."""
    if _CHANNEL.fullmatch(channel) is None:
        raise ValueError(f"not a channel: {channel!r}")

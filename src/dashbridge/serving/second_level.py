"""The second level: rows that other processes may have, and leases so that one process runs what several want.

It is never an error. A call that a request waits for has a budget; a cache that fails or is slow is left alone for a
moment, and what it holds is computed instead. Without a cache, each process computes once by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final, TypeVar

from dashbridge import telemetry
from dashbridge.kit import DashbridgeError, new_id
from dashbridge.serving.rows import Rows, RowsKey
from dashbridge.serving.shared_rows import NotTheseRows, RowsName, pack, unpack
from dashbridge.shared_cache import TAKEN, Looked, SharedCache

_log = logging.getLogger(__name__)

_FAILURES: Final = 3
_REST_S: Final = 1.0
_PUT_S: Final = 5.0
_FIRST_PAUSE_S: Final = 0.01
_LAST_PAUSE_S: Final = 0.2
_SMALL_BYTES: Final = 1 << 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SharedLimits:
    """`call_s`: what a request waits for one call. `lease_s`: after it, a holder that is dead is not waited for.

    `wait_s`: after it, a holder that lives is not waited for. `keep_s`: how long rows stay after their time, to be
    given where the warehouse fails. Rows of more than `max_bytes`, packed, are not shared.
    """

    call_s: float = 0.05
    lease_s: float = 5.0
    wait_s: float = 40.0
    keep_s: float = 0.0
    max_bytes: int = 16 << 20


class Lease:
    """The right to compute some rows while other processes wait; held until it is freed."""

    def __init__(self, free: Callable[[], None]) -> None:
        self._free: Callable[[], None] | None = free

    def free(self) -> None:
        """Let others have it. Freeing twice is nothing."""
        free, self._free = self._free, None
        if free is not None:
            free()


class SecondLevel:
    """Rows by name in a shared cache, or nowhere."""

    def __init__(self, cache: SharedCache | None, limits: SharedLimits = SharedLimits()) -> None:
        self._cache = cache
        self._limits = limits
        self._failures = 0
        self._rests_until = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def shares(self) -> bool:
        """Whether there is a cache to ask, at this moment."""
        return self._cache is not None and monotonic() >= self._rests_until

    async def look(self, name: RowsName, key: RowsKey, ttl_s: float) -> Rows | Lease | None:
        """The rows, if a process computed them within `ttl_s`; else the lease; None while another process holds it."""
        owner = str(new_id())
        looked = await self._take(name, owner)
        if looked.value is not None:
            rows = await self._read(name, key, looked.value, ttl_s)
            if rows is not None:
                return rows
            looked = await self._take(name, owner, anew=True)
            if looked.mine:  # someone may have put better ones in between
                value = await self._asked("get", lambda cache: cache.get(name.one), None)
                rows = None if value is None else await self._read(name, key, value, ttl_s)
                if rows is not None:
                    self._later(self._free(name, owner))
                    return rows
        return self._lease(name, owner) if looked.mine else None

    async def wait(self, name: RowsName, key: RowsKey, ttl_s: float) -> Rows | Lease:
        """As `look`, and while another process is at it, until it is done, is dead, or takes too long."""
        until, pause = monotonic() + self._limits.wait_s, _FIRST_PAUSE_S
        while (found := await self.look(name, key, ttl_s)) is None:
            if monotonic() >= until:
                telemetry.count("dashbridge.shared_cache", call="wait", result="gave_up")
                return Lease(lambda: None)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LAST_PAUSE_S)
        return found

    async def find(self, name: RowsName, key: RowsKey, ttl_s: float) -> Rows | None:
        """The rows, if a process computed them within `ttl_s`."""
        value = await self._asked("get", lambda cache: cache.get(name.one), None)
        return None if value is None else await self._read(name, key, value, ttl_s)

    async def last(self, name: RowsName, key: RowsKey, within_s: float) -> Rows | None:
        """The newest rows of whatever version of the data, if they are not older than that."""
        pointer = await self._asked("get", lambda cache: cache.get(name.any), None)
        if pointer is None or len(pointer) != len(name.one) or not pointer.isalnum():
            return None
        one = pointer.decode("ascii", "replace")
        value = await self._asked("get", lambda cache: cache.get(one), None)
        return None if value is None else await self._read(name, key, value, within_s, other_version=True)

    def keep(self, name: RowsName, rows: Rows, ttl_s: float, lease: Lease) -> None:
        """Give the rows to the others, in the background, and then the lease."""

        async def give() -> None:
            try:
                await self._put(name, rows, ttl_s + self._limits.keep_s)
            finally:
                lease.free()

        if self.shares:
            self._later(give())
        else:
            lease.free()

    async def close(self) -> None:
        """Finish what is being given, within seconds, and let go."""
        for _ in range(2):  # what is given ends by freeing a lease
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=_PUT_S)
        for task in self._tasks:
            task.cancel()

    async def _take(self, name: RowsName, owner: str, *, anew: bool = False) -> Looked:
        seconds = self._limits.lease_s
        try:
            return await self._asked(
                "lease", lambda cache: cache.get_or_lease(name.one, owner, lease_s=seconds, anew=anew), TAKEN
            )
        except asyncio.CancelledError:  # it may have been given to who is no longer there
            self._later(self._free(name, owner))
            raise

    def _lease(self, name: RowsName, owner: str) -> Lease:
        if not self.shares:
            return Lease(lambda: None)
        renewing = asyncio.ensure_future(self._renew(name, owner))

        def free() -> None:
            renewing.cancel()
            self._later(self._free(name, owner))

        return Lease(free)

    async def _renew(self, name: RowsName, owner: str) -> None:
        seconds = self._limits.lease_s
        while True:
            await asyncio.sleep(seconds / 4)
            await self._asked("renew", lambda cache: cache.renew(name.one, owner, lease_s=seconds), True)

    async def _free(self, name: RowsName, owner: str) -> None:
        await self._asked("free", lambda cache: cache.free(name.one, owner), False, within_s=_PUT_S)

    async def _read(
        self, name: RowsName, key: RowsKey, value: bytes, ttl_s: float, *, other_version: bool = False
    ) -> Rows | None:
        try:
            if len(value) <= _SMALL_BYTES:
                rows = unpack(name, key, value, other_version=other_version)
            else:
                rows = await asyncio.to_thread(unpack, name, key, value, other_version=other_version)
        except NotTheseRows as error:
            telemetry.count("dashbridge.shared_cache", call="read", result="refused")
            _log.warning("the shared cache gave something else: %s", error)
            return None
        age_s = (datetime.now(UTC) - rows.computed_at).total_seconds()
        return rows if age_s < ttl_s else None

    async def _put(self, name: RowsName, rows: Rows, keep_s: float) -> None:
        if rows.table.nbytes <= _SMALL_BYTES:
            packed = pack(name, rows)
        else:
            packed = await asyncio.to_thread(pack, name, rows)
        if len(packed) > self._limits.max_bytes:
            telemetry.count("dashbridge.shared_cache", call="put", result="too_large")
            return

        async def put(cache: SharedCache) -> bool:
            await cache.put(name.one, packed, ttl_s=keep_s)
            if self._limits.keep_s:
                await cache.put(name.any, name.one.encode(), ttl_s=keep_s)
            return True

        await self._asked("put", put, False, within_s=_PUT_S)

    async def _asked(
        self,
        what: str,
        call: Callable[[SharedCache], Coroutine[Any, Any, T]],
        otherwise: T,
        *,
        within_s: float | None = None,
    ) -> T:
        """What the cache answers in time; `otherwise` where it does not."""
        if self._cache is None or not self.shares:
            return otherwise
        task = asyncio.ensure_future(call(self._cache))
        seconds = self._limits.call_s if within_s is None else within_s
        try:
            for _ in range(2):  # a loop that was busy itself looks once more before it blames the cache
                await asyncio.wait([task], timeout=seconds / 2)
        finally:
            if not task.done():
                task.cancel()
                self._tasks.add(task)
                task.add_done_callback(self._end)
        failed = "slow" if not task.done() else "failed" if task.exception() is not None else None
        if failed is None:
            self._failures = 0
            telemetry.count("dashbridge.shared_cache", call=what, result="ok")
            return task.result()
        if task.done() and not isinstance(task.exception(), DashbridgeError):
            _log.error("the shared cache, at %s", what, exc_info=task.exception())
        self._blame(what, failed)
        return otherwise

    def _blame(self, what: str, result: str) -> None:
        telemetry.count("dashbridge.shared_cache", call=what, result=result)
        self._failures += 1
        if self._failures >= _FAILURES:
            self._failures, self._rests_until = 0, monotonic() + _REST_S
            _log.warning("the shared cache is %s at %s; it is left alone for %g s", result, what, _REST_S)

    def _end(self, task: asyncio.Task[Any]) -> None:
        """What became of a call that nobody waits for any more."""
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

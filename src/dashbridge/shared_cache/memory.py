"""The shared cache in memory: the twin for tests and for several rooms of one process."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from dashbridge.shared_cache.base import HELD, TAKEN, Looked


class MemoryCache:
    """Values and leases in dictionaries, for one event loop."""

    def __init__(self, *, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._values: dict[str, tuple[float, bytes]] = {}
        self._leases: dict[str, tuple[float, str]] = {}

    async def get(self, key: str) -> bytes | None:
        """See the port."""
        until, value = self._values.get(key, (0.0, b""))
        return value if until > self._now() else None

    async def get_or_lease(self, key: str, owner: str, *, lease_s: float, anew: bool = False) -> Looked:
        """See the port."""
        value = None if anew else await self.get(key)
        if value is not None:
            return Looked(value)
        if self._owner(key) not in (None, owner):
            return HELD
        self._leases[key] = (self._now() + lease_s, owner)
        return TAKEN

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """See the port."""
        self._values[key] = (self._now() + ttl_s, value)

    async def delete(self, key: str) -> None:
        """See the port."""
        self._values.pop(key, None)

    async def renew(self, key: str, owner: str, *, lease_s: float) -> bool:
        """See the port."""
        if self._owner(key) != owner:
            return False
        self._leases[key] = (self._now() + lease_s, owner)
        return True

    async def free(self, key: str, owner: str) -> bool:
        """See the port."""
        return self._owner(key) == owner and self._leases.pop(key, None) is not None

    async def close(self) -> None:
        """Nothing to let go of."""

    def _owner(self, key: str) -> str | None:
        until, owner = self._leases.get(key, (0.0, ""))
        return owner if until > self._now() else None

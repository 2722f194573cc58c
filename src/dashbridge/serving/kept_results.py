"""Rows kept among the objects, where there is no shared cache: what one process computed another need not.

Objects know no leases: every process computes once. They stay until they are removed (see docs/storage.md).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from dashbridge.objects.base import ObjectNotFound, ObjectStore
from dashbridge.shared_cache import TAKEN, Looked

FOLDER: Final = "results"


class ResultObjects:
    """The shared cache's port over an object store."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def get(self, key: str) -> bytes | None:
        """The value; how old it may be is for its reader to say."""
        with suppress(ObjectNotFound):
            return (await self._objects.get(_at(key)))[0]
        return None

    async def get_or_lease(self, key: str, owner: str, *, lease_s: float, anew: bool = False) -> Looked:
        """The value, or the right to compute it, which every process has."""
        value = None if anew else await self.get(key)
        return TAKEN if value is None else Looked(value)

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """Keep a value until it is removed."""
        await self._objects.put(_at(key), value)

    async def delete(self, key: str) -> None:
        """Forget the value, if there is one."""
        with suppress(ObjectNotFound):
            await self._objects.delete(_at(key))

    async def renew(self, key: str, owner: str, *, lease_s: float) -> bool:
        """Nobody else asks for it."""
        return True

    async def free(self, key: str, owner: str) -> bool:
        """Nobody waits for it."""
        return True

    async def close(self) -> None:
        """The store is closed by who opened it."""


def _at(key: str) -> str:
    return f"{FOLDER}/{key[:2]}/{key}"

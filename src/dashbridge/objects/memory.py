"""The object store in memory: the twin for tests and throw-away runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from dashbridge.objects.base import GenerationMismatch, ObjectInfo, ObjectNotFound
from dashbridge.objects.keys import check_key, check_prefix


class MemoryObjectStore:
    """Objects in a dictionary, for one event loop; gone with the process."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, ObjectInfo]] = {}
        self._generation = 0

    async def put(
        self,
        key: str,
        data: bytes,
        *,
        content_type: str = "application/octet-stream",
        if_generation: int | None = None,
    ) -> ObjectInfo:
        """Write an object. Raises BadKey, GenerationMismatch."""
        check_key(key)
        self._expect(key, if_generation)
        self._generation += 1
        info = ObjectInfo(key, f"memory:{key}", self._generation, len(data), datetime.now(UTC))
        self._objects[key] = (bytes(data), info)
        return info

    async def get(self, key: str) -> tuple[bytes, ObjectInfo]:
        """An object's bytes and info. Raises BadKey, ObjectNotFound."""
        check_key(key)
        if key not in self._objects:
            raise ObjectNotFound(f"no object {key}")
        return self._objects[key]

    async def stat(self, key: str) -> ObjectInfo:
        """An object's info. Raises BadKey, ObjectNotFound."""
        return (await self.get(key))[1]

    async def delete(self, key: str, *, if_generation: int | None = None) -> None:
        """Remove an object. Raises BadKey, ObjectNotFound, GenerationMismatch."""
        await self.get(key)
        self._expect(key, if_generation)
        del self._objects[key]

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """The objects whose key starts with `prefix`, by key. Raises BadKey."""
        check_prefix(prefix)
        for _, info in [self._objects[key] for key in sorted(self._objects) if key.startswith(prefix)]:
            yield info

    async def close(self) -> None:
        """Nothing to let go of."""

    def _expect(self, key: str, if_generation: int | None) -> None:
        current = self._objects[key][1].generation if key in self._objects else 0
        if if_generation is not None and if_generation != current:
            raise GenerationMismatch.of_key(key, current, if_generation)

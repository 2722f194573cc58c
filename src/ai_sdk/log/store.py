"""What the log needs of an object store, and its twin in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class BlobExists(Exception):
    """A blob with this key is there already."""


class BlobStore(Protocol):
    """Blobs by key; a write is whole or absent."""

    async def get(self, key: str) -> bytes | None:
        """The bytes, or None when there are none."""

    async def put(self, key: str, data: bytes, create_only: bool = False) -> None:
        """Write a blob. Raises BlobExists when `create_only` and the key is taken."""

    async def list(self, prefix: str) -> Sequence[str]:
        """The keys that start with `prefix`, sorted."""


class MemoryBlobStore:
    """Blobs in a dict."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        """The bytes, or None."""
        return self.blobs.get(key)

    async def put(self, key: str, data: bytes, create_only: bool = False) -> None:
        """Write a blob. Raises BlobExists."""
        if create_only and key in self.blobs:
            raise BlobExists(key)
        self.blobs[key] = data

    async def list(self, prefix: str) -> Sequence[str]:
        """The keys that start with `prefix`, sorted."""
        return sorted(key for key in self.blobs if key.startswith(prefix))

"""The object store port: immutable-friendly blobs with generations.

A generation is a positive integer that changes with every write of a key. `if_generation=0` means "only if absent".
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dashbridge.kit import Invalid, NotFound, PreconditionFailed


class BadKey(Invalid):
    """A key is 1 to 1,024 characters of A-Z a-z 0-9 . _ - = in parts joined by slashes; no part is . or .. .

    A part has at most 200 characters, so that a folder can hold it as a file name.
    """

    default_code = "bad_object_key"


class ObjectNotFound(NotFound):
    """No object has this key."""

    default_code = "object_not_found"


class GenerationMismatch(PreconditionFailed):
    """Another write came first: the object's generation is not the one expected."""

    default_code = "generation_mismatch"

    @classmethod
    def of_key(cls, key: str, current: int, expected: int) -> GenerationMismatch:
        """The mismatch in words; generation 0 stands for absent."""
        if expected == 0:
            return cls(f"object {key} exists already", hint="choose another key, or name the generation to replace")
        now = f"is at generation {current}" if current else "is gone"
        return cls(f"object {key} {now}, not at {expected}", hint="read it again, then repeat the change")


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """A stored object without its bytes; `uri` is what a pointer row keeps (`file:///…`, `gs://…`, `memory:…`).

    `written_at` is by the store's clock; None where it was not told (from `get`).
    """

    key: str
    uri: str
    generation: int
    size: int
    written_at: datetime | None = field(default=None, compare=False)


class ObjectStore(Protocol):
    """Blobs by key. Every write is atomic: a reader sees the old bytes or the new, whatever crashes."""

    async def put(
        self, key: str, data: bytes, *, content_type: str = "application/octet-stream", if_generation: int | None = None
    ) -> ObjectInfo:
        """Write an object. Raises BadKey, GenerationMismatch, Unavailable."""

    async def get(self, key: str) -> tuple[bytes, ObjectInfo]:
        """An object's bytes and info. Raises BadKey, ObjectNotFound, Unavailable."""

    async def stat(self, key: str) -> ObjectInfo:
        """An object's info. Raises BadKey, ObjectNotFound, Unavailable."""

    async def delete(self, key: str, *, if_generation: int | None = None) -> None:
        """Remove an object. Raises BadKey, ObjectNotFound, GenerationMismatch, Unavailable."""

    def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """The objects whose key starts with `prefix`, by key."""

    async def close(self) -> None:
        """Let go of connections."""

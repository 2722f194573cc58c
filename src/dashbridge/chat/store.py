"""Where chats are recorded: session logs in the object store, under their team."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ai_sdk.log import BlobExists, SessionLog
from dashbridge.objects.base import GenerationMismatch, ObjectNotFound, ObjectStore


class ChatLogs:
    """The session log of any chat of any team."""

    def __init__(self, objects: ObjectStore) -> None:
        self._blobs = _Blobs(objects)

    def of(self, team_id: UUID, session_id: UUID) -> SessionLog:
        """The log of one chat session."""
        return SessionLog(self._blobs, f"teams/{team_id}/chats/{session_id}")


class _Blobs:
    """The object store as the session log wants it."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def get(self, key: str) -> bytes | None:
        try:
            return (await self._objects.get(key))[0]
        except ObjectNotFound:
            return None

    async def put(self, key: str, data: bytes, create_only: bool = False) -> None:
        try:
            await self._objects.put(
                key, data, content_type="application/x-ndjson", if_generation=0 if create_only else None
            )
        except GenerationMismatch as error:
            raise BlobExists(key) from error

    async def list(self, prefix: str) -> Sequence[str]:
        return sorted([info.key async for info in self._objects.list(prefix)])

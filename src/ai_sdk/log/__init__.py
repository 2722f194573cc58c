"""The record of a session in an object store: a manifest, and one append-only JSONL object a turn.

Never deletes, never rewrites, and knows a store only by the Protocol in `store.py`. Start with `session.py`.
"""

from ai_sdk.log.manifest import BadLog, SessionManifest
from ai_sdk.log.session import LogLine, RecordedTurn, SessionLog
from ai_sdk.log.store import BlobExists, BlobStore, MemoryBlobStore

__all__ = [
    "BadLog",
    "BlobExists",
    "BlobStore",
    "LogLine",
    "MemoryBlobStore",
    "RecordedTurn",
    "SessionLog",
    "SessionManifest",
]

"""The object store port: bytes by key, written whole or not at all.

Owns keys, generations and their compare-and-set. Never looks inside an object and never decides what may be kept;
pointers to objects live in the directory. Start with `base.py`; then `local.py` (a folder), `gcs.py` (a bucket) and
`memory.py` (their twin).
"""

from dashbridge.objects.base import BadKey, GenerationMismatch, ObjectInfo, ObjectNotFound, ObjectStore
from dashbridge.objects.keys import check_key, check_prefix

__all__ = [
    "BadKey",
    "GenerationMismatch",
    "ObjectInfo",
    "ObjectNotFound",
    "ObjectStore",
    "check_key",
    "check_prefix",
]

"""The shared cache port: bytes by key for a while, and leases, so that processes compute a thing once among them.

Owns no meaning: what is kept, for whom and how long, is decided in `serving`, which also bears with a cache that fails.
Start with `base.py`; then `valkey.py` (Redis or Valkey) and `memory.py` (their twin).
"""

from dashbridge.shared_cache.base import HELD, TAKEN, Looked, SharedCache

__all__ = ["HELD", "TAKEN", "Looked", "SharedCache"]

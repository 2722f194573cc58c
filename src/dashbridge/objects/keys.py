"""What a key may be, the same for every store."""

from __future__ import annotations

import re

from dashbridge.objects.base import BadKey

MAX_KEY = 1024
MAX_PART = 200

_PART = re.compile(r"[A-Za-z0-9._=-]+")
_HINT = "use letters, digits and . _ - = in parts of at most 200 characters joined by single slashes"


def check_key(key: str) -> str:
    """The key itself. Raises BadKey."""
    if not 1 <= len(key) <= MAX_KEY:
        raise BadKey(f"an object key has 1 to {MAX_KEY:,} characters, this one has {len(key):,}", hint=_HINT)
    for part in key.split("/"):
        _check_part(part, key)
    return key


def check_prefix(prefix: str) -> str:
    """The prefix itself: empty, or the beginning of some possible key. Raises BadKey."""
    if len(prefix) > MAX_KEY:
        raise BadKey(f"a prefix has at most {MAX_KEY:,} characters, this one has {len(prefix):,}", hint=_HINT)
    *folders, last = prefix.split("/")
    for part in folders:
        _check_part(part, prefix)
    if last not in ("", ".", ".."):
        _check_part(last, prefix)
    return prefix


def _check_part(part: str, key: str) -> None:
    if part in (".", "..") or len(part) > MAX_PART or not _PART.fullmatch(part):
        shown = key if len(key) <= 80 else key[:77] + "..."
        raise BadKey(f"{shown!r} is not an object key: the part {part[:40]!r} is not allowed", hint=_HINT)

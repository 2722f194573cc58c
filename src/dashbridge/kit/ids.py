"""Ids, slugs and content hashes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def new_id() -> uuid.UUID:
    """A random id that says nothing of its age or owner."""
    return uuid.uuid4()


def is_slug(text: str) -> bool:
    """Whether `text` is a slug: 1 to 63 of a-z, 0-9 and hyphen, not led by a hyphen."""
    return _SLUG.fullmatch(text) is not None


def slugify(text: str, *, fallback: str = "dashboard") -> str:
    """The nearest slug of a title: ASCII, lower case, words joined by hyphens, at most 63 characters."""
    decomposed = unicodedata.normalize("NFKD", text)
    parted = "".join(char if char.isalnum() or unicodedata.combining(char) else " " for char in decomposed)
    plain = parted.encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63].strip("-")
    return words or fallback


def sha256_hex(data: bytes) -> str:
    """The content address of bytes: SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()

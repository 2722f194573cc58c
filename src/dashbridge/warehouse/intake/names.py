"""Names of tables and columns out of whatever a file calls them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashbridge.kit import slugify

_MOST = 60


def plain_name(text: str, fallback: str) -> str:
    """The nearest name that SQL takes unquoted: a-z, 0-9 and _, led by a letter, at most 60 characters."""
    name = slugify(text.casefold(), fallback="").replace("-", "_")
    if name and not name[0].isalpha():
        name = f"{fallback}_{name}"
    return re.sub(r"_+$", "", name[:_MOST]) or fallback


def table_name(text: str) -> str:
    """The table name that a name given by a person makes; empty where nothing is left of it."""
    return plain_name(text, "table") if any(char.isalnum() for char in text) else ""


def column_names(written: Sequence[str]) -> list[str]:
    """A plain name for each column, no two alike; one without a name is called by its place."""
    found: list[str] = []
    taken: set[str] = set()
    for place, text in enumerate(written, 1):
        name = plain_name(text, "column") if text.strip() else f"column_{place}"
        name = f"column_{place}" if name == "column" and not text.strip().isascii() else name
        number, unique = 1, name
        while unique in taken:
            number += 1
            unique = f"{name}_{number}"
        taken.add(unique)
        found.append(unique)
    return found

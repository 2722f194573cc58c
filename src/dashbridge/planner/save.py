"""Saving a new file under a name that is free."""

from __future__ import annotations

import secrets
from collections.abc import Generator, Sequence

from dashbridge.planner.afford import save_file
from dashbridge.planner.transcript import Answer, Call

_MOST_SLUGS = 5


def save_new(text: str, slug: str, because: str) -> Generator[Sequence[Call], list[Answer], Answer]:
    """Save under `slug`, or where it is taken under `slug-2` …, at last under one that nobody has."""
    saved = yield from save_file(text, slug, because)
    for number in range(2, _MOST_SLUGS + 1):
        if not saved.failed or not is_taken(saved):
            break
        ending = str(number) if number < _MOST_SLUGS else secrets.token_hex(3)
        saved = yield from save_file(text, f"{slug[:56].rstrip('-')}-{ending}", because)
    return saved


def is_taken(answer: Answer) -> bool:
    """Whether a save failed because the name is in use."""
    code = str(answer.data.get("code") or "")
    return any(word in code for word in ("conflict", "taken", "exists", "precondition", "stale"))

"""How alike two stems are, by their letters alone."""

from __future__ import annotations

from functools import lru_cache

from dashbridge.planner.words import same


@lru_cache(maxsize=100_000)
def alike(one: str, other: str) -> float:
    """How alike two stems are, forms of one root included: `acceleration`, `accelerate`."""
    found = same(one, other)
    if found:
        return found
    one, other = _single(one), _single(other)
    if one == other:
        return 0.95
    if min(len(one), len(other)) < 5:
        return 0.65 if _shortened(one, other) or _shortened(other, one) else 0.0
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return 0.65 if shared >= 5 and shared >= 0.75 * min(len(one), len(other)) else 0.0


@lru_cache(maxsize=20_000)
def _single(word: str) -> str:
    """Doubled letters once: spellings such as enrolment and enrollment meet."""
    return "".join(mark for at, mark in enumerate(word) if not at or mark != word[at - 1])


def _shortened(short: str, word: str) -> bool:
    """`pos` of position, `enr` of enrollment: three or four letters up to a consonant, the word twice as long."""
    return len(short) in (3, 4) and short[-1] not in "aeiouy" and len(word) >= 2 * len(short) and word.startswith(short)

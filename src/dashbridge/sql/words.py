"""Word lists as plain text, so that the allowlists read like lists."""

from __future__ import annotations


def upper_words(*groups: str) -> frozenset[str]:
    """The words of some texts, in upper case."""
    return frozenset(word.upper() for group in groups for word in group.split())

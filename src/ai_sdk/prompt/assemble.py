"""The order of the system prompt and where its cache marks go."""

from __future__ import annotations

from collections.abc import Sequence

from ai_sdk.prompt.blocks import PromptBlock

MOST_MARKS = 4


def assemble(*groups: Sequence[PromptBlock]) -> tuple[PromptBlock, ...]:
    """The blocks of all groups, the cacheable first, so that what changes never spoils the cached prefix.

    Raises ValueError when two blocks have one name.
    """
    blocks = [block for group in groups for block in group]
    names = [block.name for block in blocks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"prompt blocks must have different names; twice: {', '.join(twice)}")
    return tuple(sorted(blocks, key=lambda block: not block.cache))


def marked(blocks: Sequence[PromptBlock], most: int = MOST_MARKS) -> frozenset[int]:
    """The indexes of the blocks to mark: the last `most` cacheable ones, since a mark covers all before it."""
    cacheable = [index for index, block in enumerate(blocks) if block.cache]
    return frozenset(cacheable[-most:] if most > 0 else [])

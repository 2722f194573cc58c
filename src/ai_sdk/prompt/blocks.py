"""A named piece of the system prompt, loaded from a folder of Markdown files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PromptBlock:
    """A piece of the system prompt. `cache` says that its text is the same from request to request."""

    name: str
    text: str
    cache: bool = False


def load_text(folder: Path, name: str) -> str:
    """The text of `folder/name.md`. Raises ValueError when it is absent or empty."""
    path = folder / f"{name}.md"
    if "/" in name or not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.md"))) or "none"
        raise ValueError(f"no prompt {name!r} in {folder.name}/; there are: {known}")
    text = path.read_text(encoding="utf-8").strip()
    if not text:
        raise ValueError(f"prompt {folder.name}/{path.name} is empty")
    return text


def load_blocks(folder: Path, names: Sequence[str], *, cache: bool = True) -> tuple[PromptBlock, ...]:
    """The named blocks of a folder, in the order given. Raises ValueError as `load_text` does."""
    return tuple(PromptBlock(name, load_text(folder, name), cache) for name in names)

"""The tools of one turn, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ai_sdk.providers.base import ToolSpec
from ai_sdk.tools.tool import Tool


class ToolRegistry:
    """An ordered set of tools. Raises ValueError when two have one name."""

    def __init__(self, tools: Iterable[Tool] = ()) -> None:
        self._tools: dict[str, Tool] = {}
        for tool in tools:
            if tool.name in self._tools:
                raise ValueError(f"two tools are named {tool.name!r}")
            self._tools[tool.name] = tool

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    def find(self, name: str) -> Tool | None:
        """The tool with this name, or None."""
        return self._tools.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order given."""
        return tuple(self._tools)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told of the tools, in the order given."""
        return tuple(tool.spec for tool in self)

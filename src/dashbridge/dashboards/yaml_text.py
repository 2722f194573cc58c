"""A YAML text with the places of its nodes: what is cut out of it keeps its comments and quoting."""

from __future__ import annotations

import bisect
import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from dashbridge.dashboards.scalars import read_scalar

# What stands unquoted in every context and reads as text.
_PLAIN = re.compile(r"[A-Za-z_(][A-Za-z0-9_ .()*/+<>=|%-]*(?<! )")
_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment and where it begins."""

    start: int
    text: str


class YamlText:
    """The text, its root node, its lines. Positions are indices into the text; lines are counted from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Node = YAML(typ="safe", pure=True).compose(text)
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self._starts = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]

    def line_at(self, position: int) -> int:
        """The line that holds a position."""
        return bisect.bisect_right(self._starts, position) - 1

    def start_of(self, line: int) -> int:
        """Where a line begins; the end of the text for one after the last."""
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def line(self, number: int) -> str:
        """A line without its break."""
        return self.text[self.start_of(number) : self.start_of(number + 1)].rstrip("\r\n")

    def lines(self) -> int:
        """How many lines there are; an empty one after the last break does not count."""
        return len(self._starts) - (self._starts[-1] == len(self.text))

    def start(self, node: Node) -> int:
        """Where a node begins."""
        return int(node.start_mark.index)

    def end(self, node: Node) -> int:
        """Where a node's content ends, without the blank lines and comments that follow it."""
        start, end = self.start(node), int(node.end_mark.index)
        if isinstance(node, ScalarNode):
            return start + len(self.text[start:end].rstrip()) if node.style in ("|", ">") else end
        if is_flow(node):
            return end
        inner = [part for pair in node.value for part in pair] if isinstance(node, MappingNode) else list(node.value)
        # A value left empty stands where the next token is.
        ends = [self.end(one) for one in inner if int(one.start_mark.index) < int(one.end_mark.index)]
        return max(ends, default=start)

    def raw(self, node: Node) -> str:
        """A node as it is written."""
        return self.text[self.start(node) : self.end(node)]

    def lead(self, line: int, column: int) -> int:
        """The first of the comment lines right above a line that are indented like it."""
        while line > 0 and self.line(line - 1).startswith(" " * column + "#"):
            line -= 1
        return line

    def comments(self, start: int, end: int) -> list[Comment]:
        """The comments between two positions: what looks like one inside a scalar is none."""
        begins = [comment.start for comment in self._comments]
        return self._comments[bisect.bisect_left(begins, start) : bisect.bisect_left(begins, end)]

    @functools.cached_property
    def _comments(self) -> list[Comment]:
        pieces, at = [], 0
        for scalar in scalars(self.root):
            start, end = self.start(scalar), int(scalar.end_mark.index)
            if scalar.style in ("|", ">"):  # a comment may stand behind the sign
                start = self.text.find("\n", start, end)
            if at <= start < end:
                pieces += [self.text[at:start], "_" * (end - start)]
                at = end
        masked = "".join([*pieces, self.text[at:]])
        return [Comment(match.start(), match[0].rstrip()) for match in _COMMENT.finditer(masked)]


def is_flow(node: Node) -> bool:
    """Whether a node is a map or list written in braces or brackets."""
    return isinstance(node, CollectionNode) and bool(node.flow_style)


def items(node: Node) -> list[Node]:
    """The nodes of a list; of a scalar, the scalar alone."""
    return [node] if isinstance(node, ScalarNode) else list(node.value) if isinstance(node, SequenceNode) else []


def pairs(node: Node) -> dict[str, tuple[Node, Node]]:
    """The key and value nodes of a mapping by key."""
    return {str(key.value): (key, value) for key, value in node.value} if isinstance(node, MappingNode) else {}


def scalars(node: Node) -> Iterator[ScalarNode]:
    """Every scalar in a node, keys too."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield from scalars(key)
            yield from scalars(value)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from scalars(item)


def written(value: str, style: str | None) -> str:
    """A text as a scalar of one line that is fit for every context, quoted as `style` was where that can be."""
    if style is None and _PLAIN.fullmatch(value) and isinstance(read_scalar(value), str):
        return value
    if style != '"' and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False)


def shifted(line: str, by: int) -> str:
    """A line indented by more or fewer spaces; a blank one stays blank."""
    if not line.strip():
        return line.strip()
    return " " * by + line if by >= 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :]

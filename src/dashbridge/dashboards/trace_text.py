"""One trace of a file as the lines of an insight: kept keys as they stand, the others as its interactions."""

from __future__ import annotations

from ruamel.yaml.nodes import Node, ScalarNode

from dashbridge.dashboards.yaml_text import Comment, YamlText, is_flow, items, pairs, shifted, written
from dashbridge.insights import InsightSpec

_KINDS = {"cohort_on": "split", "filters": "filter", "order_by": "sort"}


class TraceText:
    """A trace in the text, from its key to its last line, and the insight that it becomes."""

    def __init__(self, source: YamlText, key: Node, value: Node, name: str, insight: InsightSpec) -> None:
        self._source, self._key, self._value = source, key, value
        self._name, self._insight = name, insight
        self._steps: dict[str, list[str]] = {kind: [] for kind in _KINDS.values()}
        for step in insight.interactions:
            self._steps[step.kind].append(step.text)

    def as_lines(self, indent: int, last: int) -> list[str]:
        """The lines of the insight, its name indented by `indent`; `last` is the trace's last line."""
        if is_flow(self._value):
            return self._flow(indent)
        return self._block(indent, last)

    def _flow(self, indent: int) -> list[str]:
        source = self._source
        kept: list[str] = []
        steps: dict[str, list[str]] = {kind: [] for kind in _KINDS.values()}
        for name, (key, value) in pairs(self._value).items():
            if kind := _KINDS.get(name):
                steps[kind] = [f"{{{kind}: {self._step(node, kind, at)}}}" for at, node in enumerate(items(value))]
            else:
                kept.append(self._kept(source.start(key), max(source.end(value), source.end(key) + 1), name, value))
        if listed := [step for kind in steps.values() for step in kind]:
            kept.append(f"interactions: [{', '.join(listed)}]")
        pad = " " * indent
        comments = source.comments(source.start(self._value), source.end(self._value))
        lines = [pad + comment.text for comment in comments]
        body = ", ".join(" ".join(piece.split()) if comments else piece for piece in kept)
        return [*lines, f"{pad}{self._name}: {{{body}}}"]

    def _block(self, indent: int, last: int) -> list[str]:
        source = self._source
        children = list(pairs(self._value).items())
        column = int(children[0][1][0].start_mark.column)
        lines = [source.line_at(source.start(key)) for _, (key, _) in children]
        starts = [source.lead(line, column) for line in lines]
        by = indent - int(self._key.start_mark.column)
        header = source.text[source.end(self._key) : source.start_of(source.line_at(source.start(self._key)) + 1)]
        out = [" " * indent + self._name + header.rstrip()]
        first = source.line_at(source.start(self._key)) + 1
        out += [shifted(source.line(number), by) for number in range(first, starts[0])]
        steps: dict[str, list[str]] = {kind: [] for kind in _KINDS.values()}
        pad = " " * (column + by)
        for at, (name, (_, value)) in enumerate(children):
            following = starts[at + 1] if at + 1 < len(children) else last + 1
            start, end = source.start_of(starts[at]), source.start_of(following)
            if kind := _KINDS.get(name):
                steps[kind] = self._steps_of(value, kind, source.comments(start, end), pad)
            else:
                out += [shifted(line, by) for line in self._kept(start, end, name, value).splitlines()]
        while not out[-1].strip():
            out.pop()
        listed = [line for kind in steps.values() for line in kind]
        if not self._insight.interactions:  # lists that were empty may have had comments
            return [*out, *(shifted(line, -2) for line in listed)]
        return [*out, f"{pad}interactions:", *listed]

    def _steps_of(self, value: Node, kind: str, comments: list[Comment], pad: str) -> list[str]:
        """The items of one kind, each with the comments above it and the one behind it."""
        source = self._source
        out: list[str] = []
        waiting = list(comments)
        for at, node in enumerate(items(value)):
            while waiting and waiting[0].start < source.start(node):
                out.append(f"{pad}  {waiting.pop(0).text}")
            behind = ""
            if not is_flow(value) and waiting and source.line_at(waiting[0].start) == source.line_at(source.end(node)):
                behind = "  " + waiting.pop(0).text
            out.append(f"{pad}  - {kind}: {self._step(node, kind, at)}{behind}")
        return [*out, *(f"{pad}  {comment.text}" for comment in waiting)]

    def _step(self, node: Node, kind: str, at: int) -> str:
        text = self._steps[kind][at]
        raw = self._source.raw(node)
        style = node.style if isinstance(node, ScalarNode) else None
        one_line = style not in ("|", ">") and "\n" not in raw
        return raw if one_line and text == node.value else written(text, style)

    def _kept(self, start: int, end: int, name: str, value: Node) -> str:
        """A key with all that belongs to it, `column(…)` in its props written out."""
        text, at, out = self._source.text, start, ""
        for prop, (_, node) in pairs(value).items() if name == "props" else ():
            if isinstance(node, ScalarNode) and self._insight.props[prop] != node.value:
                out += text[at : self._source.start(node)] + written(self._insight.props[prop], node.style)
                at = self._source.end(node)
        return out + text[at:end]

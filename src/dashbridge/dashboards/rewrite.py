"""A dashboard file with its traces rewritten as insights; every other character of the file stays as it is.

The text is cut along the places of its nodes, so that comments, order and quoting are kept. The result is read again
and must mean exactly what was wanted.
"""

from __future__ import annotations

from dataclasses import dataclass

from ruamel.yaml.nodes import MappingNode, Node

from dashbridge.dashboards.load import LoadedDashboard, load_dashboard
from dashbridge.dashboards.spec import DashboardSpec
from dashbridge.dashboards.trace_text import TraceText
from dashbridge.dashboards.yaml_text import YamlText, is_flow, pairs
from dashbridge.insights import InsightSpec
from dashbridge.insights.trace import as_insight
from dashbridge.kit import Invalid

_INDENT = 2


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The new file, loaded too, and the name of the insight of each trace."""

    text: str
    loaded: LoadedDashboard
    names: dict[str, str]


def traces_as_insights(text: str, dialect: str = "duckdb") -> Rewritten:
    """Rewrite the traces of a file, which must load, as insights. Raises Invalid where its form does not allow it."""
    text = text.removeprefix("\ufeff")
    spec = load_dashboard(text, dialect).spec
    names = _free_names(spec)
    insights = {name: as_insight(name, trace, dialect=dialect) for name, trace in spec.traces.items()}
    new_text = _Rewriting(text, names, insights).text() if spec.traces else text
    views = {
        name: view if view.trace is None else view.model_copy(update={"trace": None, "insight": names[view.trace]})
        for name, view in spec.views.items()
    }
    together = {**spec.insights, **{names[name]: insight for name, insight in insights.items()}}
    wanted = spec.model_copy(update={"traces": {}, "insights": together, "views": views})
    loaded = load_dashboard(new_text, dialect)
    if loaded.spec != wanted:
        raise _unfit("written as insights the traces would not mean the same")
    return Rewritten(new_text, loaded, names)


def _free_names(spec: DashboardSpec) -> dict[str, str]:
    taken = {*spec.insights, *spec.traces}
    names: dict[str, str] = {}
    for name in spec.traces:
        free, number = name, 2
        while free in spec.insights or (free != name and free in taken):
            free, number = f"{name[:58]}_{number}", number + 1
        taken.add(free)
        names[name] = free
    return names


def _unfit(message: str) -> Invalid:
    return Invalid(message, code="migrate.form", hint="write the file in block style, one key a line, and try again")


class _Rewriting:
    """Collects the edits of one text and makes them."""

    def __init__(self, text: str, names: dict[str, str], insights: dict[str, InsightSpec]) -> None:
        self._source = YamlText(text)
        self._names, self._insights = names, insights
        self._edits: list[tuple[int, int, str]] = []
        root = self._source.root
        if not isinstance(root, MappingNode) or is_flow(root):
            raise _unfit("the file is written as one { }, and no line of it can be moved")
        self._top = pairs(root)

    def text(self) -> str:
        """The new text."""
        self._rename_in_views()
        source = self._source
        key, value = self._top["traces"]
        first, last = source.line_at(source.start(key)), self._last_line(key, value)
        removed = (source.start_of(first), source.start_of(last + 1))
        if "insights" not in self._top:
            header = source.text[source.end(key) : source.start_of(first + 1)].rstrip()
            lines = self._entries(_INDENT if is_flow(value) else self._column(value), last)
            notes = self._notes(0) if is_flow(value) else []
            self._edit(*removed, self._joined([*notes, "insights" + (":" if is_flow(value) else header), *lines]))
        else:
            self._edit(*removed, "")
            self._add_to_insights(last)
        text = source.text
        for start, end, new in sorted(self._edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _rename_in_views(self) -> None:
        for _, view in pairs(self._top["views"][1]).values():
            if "trace" in (keys := pairs(view)):
                key, value = keys["trace"]
                self._edit(self._source.start(key), self._source.end(key), "insight")
                if self._names[value.value] != value.value:
                    self._edit(self._source.start(value), self._source.end(value), self._names[value.value])

    def _add_to_insights(self, last: int) -> None:
        source = self._source
        key, value = self._top["insights"]
        indent = _INDENT if is_flow(value) else self._column(value)
        lines: list[str] = []
        if is_flow(value):  # becomes a block, so that what is added can stand under it
            start = source.end(key) + 1
            self._edit(start, source.end(value), "")
            known = pairs(value).values()
            lines += [" " * indent + source.text[source.start(name) : source.end(one)] for name, one in known]
            lines += [" " * indent + one.text for one in source.comments(source.start(value), source.end(value))]
        traces = self._top["traces"][1]
        lines += self._notes(indent) if is_flow(traces) or self._header_note() else []
        lines += self._entries(indent, last)
        after = source.start_of(source.line_at(source.end(value)) + 1)
        if not is_flow(value):
            after = source.start_of(self._last_line(key, value) + 1)
        broken = "" if source.text[:after].endswith("\n") else source.newline
        self._edit(after, after, broken + self._joined(lines))

    def _entries(self, indent: int, last: int) -> list[str]:
        source = self._source
        traces = pairs(self._top["traces"][1])
        flow = is_flow(self._top["traces"][1])
        column = 0 if flow else self._column(self._top["traces"][1])
        begins = [source.lead(source.line_at(source.start(key)), column) for key, _ in traces.values()]
        lines: list[str] = []
        for at, (name, (key, value)) in enumerate(traces.items()):
            end = begins[at + 1] - 1 if at + 1 < len(begins) else last
            line = source.line_at(source.start(key))
            if not flow:
                above = range(source.line_at(source.start(self._top["traces"][0])) + 1 if at == 0 else begins[at], line)
                lines += [" " * indent + source.line(one).strip() if source.line(one).strip() else "" for one in above]
            lines += TraceText(source, key, value, self._names[name], self._insights[name]).as_lines(indent, end)
            if not flow and not is_flow(value) and not source.line(end).strip() and at + 1 < len(begins):
                lines.append("")
        return lines

    def _header_note(self) -> bool:
        return bool(self._notes(0))

    def _notes(self, indent: int) -> list[str]:
        """The comments on the line of `traces:`, or anywhere in it when it is written as { }."""
        source = self._source
        key, value = self._top["traces"]
        line_end = source.start_of(source.line_at(source.start(key)) + 1)
        end = max(line_end, source.start_of(source.line_at(source.end(value)) + 1)) if is_flow(value) else line_end
        inner = [source.comments(source.start(one), source.end(one)) for _, one in pairs(value).values()]
        within = {comment.start for found in inner for comment in found} if is_flow(value) else set()
        comments = source.comments(source.end(key), end)
        return [" " * indent + one.text for one in comments if one.start not in within]

    def _last_line(self, key: Node, value: Node) -> int:
        """The last line of a top-level key's value, with the indented comments below it."""
        source = self._source
        line = source.line_at(max(source.end(value) - 1, source.end(key)))
        following = line + 1
        while following < source.lines() and (text := source.line(following))[:1] in ("", " ", "\r"):
            if text.strip() and not text.lstrip().startswith("#"):
                break
            if text.strip():
                line = following
            following += 1
        return line

    def _column(self, value: Node) -> int:
        return int(value.value[0][0].start_mark.column) if value.value else _INDENT

    def _edit(self, start: int, end: int, new: str) -> None:
        self._edits.append((start, end, new))

    def _joined(self, lines: list[str]) -> str:
        return "".join(line + self._source.newline for line in lines)

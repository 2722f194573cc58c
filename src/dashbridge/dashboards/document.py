"""YAML text to plain data with places, through a guard on the event stream: nothing is built that was not let through.

Refused: anchors, aliases, tags, merge keys, directives, several documents, duplicate keys, keys that are no text, more
than 256 kB, 40 levels or 20,000 nodes, text that is not UTF-8, control characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from dashbridge.dashboards.scalars import read_scalar
from dashbridge.kit import Invalid, Place, TooLarge

MAX_BYTES = 256_000
MAX_DEPTH = 40
MAX_NODES = 20_000

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BRACKETS = re.compile(r"[\[{]{64}")


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data (dict, list, str, int, float, bool, None) and the 1-based (line, column) of each JSON-pointer path."""

    data: Any
    places: dict[str, tuple[int, int]]

    def place(self, path: str) -> Place:
        """Where `path` is; for a path that is not there, where its nearest parent is."""
        at = path
        while at and at not in self.places:
            at = at.rpartition("/")[0]
        line, column = self.places.get(at, (1, 1))
        return Place(path or "/", line, column)


def read_document(text: str | bytes) -> Document:
    """Read one YAML document. Raises Invalid (TooLarge over the cap) with the place of what was refused."""
    source = _text(text)
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(source):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = _place("", mark) if mark is not None else Place("/", 1, 1)
        raise Invalid(f"not YAML: {error.problem or error.context}", code="yaml.syntax", place=where) from None
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        # The parser lets a few plain exceptions out for broken escapes and indentation.
        message = f"not YAML: {str(error).splitlines()[0][:200] if str(error) else type(error).__name__}"
        raise Invalid(message, code="yaml.syntax", place=Place("/", 1, 1)) from None
    if not builder.started:
        raise Invalid(
            "the file is empty", code="yaml.empty", place=Place("/", 1, 1), hint="a dashboard begins with version: 1"
        )
    return Document(builder.root, builder.places)


def _text(text: str | bytes) -> str:
    if isinstance(text, bytes):
        if len(text) > MAX_BYTES:
            raise _too_large(len(text))
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            message = f"byte {error.start + 1} is not UTF-8"
            raise Invalid(
                message, code="yaml.encoding", place=Place("/", line), hint="save the file as UTF-8"
            ) from None
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _too_large(len(text))
    if run := _BRACKETS.search(text):
        # The parser looks far ahead at every opening bracket; a run of them costs it a second.
        place = Place("/", text.count("\n", 0, run.start()) + 1, run.start() - text.rfind("\n", 0, run.start()))
        raise Invalid(f"nested deeper than {MAX_DEPTH} levels", code="yaml.too_deep", place=place, hint="flatten it")
    if unfit := _UNFIT.search(text):
        line = text.count("\n", 0, unfit.start()) + 1
        column = unfit.start() - (text.rfind("\n", 0, unfit.start()) + 1) + 1
        message = f"the character U+{ord(unfit[0]):04X} may not stand in a dashboard file"
        raise Invalid(message, code="yaml.character", place=Place("/", line, column), hint="remove it")
    return text


def _too_large(size: int) -> TooLarge:
    return TooLarge(
        f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read", code="yaml.too_large", place=Place("/", 1, 1)
    )


def _place(path: str, mark: StringMark) -> Place:
    return Place(path or "/", mark.line + 1, mark.column + 1)


@dataclass(slots=True)
class _Level:
    """A mapping or list that is being filled; `key` is the mapping key that waits for its value."""

    container: dict[str, Any] | list[Any]
    path: str
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    root: Any = None
    started: bool = False
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    _levels: list[_Level] = field(default_factory=list)
    _nodes: int = 0
    _documents: int = 0

    def take(self, event: Event) -> None:
        """One event: let through and built, or refused."""
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refused("yaml.several_documents", "a second document begins here", event, "keep one a file")
            if event.version or event.tags:
                raise self._refused(
                    "yaml.directive", "directives are not read", event, "remove the line that begins with %"
                )
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._levels.pop()
        elif isinstance(event, NodeEvent):
            self._guard(event)
            self._node(event)

    def _guard(self, event: NodeEvent) -> None:
        if isinstance(event, AliasEvent):
            raise self._refused("yaml.alias", "aliases are not read", event, "write the value out")
        if event.anchor is not None:
            raise self._refused("yaml.anchor", "anchors are not read", event, "remove the & and its name")
        if getattr(event, "ctag", None) is not None:
            raise self._refused("yaml.tag", "tags are not read", event, "remove the ! and its name; quote a text")
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._refused("yaml.too_many_nodes", f"more than {MAX_NODES:,} values", event, "split the dashboard")
        if len(self._levels) >= MAX_DEPTH and not isinstance(event, ScalarEvent):
            raise self._refused("yaml.too_deep", f"nested deeper than {MAX_DEPTH} levels", event, "flatten it")

    def _node(self, event: NodeEvent) -> None:
        level = self._levels[-1] if self._levels else None
        if level is not None and isinstance(level.container, dict) and level.key is None:
            level.key = self._new_key(event, level, level.container)
            return
        path = self._path()
        if path not in self.places:
            self.places[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, ScalarEvent):
            self._attach(self._value(event))
        else:
            container: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
            self._attach(container)
            self._levels.append(_Level(container, path))

    def _new_key(self, event: NodeEvent, level: _Level, container: dict[str, Any]) -> str:
        if not isinstance(event, ScalarEvent):
            raise self._refused("yaml.key", "a key must be text", event, "lists and maps cannot be keys")
        key = self._value(event)
        if not isinstance(key, str):
            raise self._refused("yaml.key", f"the key {event.value!r} is not text", event, "put it in quotes")
        if key == "<<" and event.style is None:
            raise self._refused("yaml.merge", "merge keys are not read", event, "write the values out")
        path = f"{level.path}/{escape(key)}"
        if key in container:
            first = self.places.get(path, (0, 0))[0]
            raise self._refused(
                "yaml.duplicate_key", f"the key {key[:60]!r} stands twice (first on line {first})", event, "keep one"
            )
        self.places[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        return key

    def _value(self, event: ScalarEvent) -> str | int | float | bool | None:
        text: str = event.value
        if unfit := _UNFIT.search(text):
            raise self._refused(
                "yaml.character", f"the text holds the character U+{ord(unfit[0]):04X}", event, "remove it"
            )
        if event.style is not None:
            return text
        try:
            return read_scalar(text)
        except ValueError as error:
            raise self._refused("yaml.number", str(error), event, "write a finite number of at most 64 bits") from None

    def _attach(self, value: Any) -> None:
        if not self._levels:
            self.root, self.started = value, True
            return
        level = self._levels[-1]
        if isinstance(level.container, list):
            level.container.append(value)
        else:
            level.container[level.key or ""] = value
            level.key = None

    def _path(self) -> str:
        if not self._levels:
            return ""
        level = self._levels[-1]
        return f"{level.path}/{len(level.container) if isinstance(level.container, list) else escape(level.key or '')}"

    def _refused(self, code: str, message: str, event: Event, hint: str) -> Invalid:
        return Invalid(message, code=code, hint=hint, place=_place(self._path(), event.start_mark))


def escape(key: str) -> str:
    """A key as one step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def steps(path: str) -> Iterator[str]:
    """The keys of a JSON pointer."""
    for step in path.split("/")[1:]:
        yield step.replace("~1", "/").replace("~0", "~")

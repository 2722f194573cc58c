"""Plain data as YAML text that reads back to the same data: any text is quoted where it must be."""

from __future__ import annotations

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./()%-]*[A-Za-z0-9_)%]|[A-Za-z]|[0-9]{1,6}[smhd]|\\.[0-9]+[a-z%]")
_WORDS = re.compile(r"[A-Za-z][^\x00-\x1f\x7f-\U0010ffff]*")
_SPECIAL = frozenset(["yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"])
_SHORT = 110
_FLOW = frozenset(["options", "cache", "format", "sort", "kinds", "default", "labels"])


def emit(document: dict[str, Any]) -> str:
    """The document as block YAML, small maps in one line, SQL as literal blocks."""
    return "".join(f"{line}\n" for key, value in document.items() for line in entry(key, value, 0))


def entry(key: str, value: Any, indent: int) -> list[str]:
    """The lines of `key: value` at an indent."""
    start = f"{' ' * indent}{scalar(key)}:"
    if isinstance(value, dict) and value:
        flow = f"{start} {_flow(value)}"
        if key in _FLOW and len(flow) <= _SHORT + 20:
            return [flow]
        return [start, *(line for name, one in value.items() for line in entry(name, one, indent + 2))]
    if isinstance(value, list) and value and key == "default":
        return [f"{start} {_flow(value)}"]
    if isinstance(value, list) and value:
        return [start, *(line for one in value for line in item(one, indent + 2))]
    if isinstance(value, str) and "\n" in value and _literal_safe(value):
        return [
            f"{start} |-" if not value.endswith("\n") else f"{start} |",
            *(" " * (indent + 2) + line if line else "" for line in value.rstrip("\n").split("\n")),
        ]
    return [f"{start} {_flow(value) if not isinstance(value, str) else block_scalar(value)}"]


def item(value: Any, indent: int) -> list[str]:
    """The lines of `- value` at an indent."""
    start = f"{' ' * indent}- "
    if isinstance(value, dict) and value:
        flow = start + _flow(value)
        if len(flow) <= _SHORT and (len(value) > 1 or not all(isinstance(one, str) for one in value.values())):
            return [flow]
        lines = [line for name, one in value.items() for line in entry(name, one, indent + 2)]
        return [start + lines[0].lstrip(" "), *lines[1:]]
    return [start + _flow(value)]


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """One value: numbers and plain words as they are, all else as a JSON string, which is also YAML."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _SPECIAL:
        return text
    return json_text(text)


def block_scalar(text: str) -> str:
    """A text outside brackets: commas and braces need no quotes there."""
    plain = _WORDS.fullmatch(text) and ": " not in text and " #" not in text and not text.endswith((":", " "))
    return text if plain and text.lower() not in _SPECIAL else scalar(text)


def json_text(text: str) -> str:
    """A double-quoted text; what YAML does not print is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(character if _printable(character) else _escape(character) for character in quoted)


def _printable(character: str) -> bool:
    code = ord(character)
    return (
        0x20 <= code <= 0x7E
        or (0xA0 <= code <= 0xD7FF and code not in (0x2028, 0x2029))
        or (0xE000 <= code <= 0xFFFD and code != 0xFEFF)
        or 0x10000 <= code <= 0x10FFFF
    )


def _escape(character: str) -> str:
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"
    return f"\\u{code:04X}"


def _literal_safe(text: str) -> bool:
    lines = text.rstrip("\n").split("\n")
    clean = all(_printable(character) for line in lines for character in line) and not any(
        line != line.rstrip() for line in lines
    )
    return clean and not text.startswith((" ", "\n")) and not text.endswith("\n\n")

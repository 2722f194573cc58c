"""d3 formats: only those that the page's formatter reads, since a broken one would keep a chart from drawing."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?:.?[<>=^])?[+\-( ]?[$#]?0?\d{0,2},?(?:\.\d{1,2})?~?[%abcdefgnoprsxX]?")
_DIRECTIVE = re.compile(r"%(?:[-_0]?)(.)")
_DIRECTIVES = set("aAbBcdefgGHIjLmMpqQsSuUVwWxXyYZ%")


def is_number_format(text: str) -> bool:
    """Whether it is a d3-format specifier: `,.1f`, `.0%`, `~s`, `$,.2f`."""
    return _NUMBER.fullmatch(text) is not None


def is_time_format(text: str) -> bool:
    """Whether it is a d3-time-format specifier: `%b %Y`, `%d %b %H:%M`."""
    found = _DIRECTIVE.findall(text)
    return bool(found) and set(found) <= _DIRECTIVES and not text.replace("%%", "").endswith("%")

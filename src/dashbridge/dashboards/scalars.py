"""Plain YAML scalars by the YAML 1.2 core schema, narrowed where a reader could mean two things.

`on`, `yes`, `no` are text. Dates are text (date fields read them). A number with a leading zero (`012`) is text:
codes keep their zeros. Infinities, NaN and numbers beyond 64 bits are refused.
"""

from __future__ import annotations

import math
import re

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_OCTAL = re.compile(r"0o[0-7]{1,22}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,16}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def read_scalar(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar. Raises ValueError for a number that cannot be held."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 400 or text[0] not in "+-.0123456789":
        return text
    if _SPECIAL.fullmatch(text):
        raise ValueError(f"{text} is not a finite number")
    if _INT.fullmatch(text):
        return _whole(text, 10)
    if _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        return _whole(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(f"{text[:30]} is too large")
        return number
    return text


def _whole(text: str, base: int) -> int:
    if len(text) > 40 or abs(number := int(text, base)) >= 2**63:
        raise ValueError(f"{text[:30]} does not fit 64 bits; put it in quotes to keep it as text")
    return number

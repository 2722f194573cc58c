"""Tool arguments as providers stream them: text that must be one JSON object, read strictly."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from ai_sdk.messages import ToolUse
from ai_sdk.providers.base import BrokenToolUse

_MOST_CHARACTERS = 1_000_000


def tool_use_of(call_id: str, name: str, text: str, *, cut: bool = False) -> ToolUse | BrokenToolUse:
    """The call, or a BrokenToolUse that says what is wrong with its arguments. No text at all means no arguments.

    `cut`: the reply was at its length limit when it ended with this call, so the call is not whole.
    """
    if cut:
        problem = (
            "The reply met its length limit inside this call, so it was not run. Call again with shorter arguments."
        )
        return BrokenToolUse(call_id, name, problem)
    try:
        return ToolUse(call_id, name, parse_arguments(text))
    except ValueError as error:
        problem = f"The arguments are not a JSON object ({error}), so the call was not run. Send them again, whole."
        return BrokenToolUse(call_id, name, problem)


def parse_arguments(text: str) -> dict[str, Any]:
    """The JSON object in `text`. Raises ValueError for anything else, and for duplicate keys, NaN, NUL and the like."""
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"longer than {_MOST_CHARACTERS:,} characters")
    if not text.strip():
        return {}
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        plain = json.dumps(value, ensure_ascii=False)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError(f"it is a {type(value).__name__}")
    try:
        plain.encode()
    except UnicodeEncodeError as error:
        raise ValueError("an unpaired surrogate") from error
    if "\\u0000" in plain.replace("\\\\", ""):
        raise ValueError("a NUL character")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")

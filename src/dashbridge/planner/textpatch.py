"""Writing changed data into a file's own text: entries that did not change keep their lines, comments and order."""

from __future__ import annotations

import re
from typing import Any

from dashbridge.planner.emit import emit, entry, item

_KEY = re.compile(r"""(?P<indent> *)(?P<quote>["']?)(?P<key>[A-Za-z_][\w-]*)(?P=quote)\s*:(?P<rest>.*)""")


def patch_text(text: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """The text with `after` in place of `before`. The caller reads it back to make sure it says the same."""
    lines = text.split("\n")
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(_patch_map(lines, before, after, 0)) + "\n"


def rewritten(text: str, after: dict[str, Any]) -> str | None:
    """The whole file written anew; None when comments would be lost."""
    commented = any(line.lstrip().startswith("#") or " #" in line for line in text.split("\n"))
    return None if commented else emit(after)


def _patch_map(lines: list[str], before: dict[str, Any], after: dict[str, Any], indent: int) -> list[str]:
    """The lines of a block map, entry by entry; new entries go to the end."""
    kept: list[str] = []
    seen: set[str] = set()
    at = 0
    while at < len(lines):
        match = _KEY.fullmatch(lines[at])
        if match is None or len(match["indent"]) != indent or match["key"] not in before:
            kept.append(lines[at])
            at += 1
            continue
        key, end = match["key"], _end(lines, at, indent)
        seen.add(key)
        if key in after:
            kept += _patch_entry(lines[at:end], key, before[key], after[key], indent)
        at = end
    tail: list[str] = []
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith("#")) and indent:
        tail.insert(0, kept.pop())
    for key, value in after.items():
        if key not in seen:
            kept += entry(key, value, indent)
    return kept + tail


def _patch_entry(lines: list[str], key: str, before: Any, after: Any, indent: int) -> list[str]:
    if before == after:
        return lines
    match = _KEY.fullmatch(lines[0])
    bare = match is not None and not match["rest"].split("#")[0].strip()
    body = next((line for line in lines[1:] if line.strip() and not line.lstrip().startswith("#")), "")
    inner = len(body) - len(body.lstrip())
    if bare and isinstance(before, dict) and isinstance(after, dict) and after and inner > indent:
        return [lines[0], *_patch_map(lines[1:], before, after, inner)]
    if bare and isinstance(before, list) and isinstance(after, list) and after:
        patched = _patch_list(lines[1:], before, after)
        if patched is not None:
            return [lines[0], *patched]
    tail: list[str] = []
    rest = list(lines)
    while len(rest) > 1 and (not rest[-1].strip() or rest[-1].lstrip().startswith("#")):
        tail.insert(0, rest.pop())
    return [*entry(key, after, indent), *tail]


def _patch_list(lines: list[str], before: list[Any], after: list[Any]) -> list[str] | None:
    """A block list whose items that did not change keep their lines; None when the lines are not one block list."""
    first = next((line for line in lines if line.lstrip().startswith("- ")), "")
    indent = len(first) - len(first.lstrip())
    starts = [at for at, line in enumerate(lines) if line.startswith(f"{' ' * indent}- ")]
    if len(starts) != len(before) or any(line.strip() and len(line) - len(line.lstrip()) < indent for line in lines):
        return None
    ends = [*starts[1:], len(lines)]
    written = [lines[start:end] for start, end in zip(starts, ends, strict=True)]
    patched = lines[: starts[0]]
    at = 0
    for value in after:
        same = next((place for place in range(at, len(before)) if before[place] == value), None)
        if same is None:
            patched += item(value, indent)
        else:
            patched += written[same]
            at = same + 1
    return patched


def _end(lines: list[str], at: int, indent: int) -> int:
    """The line after an entry; comments and blank lines before the next entry belong to that one."""
    end = at + 1
    last = end
    while end < len(lines):
        line = lines[end]
        if line.strip() and not line.lstrip().startswith("#"):
            depth = len(line) - len(line.lstrip())
            if depth < indent or (depth == indent and not line.lstrip().startswith("- ")):
                break
            last = end + 1
        end += 1
    return last

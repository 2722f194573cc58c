"""Reading a follow-up: the edits a short text asks for, or nothing when it is a question of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dashbridge.planner.lexicon import CHARTS, GRAINS, NUMBER_WORDS

EditKind = Literal["grain", "add", "only", "exclude", "remove", "rename", "chart", "top", "sort", "undo"]

_POLITE = re.compile(
    r"^(?:(?:please|now|ok|okay|and|then|also|can you|could you|would you|will you|let's|lets|just)\b[\s,]*)+",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"[\s,]*(?:please|thanks|thank you|instead|now)?[\s.!?]*$", re.IGNORECASE)
_IT = r"(?:it|this|that|them|everything|all|the (?:dashboard|chart|trend|view|data)|this (?:dashboard|chart|view))"
_GRAIN_WORD = "|".join(sorted(GRAINS, key=len, reverse=True))
_CHART_WORD = "|".join(sorted(CHARTS, key=len, reverse=True))
_WHOLE = re.compile(r"it|this|that|(?:the |this )?(?:dashboard|page|title)", re.IGNORECASE)
_NUMBER = r"\d{1,3}|" + "|".join(word for word, number in NUMBER_WORDS.items() if number)
_VERBS = r"make|add|remove|delete|drop|only|exclude|rename|call|show|sort|order|top|switch|change|undo|turn|filter"

_JOINED = re.compile(
    rf"\s*[;.]\s+|\s*,?\s+(?:and|then)\s+(?=(?:then |also )?(?:{_VERBS})\b)|\s*,\s*(?=(?:{_VERBS})\b)", re.IGNORECASE
)
_LAST = r"(?:it|that|this|the last (?:change|edit|step)|my last change)"
_SHOW = r"(?:show|make|turn|draw|display|change|plot|use|switch|convert|see|render)"
_TO_ONLY = r"(?:restrict|limit)(?: (?:it|this))? to|show(?: me)? (?:only|just)|keep only|(?:what|how) about"

_TEXTS: tuple[tuple[EditKind, str], ...] = (
    ("undo", rf"(?:undo|revert|roll back|take back|go back)(?: {_LAST})?"),
    ("rename", rf"(?:rename|retitle) (?P<target>{_IT}|.+?) (?:to|as|into) (?P<value>.+)"),
    ("rename", rf"(?:call|name|title) (?P<target>{_IT}) (?:as )?(?P<value>.+)"),
    ("rename", r"(?:change|set) the (?:title|name)(?: of (?P<target>.+?))? to (?P<value>.+)"),
    (
        "grain",
        rf"(?:{_SHOW}|group|aggregate|set|get|have|do)? ?(?:{_IT})? ?(?:to|by|per|as|into|in|on|over|a|at)? ?"
        rf"(?:a |an |the )?(?P<value>{_GRAIN_WORD})s?(?: (?:view|grain|level|data|values|trend|basis))?",
    ),
    (
        "chart",
        rf"{_SHOW}? ?(?P<target>{_IT}|the .+?|.+?)?? ?(?:to|as|into|in|with)? ?(?:a |an )?"
        rf"(?P<value>{_CHART_WORD})(?: (?:chart|graph|plot|diagram)s?)?",
    ),
    (
        "top",
        rf"(?:show|only|just|limit|cut|keep|make)? ?(?:{_IT})? ?(?:to|only|just)? ?(?:the )?"
        rf"(?P<order>top|bottom|first|best|worst) (?P<value>{_NUMBER})(?: (?P<target>.+))?",
    ),
    (
        "sort",
        rf"(?:sort|order|rank)(?: {_IT})?(?: the)?(?: (?P<target>table|bars?|chart))?(?: (?:by|on))?"
        r"(?: (?P<value>.+))?",
    ),
    ("remove", r"(?:remove|delete|drop|hide|get rid of|take out|take away) (?P<value>.+)"),
    ("exclude", r"(?:exclude|except|without|leave out|omit|filter out|not|ignore) (?P<value>.+)"),
    ("only", rf"(?:only|just|filter(?: (?:it|this))?(?: (?:to|by|for|on))?|{_TO_ONLY}|for) (?P<value>.+)"),
    ("add", r"(?:add|include|append|insert|put in) (?P<value>.+)"),
    ("add", r"(?:break|split|slice)(?: (?:it|this|that|them|the \w+))?(?: down)? (?P<value>by .+)"),
    ("add", r"(?:(?:what|how) about|show(?: me)?)? ?(?P<value>by .+)"),
)
_PATTERNS = tuple((kind, re.compile(text, re.IGNORECASE)) for kind, text in _TEXTS)


@dataclass(frozen=True)
class Edit:
    """One change asked for: `value` is what to, `target` what of (both as written; empty when not said)."""

    kind: EditKind
    value: str = ""
    target: str = ""
    order: str = ""


def read_follow_up(text: str) -> tuple[Edit, ...]:
    """The edits in order; empty when the text is no follow-up."""
    if len(text) > 400:
        return ()
    whole = _one(text)
    if whole:
        return (whole,)
    parts = [part for part in _JOINED.split(text.strip()) if part.strip()]
    found = [_one(part) for part in parts]
    return tuple(edit for edit in found if edit) if len(parts) > 1 and all(found) else ()


def _one(text: str) -> Edit | None:
    plain = _PLEASE.sub("", _POLITE.sub("", " ".join(text.split())))
    first = text.strip().lower()
    if re.search(rf"\s(?:and|then|,)\s(?:then |also )?(?:{_VERBS})\b", plain, re.IGNORECASE):
        return None
    just = first.startswith("just ") and not plain.lower().startswith(("only", "just"))
    for candidate in [f"only {plain}", plain] if just else [plain]:
        for kind, pattern in _PATTERNS:
            match = pattern.fullmatch(candidate.strip())
            edit = _edit(kind, match) if match else None
            if edit:
                return edit
    return None


def _edit(kind: EditKind, match: re.Match[str]) -> Edit | None:
    parts = match.groupdict()
    value, target = (parts.get("value") or "").strip(), (parts.get("target") or "").strip()
    if kind == "rename":
        value = value.strip("\"'“”‘’ ").rstrip(".").strip()
        return Edit(kind, value, "" if _WHOLE.fullmatch(target) else target) if value else None
    if kind == "chart" and match.group(0).lower() in CHARTS:
        return Edit(kind, value.lower(), "")
    if kind == "chart" and re.match(
        r"(?:add|remove|delete|drop|hide|take|get rid|what|how|which|why|when|sort|order|only|exclude|the)\b",
        match.group(0),
        re.IGNORECASE,
    ):
        return None
    if kind == "top" and re.search(r"\bby\b", target):
        return None
    if re.fullmatch(_IT, target, re.IGNORECASE):
        target = ""
    return Edit(kind, value, target, (parts.get("order") or "").lower())

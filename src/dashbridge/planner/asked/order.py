"""Step 1b: the order and the limit that a sentence asks for, taken out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashbridge.planner.lexicon import NUMBER_WORDS

_LOW = r"(?:the\s+)?(?:low|small|least|few)(?:est)?"
_HIGH = r"(?:the\s+)?(?:high|larg|great|big|most)(?:e?st|e)?"
_UP = (
    r"asc(?:e|en)?d?(?:ing)?|ascending|asceding|increasing|alphabetical(?:ly)?|"
    rf"(?:from\s+)?{_LOW}\s+to\s+{_HIGH}|a\s+to\s+z"
)
_DOWN = rf"desc(?:end)?(?:ing)?|decreasing|reverse\s+alphabetical|(?:from\s+)?{_HIGH}\s+to\s+{_LOW}|z\s+to\s+a"
_WAY = re.compile(
    rf"\b(?:in\s+|from\s+)?(?:an?\s+|the\s+)?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:\s+alphabetical)?(?:\s+(?:order|manner|way))?\b",
    re.IGNORECASE,
)
_SORTING = re.compile(
    r"(?:\b(?:and\s+)?(?:(?:could|can|would)\s+you\s+|i\s+(?:want|would\s+like|wish)\s+to\s+|please\s+|you\s+should\s+|note\s+that,?\s*)*)?"
    r"\b(?:sort|order|rank|list|show|display|arrange|organi[sz]e|put)(?:ed|ing|s)?\b(?!\s+me\b)",
    re.IGNORECASE,
)
_SHORT = 4
_SIZES = re.compile(r"low|small|least|few|high|larg|great|big|most", re.IGNORECASE)
_TOP = re.compile(r"\b(?:the\s+)?(?P<way>top|first|bottom)\s+(?P<n>\d{1,3}|[a-z]+)\b", re.IGNORECASE)
_MOST = re.compile(
    r"\b(?:the\s+)?(?P<n>\d{1,3}|[a-z]+)\s+(?=(?P<way>most|largest|highest|biggest|greatest|oldest|longest|heaviest|tallest"
    r"|least|lowest|smallest|cheapest|youngest|shortest)\b)",
    re.IGNORECASE,
)
_LEAST = frozenset(["least", "lowest", "smallest", "cheapest", "youngest", "shortest", "bottom"])
_BY = re.compile(
    r"[\s,]*\b(?:and\s+)?(?:sort|order|rank|arrange)(?:ed|ing)?\s+(?:it\s+|them\s+|the\s+\w+\s+)?by\s+(?P<what>[^,.?;⟦]{1,60})",
    re.IGNORECASE,
)
_ENDS = (",", ".", "?", ";", "⟦")


@dataclass(frozen=True)
class Order:
    """`way` is ascending or descending; `words` what it is by; `by_size` where the direction is one of sizes."""

    way: str | None = None
    words: str = ""
    by_size: bool = False


@dataclass(frozen=True)
class Limit:
    """At most `rows`, the first in this order."""

    rows: int
    way: str


def take_order(core: str) -> tuple[Order, str]:
    """The clause that gives a direction, and the sentence without it."""
    match = _WAY.search(core)
    if match is None:
        return _undirected(core)
    way = "ascending" if match["up"] else "descending"
    by_size = bool(_SIZES.search(match.group()))
    end = min([at for at in (core.find(mark, match.end()) for mark in _ENDS) if at >= 0], default=len(core))
    tail = core[match.end() : end]
    binds = re.match(r"\s*(?:of|by|on|for|according to|based on|with respect to)\b(?P<what>.*)", tail, re.IGNORECASE)
    what = binds["what"] if binds else ""
    end = end if binds else match.end()
    begin, before = _clause(core, match.start())
    order = Order(way, f"{before} {what}".strip(), by_size)
    return order, f"{core[:begin]} , {core[end:]}"


def _clause(core: str, stop: int) -> tuple[int, str]:
    """Where the ordering clause begins, and its words up to the direction."""
    verbs = [one for one in _SORTING.finditer(core, 0, stop) if _one_clause(core[one.end() : stop])]
    if verbs:
        verb = verbs[-1]
        if not core[: verb.start()].strip(" ,.⟦⟧"):
            return stop, ""
        return verb.start(), core[verb.end() : stop]
    begin = max(core.rfind(mark, 0, stop) for mark in (*_ENDS[:-1], "⟧")) + 1
    words = core[begin:stop].split()
    if core[:begin].strip(" ,.⟦⟧") and 1 <= len(words) <= _SHORT:
        return begin, " ".join(words)
    return stop, ""


def _one_clause(words: str) -> bool:
    return not re.search(r"[?;.⟦]|,(?!\s*$)", words) and len(words.split()) <= 9


def _undirected(core: str) -> tuple[Order, str]:
    """ "sorted by name" goes up."""
    match = _BY.search(core)
    if match is None:
        return Order(), core
    return Order("ascending", match["what"].strip()), f"{core[: match.start()]} , {core[match.end() :]}"


def take_top(core: str) -> tuple[Limit | None, str]:
    """ "top 5", "the three largest": the limit, and the sentence without it."""
    match = _TOP.search(core) or _MOST.search(core)
    if match is None:
        return None, core
    word = match["n"].lower()
    number = int(word) if word.isdigit() else NUMBER_WORDS.get(word)
    if not number or (number == 1 and match.re is _MOST):
        return None, core
    way = "ascending" if match["way"].lower() in _LEAST else "descending"
    return Limit(number, way), f"{core[: match.start()]} {core[match.end() :]}"

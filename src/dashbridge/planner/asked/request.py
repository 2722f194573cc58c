"""Step 1: the chart, the order and the limit, taken out of the sentence; what is left says what to show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dashbridge.planner.lexicon import NUMBER_WORDS

_QUOTED = re.compile(r"(\"[^\"]*\"|(?<!\w)'[^']*'(?!\w))")

_KINDS = {
    "bar": "bar",
    "column": "bar",
    "histogram": "bar",
    "line": "line",
    "pie": "pie",
    "donut": "pie",
    "doughnut": "pie",
    "scatter": "scatter",
    "scatterplot": "scatter",
    "area": "area",
}
_DRAWN = r"(?:charts?|graphs?|plots?|diagrams?)"
_SERIES = r"(?:stacked|grouped|grouping|group|multi-series|multi|colou?red)"
_CHART = re.compile(
    rf"\b(?:(?:as|by|with|in|using|via|through|into|of|on)\s+)?(?:an?\s+|the\s+|one\s+)?(?P<series>{_SERIES}\s+)?"
    rf"(?:(?P<kind>bar|column|line|pie|donut|doughnut|scatter|area)\s*(?:-\s*)?{_DRAWN}"
    rf"|(?P<alone>histogram|pie|scatterplot|scatter|bar(?=\s*[.,?]|\s+(?:to|about|for|by|of|and|showing|that)\b|\s*$)))\b",
    re.IGNORECASE,
)
_VERBS = (
    "show|display|plot|draw|visuali[sz]e|return|give|make|create|present|depict|illustrate|represent|produce|generate"
)
_LEAD = re.compile(
    rf"\b(?:please\s+)?(?:{_VERBS})(?:\s+(?:me|us|them|it|the\s+results?|this|that))?\s*(?:for|about|of|on|to)?\s*(?=⟦)",
    re.IGNORECASE,
)
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
_TOP = re.compile(r"\b(?:the\s+)?(?P<way>top|first|bottom)\s+(?P<n>\d{1,3}|[a-z]+)\b", re.IGNORECASE)


@dataclass
class Wanted:
    """What the sentence says of the chart itself. `core` is the sentence without it.

    `sort_words` say what the order is by ("" where only a direction is said); `order` is ascending or descending.
    """

    text: str
    kind: str | None = None
    series: bool = False
    order: str | None = None
    sort_words: str = ""
    limit: int | None = None
    core: str = ""
    notes: list[str] = field(default_factory=list)


def names_chart(text: str) -> bool:
    """Whether the sentence asks for one kind of chart by its name."""
    return _CHART.search(text[:4_000]) is not None


def read_wanted(text: str) -> Wanted:
    """The sentence, taken apart."""
    wanted = Wanted(text)
    pieces = _QUOTED.split(text[:4_000])
    pieces[::2] = [piece.replace("_", " ") for piece in pieces[::2]]
    core = " ".join("".join(pieces).split())
    core = _take_chart(core, wanted)
    core = _take_order(core, wanted)
    core = _take_top(core, wanted)
    core = re.sub(r"[.;:](?=\s|$)", " , ", core.replace("⟦⟧", " , "))
    wanted.core = " ".join(core.split())
    return wanted


def _take_chart(core: str, wanted: Wanted) -> str:
    found = list(_CHART.finditer(core))
    for match in found:
        kind = _KINDS[(match["kind"] or match["alone"]).lower()]
        wanted.kind = wanted.kind or kind
        wanted.series = wanted.series or bool(match["series"])
    core = _CHART.sub("⟦⟧", core)
    return _LEAD.sub("", core)


def _take_order(core: str, wanted: Wanted) -> str:
    """The clause that gives a direction; its words tell by what."""
    match = _WAY.search(core)
    if match is None:
        return core
    wanted.order = "ascending" if match["up"] else "descending"
    ends = [core.find(mark, match.end()) for mark in (",", ".", "?", ";", "⟦")]
    end = min([at for at in ends if at >= 0], default=len(core))
    tail = core[match.end() : end]
    binds = re.match(r"\s*(?:of|by|on|for|according to|based on|with respect to)\b(?P<what>.*)", tail, re.IGNORECASE)
    if not binds:
        end = match.end()
    what = binds["what"] if binds else ""
    verbs = [one for one in _SORTING.finditer(core, 0, match.start()) if _one_clause(core[one.end() : match.start()])]
    if not verbs:
        wanted.sort_words = what.strip()
        return f"{core[: match.start()]} , {core[end:]}"
    verb = verbs[-1]
    before = core[verb.end() : match.start()]
    if not core[: verb.start()].strip(" ,.⟦⟧"):
        wanted.sort_words = what.strip()
        return f"{core[: match.start()]} , {core[end:]}"
    wanted.sort_words = f"{before} {what}".strip()
    return f"{core[: verb.start()]} , {core[end:]}"


def _one_clause(words: str) -> bool:
    return not re.search(r"[?;.]|,(?!\s*$)", words) and len(words.split()) <= 9


def _take_top(core: str, wanted: Wanted) -> str:
    match = _TOP.search(core)
    if match is None:
        return core
    word = match["n"].lower()
    number = int(word) if word.isdigit() else NUMBER_WORDS.get(word)
    if not number:
        return core
    wanted.limit = number
    wanted.order = wanted.order or ("ascending" if match["way"].lower() == "bottom" else "descending")
    return f"{core[: match.start()]} {core[match.end() :]}"

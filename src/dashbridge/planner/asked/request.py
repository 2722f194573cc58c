"""Step 1: the chart, the order and the limit, taken out of the sentence; what is left says what to show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dashbridge.planner.asked.order import take_order, take_top

_QUOTED = re.compile(r"(\"[^\"]*\"|(?<!\w)'[^']*'(?!\w))")

_KINDS = {
    "bar": "bar",
    "bars": "bar",
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
    rf"|(?P<alone>histogram|pie|scatterplot|scatter|bar(?=\s*[.,?]|\s+(?:to|about|for|by|of|and|showing|that)\b|\s*$)"
    rf"|(?<=as )bars|(?<=with )bars|(?<=in )bars|(?<=using )bars|bars(?=\s+(?:for|of|showing)\b)))\b",
    re.IGNORECASE,
)
_STACKED = re.compile(r"\b(?:stacked|stack)\s+(?=(?:by|per|on)\b)", re.IGNORECASE)
_RANKED_BARS = re.compile(r"\b(?:sort|order|rank|arrange)(?:ed|ing)?\s+the\s+bars\b", re.IGNORECASE)
_A_SERIES_EACH = re.compile(
    r"\b(?:(?:an?|one|with an?|with one|separate)\s+(?:different\s+|separate\s+)?(?:lines?|colou?rs?|series)|lines?)"
    r"\s+(?:for\s+each|for\s+every|per|by)\b",
    re.IGNORECASE,
)
_VERBS = (
    "show|display|plot|draw|visuali[sz]e|return|give|make|create|present|depict|illustrate|represent|produce|generate"
)
_LEAD = re.compile(
    rf"\b(?:please\s+)?(?:{_VERBS})(?:\s+(?:me|us|them|it|the\s+results?|this|that))?\s*(?:for|about|of|on|to)?\s*(?=⟦)",
    re.IGNORECASE,
)


@dataclass
class Wanted:
    """What the sentence says of the chart itself. `core` is the sentence without it.

    `sort_words` say what the order is by ("" where only a direction is said); `order` is ascending or descending, and
    `by_size` where the words are of sizes: "from most to fewest".
    """

    text: str
    kind: str | None = None
    series: bool = False
    order: str | None = None
    sort_words: str = ""
    by_size: bool = False
    limit: int | None = None
    core: str = ""
    notes: list[str] = field(default_factory=list)


def names_chart(text: str) -> bool:
    """Whether the sentence asks for one kind of chart by its name."""
    read = text[:4_000]
    return any(pattern.search(read) for pattern in (_CHART, _STACKED, _RANKED_BARS))


def read_wanted(text: str) -> Wanted:
    """The sentence, taken apart."""
    wanted = Wanted(text)
    pieces = _QUOTED.split(text[:4_000])
    pieces[::2] = [piece.replace("_", " ") for piece in pieces[::2]]
    core = " ".join("".join(pieces).split())
    core = _take_chart(core, wanted)
    order, core = take_order(core)
    limit, core = take_top(core)
    wanted.order, wanted.sort_words, wanted.by_size = order.way, order.words, order.by_size
    if limit is not None:
        wanted.limit, wanted.order = limit.rows, wanted.order or limit.way
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
    if _RANKED_BARS.search(core) or _STACKED.search(core):
        wanted.kind = wanted.kind or "bar"
    if _STACKED.search(core) or _A_SERIES_EACH.search(core):
        wanted.series = True
    core = _A_SERIES_EACH.sub(", colored by", _STACKED.sub("colored ", core))
    return _LEAD.sub("", core)

"""Step 4b: the grain of a time, and what the sentence puts on an axis by its name."""

from __future__ import annotations

from dashbridge.planner.asked.grammar import GRAINS, GROUPING
from dashbridge.planner.asked.links import Link
from dashbridge.planner.asked.sentence import Sentence


def read_grain(sentence: Sentence) -> str | None:
    """The grain asked of a time: "each month", "bin … by weekday"."""
    found: str | None = None
    binned = any(word.startswith(("bin", "interval")) for word in sentence.words)
    for at, word in enumerate(sentence.words):
        grain = GRAINS.get(word)
        if grain is None or word in ("date", "dates"):
            continue
        if grain == "day" and "week" in sentence.words[at + 1 : at + 4] and sentence.word(at + 1) == "of":
            return "weekday"
        before, after = sentence.word(at - 1), sentence.word(at + 1)
        over = before == "the" and sentence.word(at - 2) in ("over", "across", "through", "by", "per")
        asked = (
            over
            or before in GROUPING
            or before in ("into", "a", "of", "in")
            or after == "interval"
            or word.endswith("ly")
        )
        link = sentence.links.at(at)
        own = link is not None and link.column.role != "time"
        if own and asked and link is not None and _strange(sentence, link):
            sentence.links.found.remove(link)
            own = False
        if (asked or word == "weekday") and (binned or not own) and found in (None, "day"):
            found = grain
    return found


def _strange(sentence: Sentence, link: Link) -> bool:
    """Whether "per year" was linked to a year of a table not spoken of, beside one spoken of that has times."""
    spoken = [*sentence.links.named.values()]
    spoken += [sentence.links.table(one.column) for one in sentence.links.found if one.column != link.column]
    return (
        len(link.positions) == 1
        and all(table.name != link.column.table for table in spoken)
        and any(table.clock is not None for table in spoken)
    )


def read_axes(sentence: Sentence) -> None:
    """What the sentence puts on an axis by its name: "the x-axis is …", "… on y axis"."""
    words = sentence.words
    for at, word in enumerate(words):
        axis = word[0] if word in ("x-axis", "y-axis") else "x" if word == "the-axis" else ""
        shown = sentence.word(at + 1) == "axis" or sentence.word(at - 1) == "as"
        axis = word if word in ("x", "y") and shown else axis
        if not axis or axis in sentence.placed:
            continue
        before = [one for one in words[max(0, at - 2) : at] if one != "the"]
        links = sentence.links.found
        if before[-1:] in (["on"], ["as"]):
            link = next((one for one in reversed(links) if one.last < at), None)
        else:
            link = next((one for one in links if one.first > at), None)
        if link is not None and link not in sentence.placed.values():
            sentence.placed[axis] = link

"""Step 3, the rest: parts of texts ("contains the letter M", "starts with …") and missing values ("is not null")."""

from __future__ import annotations

from dashbridge.planner.asked.links import Link, Links
from dashbridge.planner.asked.values import NEGATIONS, Filter, drop_link

_SKIPPED = frozenset(
    (
        "the",
        "a",
        "an",
        "with",
        "in",
        "by",
        "letter",
        "letters",
        "word",
        "words",
        "string",
        "substring",
        "character",
        "text",
    )
)
_PARTS = {
    "prefix": "{}%",
    "suffix": "%{}",
    "contain": "%{}%",
    "includ": "%{}%",
    "start": "{}%",
    "begin": "{}%",
    "end": "%{}",
}
_FAR = 8


def read_patterns(links: Links, values: dict[int, int], found: list[Filter]) -> None:
    """Filters on parts of texts and on missing values; a value used here is taken out of `values`."""
    for at, word in enumerate(links.words):
        form = next((form for stem, form in _PARTS.items() if word.startswith(stem)), None)
        if form is not None:
            _part(links, values, found, at, form)
        elif word in ("letter", "letters"):
            _letters(links, values, found, at)
        elif word in ("null", "missing", "empty") and (link := _before(links, at, texts=False)):
            negative = any(one in NEGATIONS for one in links.words[link.last + 1 : at])
            found.append(Filter(link.column, "not null" if negative else "null", (), link.first, at))
            drop_link(links, link)


def _part(links: Links, values: dict[int, int], found: list[Filter], at: int, form: str) -> None:
    end = at + 1
    while end < len(links.words) and links.words[end] in _SKIPPED and links.tokens[end].kind == "word":
        if links.words[end - 1] in ("letter", "letters") and len(links.words[end]) == 1:
            break
        end += 1
    link = _before(links, at, texts=True)
    if link is None or end >= len(links.words) or end == at + 1 == len(links.words):
        return
    token = links.tokens[end]
    if token.kind not in ("quoted", "number") and not (end > at + 1 or token.text[:1].isupper()):
        return
    if token.kind == "word" and token.text.islower() and len(token.text) > 1:
        return
    column = next(one for one in link.columns if one.kind == "text")
    negative = any(one in NEGATIONS or one.endswith("n't") for one in links.words[link.last + 1 : at])
    plain = token.text.replace("%", "").replace("_", "")
    found.append(Filter(column, "not like" if negative else "like", (form.format(plain),), link.first, end))
    values.pop(end, None)
    drop_link(links, link)


def _letters(links: Links, values: dict[int, int], found: list[Filter], at: int) -> None:
    """ "the letters D or S in their first name"."""
    end, said = at + 1, []
    while end < len(links.words) and (len(links.words[end]) == 1 or links.words[end] in ("or", "and")):
        if links.tokens[end].text.isalpha() and len(links.words[end]) == 1:
            said.append(end)
        end += 1
    link = next((one for one in links.found if end <= one.first <= end + 3), None)
    if not said or link is None or links.words[end : end + 1] != ["in"]:
        return
    column = next((one for one in link.columns if one.kind == "text"), None)
    if column is None:
        return
    for place in said:
        last = link.last if place == said[-1] else place
        found.append(Filter(column, "like", (f"%{links.tokens[place].text}%",), place, last))
        values.pop(place, None)
    drop_link(links, link)


def _before(links: Links, at: int, *, texts: bool) -> Link | None:
    near = [
        link
        for link in links.found
        if link.last < at and at - link.last <= _FAR and (not texts or any(one.kind == "text" for one in link.columns))
    ]
    return max(near, key=lambda link: link.last, default=None)

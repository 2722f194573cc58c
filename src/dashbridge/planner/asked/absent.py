"""Step 3c: rows that another table does not have: "students who do not have any pet"."""

from __future__ import annotations

from dashbridge.planner.asked.links import Links
from dashbridge.planner.asked.meaning import nearness
from dashbridge.planner.asked.route import join_tables
from dashbridge.planner.asked.spelling import alike
from dashbridge.planner.asked.values import Filter
from dashbridge.planner.lexicon import FILLER
from dashbridge.planner.schema import Table

_NEVER = frozenset(["not", "never", "no", "without", "cannot"])
_FAR = 7
_ENDS = frozenset([",", "?", "and", "or", "but", "by", "for", "per", "each"])
_ALIKE = 0.8
_MEANT = 0.42


def read_absent(links: Links, found: list[Filter]) -> None:
    """Adds such filters; what they name is no longer shown, and filters on it move inside."""
    for at, word in enumerate(links.words):
        if word in _NEVER or word.endswith("n't"):
            _absent(links, at, found)


def _absent(links: Links, at: int, found: list[Filter]) -> None:
    taken = {place for one in found for place in range(one.first, one.last + 1)}
    end = at + 1
    while end < len(links.words) and end <= at + _FAR and links.words[end] not in _ENDS:
        end += 1
    window = [place for place in range(at + 1, end) if links.tokens[place].kind == "word" and place not in taken]
    subject = _subject(links, at)
    if subject is None or at in taken:
        return
    far, last = _missing(links, window, subject)
    if far is None or _valued(links, last, found):
        return
    path = join_tables(subject.name, [far.name], links.tables)
    if not path:
        return
    inside = [
        one for one in found if one.column is not None and one.column.table == far.name and 0 < one.first - at <= 10
    ]
    for one in inside:
        found.remove(one)
    last = max([last, *(one.last for one in inside)])
    for link in [link for link in links.found if link.first > at and link.last <= last]:
        links.found.remove(link)
    passed = {edge.right.table for edge in path}
    for place in [
        place
        for place, table in links.named.items()
        if at < place <= last or (at < place < end and table.name in passed)
    ]:
        del links.named[place]
    edge = path[0]
    within = tuple(inside) if edge.right.table == far.name else ()
    found.append(Filter(edge.left, "absent", (), at, last, beyond=edge.right, within=within))


def _subject(links: Links, at: int) -> Table | None:
    """The table spoken of: the nearest that is named before."""
    before = [place for place in links.named if place < at]
    return links.named[max(before)] if before else next(iter(links.named.values()), None)


def _missing(links: Links, window: list[int], subject: Table) -> tuple[Table | None, int]:
    """The table whose name the words hold, the longest name first; and where it ends."""
    best: tuple[int, float, int, Table] | None = None
    for table in links.tables:
        if table.name == subject.name or not table.words:
            continue
        fits = [
            max(((alike(links.tokens[at].stem, word), at) for at in window), default=(0.0, 0)) for word in table.words
        ]
        if min(fit for fit, _ in fits) < _ALIKE:
            continue
        worth = (len(table.words), sum(fit for fit, _ in fits), max(at for _, at in fits), table)
        if best is None or worth[:2] > best[:2]:
            best = worth
    return (best[3], best[2]) if best else _meant(links, window, subject)


def _meant(links: Links, window: list[int], subject: Table) -> tuple[Table | None, int]:
    """ "never borrowed": the table that the word means most, of those that lead to the subject at once."""
    others = [table for table in links.tables if table.name != subject.name]
    for at in window[:2]:
        token = links.tokens[at]
        if token.word in FILLER or not token.text.isalpha() or links.at(at) is not None or at in links.named:
            continue
        worth = [(nearness(token.word, table.label), table) for table in others]
        likely = max(worth, key=lambda one: one[0], default=(0.0, subject))
        if likely[0] >= _MEANT and len(join_tables(subject.name, [likely[1].name], links.tables) or ()) == 1:
            return likely[1], at
    return None, 0


def _valued(links: Links, last: int, found: list[Filter]) -> bool:
    """Whether the word is compared with a value, and so is no table: "not in department 50"."""
    after = links.tokens[last + 1 : last + 2]
    compared = any(one.first <= last <= one.last for one in found)
    return compared or bool(after and after[0].kind in ("quoted", "number"))

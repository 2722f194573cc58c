"""Step 4a: the measures — aggregates of columns, counts, and what is counted."""

from __future__ import annotations

from dashbridge.planner.asked.grammar import AGGREGATES, COUNTS, GROUPING, QUALITIES
from dashbridge.planner.asked.links import Link
from dashbridge.planner.asked.sentence import NUMBERS, Amount, Sentence
from dashbridge.planner.asked.spelling import alike
from dashbridge.planner.plan import MeasureKind
from dashbridge.planner.schema import Table

_AHEAD = 7


def read_amounts(sentence: Sentence) -> None:
    """Puts the measures asked into the reading, in the order of the words."""
    filtered = {at for one in sentence.reading.filters for at in range(one.first, one.last + 1)}
    for at, word in enumerate(sentence.words):
        if at in filtered:
            continue
        kind = AGGREGATES.get(word)
        owner = sentence.links.at(at)
        own = owner is not None and owner.column.kind in NUMBERS and word in owner.column.words
        own = own and not (owner is not None and _qualifies(sentence, at, owner))
        if kind is not None and not own:
            _aggregate(sentence, at, kind)
        if word in COUNTS and at not in sentence.used:
            if _sums(sentence, at):
                continue
            if sentence.count_at is None and _counts(sentence, at):
                _count(sentence, at)
    _qualities(sentence)


def _qualifies(sentence: Sentence, at: int, owner: Link) -> bool:
    """Whether "average" stands right before another number, "age", and is no column of its own then."""
    following = sentence.number_at(at + 1)
    if len(owner.positions) > 1 or following is None or following is owner:
        return False
    sentence.links.found.remove(owner)
    return True


def _aggregate(sentence: Sentence, at: int, kind: MeasureKind) -> None:
    counting: int | None = None
    for here in range(at + 1, min(at + _AHEAD, len(sentence.words))):
        word = sentence.words[here]
        if word in (",", "?") or (word in GROUPING and here > at + 2):
            return
        link = sentence.number_at(here) or _plain_number(sentence, here)
        rows = counting is not None and here in sentence.links.named
        if (
            link is not None
            and link.first >= at
            and (not rows or link.column.words == (sentence.links.tokens[here].stem,))
        ):
            sentence.reading.amounts.append(Amount(kind, link.column, at))
            sentence.used |= link.positions | ({counting} if counting is not None else set())
            return
        if word in COUNTS and not (word == "amount" and kind != "sum"):
            if kind == "sum":
                return
            counting = here


def _plain_number(sentence: Sentence, at: int) -> Link | None:
    """A column of numbers called exactly so, though a table is too: "the sum of manufacturer"."""
    before, after = sentence.word(at - 1), sentence.word(at + 1)
    if before not in ("of", "the", *AGGREGATES) or after not in ("", ",", "and", "for", "over", "by", "across"):
        return None
    return called_exactly(sentence, at)


def called_exactly(sentence: Sentence, at: int) -> Link | None:
    """A column of numbers in play called exactly as the word of a table at a position."""
    if sentence.links.at(at) is not None or at not in sentence.links.named:
        return None
    stem = sentence.links.tokens[at].stem
    for table in sentence.links.tables:
        for column in table.columns:
            plain = column.words == (stem,) and column.kind in NUMBERS and not column.unique
            if plain and sentence.in_play(table):
                return Link(frozenset([at]), (column,), (1.0,))
    return None


def _sums(sentence: Sentence, at: int) -> bool:
    """ "total number of enrollment" adds up a column of numbers."""
    if sentence.words[at] not in ("number", "numbers", "amount") or sentence.word(at - 1) != "total":
        return False
    for here in range(at + 1, min(at + 4, len(sentence.words))):
        link = sentence.number_at(here)
        if link is not None and here not in sentence.links.named and not sentence.grouped(link):
            sentence.reading.amounts.append(Amount("sum", link.column, at))
            sentence.used |= link.positions
            return True
    return False


def _counts(sentence: Sentence, at: int) -> bool:
    """Whether a word such as "number" asks for a count here, and is not part of a column's name."""
    word = sentence.words[at]
    link = sentence.links.at(at)
    numbered = link is not None and link.column.role == "id" and link.column.words[-1:] == ("number",)
    if link is not None and numbered and sentence.word(at + 1) == "of":
        sentence.links.found.remove(link)
        return True
    if word == "many":
        return sentence.word(at - 1) == "how"
    if word == "amount":
        if sentence.word(at + 1) != "of" or link is not None:
            return False
        following = next((one for here in (at + 2, at + 3) if (one := sentence.links.at(here)) is not None), None)
        return following is not None and following.column.kind not in NUMBERS
    return not (link is not None and len(link.positions) > 1 and link.column.kind in NUMBERS)


def _count(sentence: Sentence, at: int) -> None:
    sentence.count_at = at
    sentence.reading.amounts.append(Amount("count", None, at))
    sentence.links.found = [link for link in sentence.links.found if link.positions != {at}]
    named = sentence.links.named
    for here in range(at + 1, min(at + 6, len(sentence.words))):
        if sentence.words[here] in (",", "?") or sentence.words[here] in GROUPING:
            return
        link = sentence.links.at(here)
        if here not in named and link is not None and link.column.kind == "text" and here == at + 1:
            sentence.counted = sentence.links.table(link.column)
            return
        if here in named:
            while here + 1 in named:
                here += 1
            sentence.counted = named[here]
            return
        if link is None and here <= at + 2 and (table := _half_named(sentence, here)) is not None:
            sentence.counted = table
            return


def _half_named(sentence: Sentence, at: int) -> Table | None:
    """The only table that the word is a part of the name of: "offices" of `office_locations`."""
    stem = sentence.links.tokens[at].stem
    tables = [table for table in sentence.links.tables if any(alike(stem, word) >= 0.9 for word in table.words)]
    return tables[0] if len(tables) == 1 and stem not in ("of", "the") else None


def _qualities(sentence: Sentence) -> None:
    """ "how old is each …" asks for the age."""
    for at, word in enumerate(sentence.words):
        quality = QUALITIES.get(word)
        if quality is None or sentence.word(at - 1) != "how":
            continue
        for table in sentence.links.tables:
            column = next((one for one in table.columns if one.words == (quality,)), None)
            if column is not None and sentence.in_play(table):
                sentence.reading.amounts.append(Amount(None, column, at))
                return

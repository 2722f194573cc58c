"""Step 3: which rows — comparisons, quoted and capitalised values, lists of numbers, flags."""

from __future__ import annotations

from dataclasses import replace

from dashbridge.planner.asked.absent import read_absent
from dashbridge.planner.asked.grammar import FLAGS
from dashbridge.planner.asked.links import Link, Links
from dashbridge.planner.asked.patterns import read_patterns
from dashbridge.planner.asked.sexes import read_sexes
from dashbridge.planner.asked.values import NEGATIONS, Filter, drop_link, read_values
from dashbridge.planner.asked.years import read_years
from dashbridge.planner.lexicon import NUMBER_WORDS, UNITS
from dashbridge.planner.plan import Literal_
from dashbridge.planner.resolve import number_of
from dashbridge.planner.schema import Column

_OPERATORS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("greater", "than", "or", "equal", "to"), ">="),
    (("less", "than", "or", "equal", "to"), "<="),
    (("no", "more", "than"), "<="),
    (("no", "less", "than"), ">="),
    (("at", "least"), ">="),
    (("at", "most"), "<="),
    (("not", "equal", "to"), "<>"),
    (("not", "equal"), "<>"),
    (("different", "from"), "<>"),
    (("equal", "to"), "="),
    (("equals", "to"), "="),
    (("equals",), "="),
    (("equal",), "="),
    *(
        ((word, "than"), ">")
        for word in (
            "more",
            "greater",
            "bigger",
            "larger",
            "higher",
            "longer",
            "older",
            "later",
            "above",
            "taller",
            "heavier",
        )
    ),
    *(
        ((word, "than"), "<")
        for word in ("less", "fewer", "smaller", "lower", "shorter", "younger", "earlier", "lighter")
    ),
    *(((word,), ">") for word in ("over", "above", "exceeding", "exceeds", "after", ">")),
    *(((word,), "<") for word in ("under", "below", "before", "<")),
    (("!=",), "<>"),
    (("<>",), "<>"),
    ((">=",), ">="),
    (("<=",), "<="),
    (("=",), "="),
)
_OR_MORE = {
    **dict.fromkeys(("more", "greater", "higher", "above", "over", "later", "older"), ">="),
    **dict.fromkeys(("less", "fewer", "lower", "below", "under", "earlier", "younger"), "<="),
}
_AVERAGES = (("average",), ("the", "average"), ("the", "mean"), ("mean",), ("the", "average", "of"))
_HINTS = {"older": "age", "younger": "age", "taller": "height", "heavier": "weight", "longer": "length"}
_NUMBERS = ("integer", "decimal", "float")


def read_filters(links: Links, values: dict[int, int]) -> tuple[list[Filter], list[str]]:
    """The filters in the order of the words, and what looked like one but fits no column.

    A filter without a column is on the number of rows in a group: "with more than 3 visits".
    """
    found: list[Filter] = []
    missed: list[str] = []
    _flags(links, found)
    read_patterns(links, values, found)
    _compare(links, found, missed)
    _lists(links, found)
    read_years(links, found)
    read_sexes(links, found)
    read_values(links, values, found, missed)
    read_absent(links, found)
    found.sort(key=lambda one: one.first)
    joined: list[Filter] = []
    for one in found:
        either = bool(joined) and "or" in links.words[joined[-1].last + 1 : one.first + 1]
        joined.append(replace(one, either=either))
    return joined, missed


def is_flag(column: Column) -> bool:
    """A column that says yes or no."""
    return column.kind == "boolean" or (
        column.kind == "integer" and bool(set(column.words) & FLAGS) and (column.distinct or 0) <= 2
    )


def _flags(links: Links, found: list[Filter]) -> None:
    for link in list(links.found):
        if is_flag(link.column) and not (
            link.first and links.words[link.first - 1] in ("by", "each", "per", "whether")
        ):
            negative = any(word in NEGATIONS for word in links.words[max(0, link.first - 2) : link.first])
            value: Literal_ = (not negative) if link.column.kind == "boolean" else int(not negative)
            found.append(Filter(link.column, "=", (value,), link.first, link.last))
            links.found.remove(link)


def _compare(links: Links, found: list[Filter], missed: list[str]) -> None:
    at = 0
    while at < len(links.words):
        read = _operator(links.words, at)
        if read is None:
            at += 1
            continue
        op, end, numbers = read
        if numbers and _of_rows(links, at, end):
            found.append(Filter(None, op, numbers, at, end))
            at = end
            continue
        column, first, last = _compared(links, at, end, numbers)
        if column is not None:
            for link in [one for one in links.found if not numbers and at < one.first and one.last < end]:
                links.found.remove(link)
            found.append(Filter(column, op, numbers, first, last, above_average=not numbers))
        elif numbers:
            missed.append(" ".join(links.words[at:end]))
        at = end


def _of_rows(links: Links, at: int, end: int) -> bool:
    """Whether a table is what the number counts, and no column of numbers stands before it."""
    if not any(here in links.named and links.at(here) is None for here in (end, end + 1)):
        return False
    before = [link for link in links.found if link.column.kind in _NUMBERS and 1 <= at - link.last <= 2]
    return links.words[at] not in ("between", "from") and not before


def _operator(words: list[str], at: int) -> tuple[str, int, tuple[Literal_, ...]] | None:
    span = at + 1 if words[at] == "range" and words[at + 1 : at + 2] in (["of"], ["from"], ["between"]) else at
    if (span > at or words[at] in ("between", "from")) and span + 3 < len(words) and words[span + 2] in ("and", "to"):
        low, high = _number(words[span + 1]), _number(words[span + 3])
        if low is not None and high is not None:
            return "between", span + 4, (low, high)
    more = _OR_MORE.get(words[at + 2]) if words[at + 1 : at + 2] == ["or"] and at + 2 < len(words) else None
    if more is not None and (number := _number(words[at])) is not None:
        return more, at + 3, (number,)
    for phrase, op in _OPERATORS:
        end = at + len(phrase)
        if tuple(words[at:end]) != phrase or end >= len(words):
            continue
        number = _number(words[end])
        if number is not None:
            return op, end + 1, (number,)
        for mean in _AVERAGES:
            if tuple(words[end : end + len(mean)]) == mean and op in (">", "<"):
                return op, end + len(mean), ()
    return None


def _number(word: str) -> int | float | None:
    found = number_of(word)
    return NUMBER_WORDS.get(word) if found is None else found


def _compared(links: Links, at: int, end: int, numbers: tuple[Literal_, ...]) -> tuple[Column | None, int, int]:
    after = end + 1 if end < len(links.words) and links.words[end] in UNITS else end
    numeric = [link for link in links.found if _numeric(links, link)]
    following = [link for link in numeric if after <= link.first <= after + 1]
    before = [
        link for link in numeric if link.last < at and at - link.last <= 4 and "," not in links.words[link.last : at]
    ]
    years = bool(numbers) and all(isinstance(one, int) and 1800 <= one <= 2100 for one in numbers)
    if years:
        before = [link for link in before if _of_years(link) or link.last == at - 1]
        following = [link for link in following if _of_years(link)]
    beside = any(link.first == after for link in following) and not any(at - link.last == 1 for link in before)
    following_first = ((links.words[at] == "at" or beside) and bool(following)) or not before
    picked = (following if following_first else before) or before or following
    if picked:
        link = picked[-1] if picked is before else picked[0]
        drop_link(links, link)
        return _numeric_of(link), min(at, link.first), max(end - 1, link.last)
    wanted = {"year"} if years else {_HINTS.get(links.words[at], "age")}
    near = {link.column.table for link in links.found} | {table.name for table in links.named.values()}
    fitting = [
        column
        for table in links.tables
        if table.name in near or not near
        for column in table.columns
        if column.kind in _NUMBERS and set(column.words) & wanted
    ]
    return (fitting[0] if fitting else None), at, end - 1


def _of_years(link: Link) -> bool:
    return link.column.role == "part" or "year" in link.column.words


def _numeric(links: Links, link: Link) -> bool:
    """Whether a link can be compared with a number: ids only where the words say id or number."""
    column = _numeric_of(link)
    said = {links.tokens[at].stem for at in link.positions}
    return column.kind in _NUMBERS and (column.role != "id" or bool(said & {"id", "number", "code"}))


def _numeric_of(link: Link) -> Column:
    return next((column for column in link.columns if column.kind in _NUMBERS), link.column)


def _lists(links: Links, found: list[Filter]) -> None:
    """ "with 4 or 6 cylinders": numbers right before a column of numbers."""
    taken = {at for one in found for at in range(one.first, one.last + 1)}
    at = 0
    while at < len(links.words):
        numbers: list[Literal_] = []
        end = at
        while end < len(links.words) and end not in taken:
            number = number_of(links.words[end]) if links.tokens[end].kind == "number" else None
            if number is not None:
                numbers.append(number)
            elif not numbers or links.words[end] not in ("and", "or", ","):
                break
            end += 1
        link = links.at(end) if numbers and end < len(links.words) else None
        link = link or (_before_numbers(links, at) if numbers else None)
        if link is not None and link.column.kind in _NUMBERS:
            first, last = min(at, link.first), max(end - 1, link.last)
            found.append(Filter(link.column, "=" if len(numbers) == 1 else "in", tuple(numbers), first, last))
            if len(numbers) == 1:
                drop_link(links, link)
        at = max(end, at + 1)


def _before_numbers(links: Links, at: int) -> Link | None:
    """ "on floor 2 or 3"."""
    link = links.at(at - 1)
    placed = link is not None and link.first and links.words[link.first - 1] in ("on", "in", "at", "with", "for", "is")
    return link if placed else None

"""Step 4c: the groupings — x, the series, points of a scatter."""

from __future__ import annotations

from dashbridge.planner.asked.amounts import called_exactly
from dashbridge.planner.asked.grammar import CONTRASTS, GROUPING, SERIES
from dashbridge.planner.asked.links import Link
from dashbridge.planner.asked.sentence import NUMBERS, Amount, Sentence
from dashbridge.planner.asked.spelling import alike
from dashbridge.planner.asked.values import name_column
from dashbridge.planner.plan import MeasureKind
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.words import tokens

_RELATES = frozenset(["between", "correlation", "relationship", "relation", "comparison", "about"])
_BY = ("by", "the", "attribute", "its")


def read_groups(sentence: Sentence) -> None:
    """Puts x and the series into the reading, or the two amounts of a scatter."""
    reading = sentence.reading
    free = [link for link in sentence.links.found if not link.positions <= sentence.used]
    settled = {one.column for one in reading.filters if one.op == "=" or one.said}
    free = [link for link in free if link.column not in settled] or free
    front = [sentence.placed[axis] for axis in ("x", "y") if sentence.placed.get(axis) in free]
    free = [*front, *(link for link in free if link not in front)]
    contrast = _contrast(sentence)
    color = _series(sentence, free)
    if color is not None:
        reading.color = color.column
        free.remove(color)
    groups, numbers = _sides(sentence, [link for link in free if not _verb_of_time(sentence, link)])
    if reading.kind == "scatter":
        _points(sentence, numbers, groups)
        return
    _read_x(sentence, groups, contrast)
    _own_values(sentence, numbers)
    _color(sentence, groups, contrast)
    _over_time(sentence)


def _verb_of_time(sentence: Sentence, link: Link) -> bool:
    """ "who reported it": a verb that is part of the name of a time, where nothing speaks of time."""
    said = {sentence.links.tokens[at].stem for at in link.positions}
    plain = said & {"date", "time", "day", "year", "month", "when"}
    return link.column.role == "time" and not (plain or sentence.reading.grain or sentence.grouped(link))


def _series(sentence: Sentence, free: list[Link]) -> Link | None:
    """The link that makes the series; a table named there is its name."""
    at = _series_at(sentence)
    if at is None or not (sentence.wanted.series or any(word in SERIES for word in sentence.words)):
        return None
    after = [link for link in free if link.first > at and link is not sentence.placed.get("x")]
    first = min(after, key=lambda link: link.first, default=None)
    named = next((place for place in sorted(sentence.links.named) if place > at), None)
    if named is not None and (first is None or named < first.first - 2):
        column = name_column(sentence.links.named[named])
        if column is not None and column != sentence.reading.x:
            sentence.reading.color = column
            return None
    return first


def _series_at(sentence: Sentence) -> int | None:
    """Where the words of a series or an explicit grouping end: "colored by", "group by", "split by"."""
    words = sentence.words
    for at, word in enumerate(words):
        if word in SERIES:
            return at
    for at, word in enumerate(words[:-1]):
        if word in ("group", "grouped", "groups", "grouping") and words[at + 1] in _BY:
            return at + 1
    return None


def _sides(sentence: Sentence, free: list[Link]) -> tuple[list[Link], list[Link]]:
    """Links that group, and links that are numbers to show."""
    groups: list[Link] = []
    numbers: list[Link] = []
    scatter = sentence.reading.kind == "scatter"
    for link in free:
        role = link.column.role
        number = link.column.kind in NUMBERS and (role in ("measure", "id", "clock") or (scatter and role == "part"))
        ranked = link.column.kind in ("decimal", "float") and sentence.word(link.first - 1) == "by"
        x = not scatter and bool(sentence.reading.amounts) and _along(sentence, link)
        if number and not x and (not sentence.grouped(link) or ranked or (scatter and not sentence.reading.amounts)):
            numbers.append(link)
        else:
            groups.append(link)
    return groups, numbers


def _along(sentence: Sentence, link: Link) -> bool:
    """Whether a number is what the chart goes along: put on x, or years under a line."""
    years = "year" in link.column.words and sentence.reading.kind == "line"
    return link is sentence.placed.get("x") or years or sentence.word(link.first - 1) in ("over", "across")


def _points(sentence: Sentence, numbers: list[Link], groups: list[Link]) -> None:
    reading = sentence.reading
    start = max((at for at, word in enumerate(sentence.words) if word in _RELATES), default=-1)
    numbers = sorted(numbers, key=lambda link: (link.first < start, link not in sentence.placed.values()))
    if len(numbers) + len(reading.amounts) == 1:
        exact = (called_exactly(sentence, at) for at in sorted(sentence.links.named) if at > start)
        numbers += [link for link in exact if link is not None]
    for link in numbers:
        if len(reading.amounts) < 2 and all(one.column != link.column for one in reading.amounts):
            reading.amounts.append(Amount(None, link.column, link.first))
    if not sentence.placed:
        reading.amounts.sort(key=lambda one: one.at)
    reading.amounts = reading.amounts[:2]
    if any(one.kind for one in reading.amounts) and reading.color is None and groups:
        reading.hidden = groups[0].column
    elif reading.color is None and groups and (sentence.wanted.series or _series_at(sentence) is not None):
        reading.color = groups[0].column


def _read_x(sentence: Sentence, groups: list[Link], contrast: Column | None) -> None:
    reading = sentence.reading
    placed = sentence.placed.get("x")
    if placed is not None and placed in groups:
        reading.x = placed.column
        return
    timed = _time(sentence, groups) if reading.grain else None
    if timed is not None:
        reading.x = timed
        return
    at, count_at = _series_at(sentence), sentence.count_at
    named = [link for link in groups if at is not None and link.first > at]
    cued = [link for link in groups if sentence.grouped(link)]
    others = [link for link in groups if count_at is None or not 0 < link.first - count_at <= 3]
    early = [link for link in others if count_at is not None and link.first < count_at]
    order = [*named, *(link for link in cued if link in others), *early, *cued, *others, *groups]
    reading.x = order[0].column if order else _id_said(sentence) or _named_x(sentence) or contrast


def _id_said(sentence: Sentence) -> Column | None:
    """ "the ids of …": what is shown by its number, where a measure is asked as well."""
    if not sentence.reading.amounts:
        return None
    for link in sentence.links.found:
        said = {sentence.links.tokens[at].stem for at in link.positions}
        if link.column.role == "id" and "id" in said and not link.positions <= sentence.used:
            return link.column
    return None


def _named_x(sentence: Sentence) -> Column | None:
    """ "for each customer": a table in a grouping place is shown by what names its rows."""
    for at, table in sorted(sentence.links.named.items()):
        cued = any(word in GROUPING for word in sentence.words[max(0, at - 2) : at])
        named = name_column(table) if cued and table is not sentence.counted else None
        if named is not None:
            sentence.reading.notes.append(f"Each of {table.label} is shown by its {named.label}.")
            return named
    return None


def _time(sentence: Sentence, groups: list[Link]) -> Column | None:
    """The column of times that the grain is about: one that is named, else the clock of what is counted."""
    for link in (*groups, *sentence.links.found):
        column = next((one for one in link.columns if one.role == "time"), None)
        if column is not None:
            return column
    grain = sentence.reading.grain
    for link in groups:
        if link.column.role == "part" or (link.column.kind in NUMBERS and grain in link.column.words):
            sentence.reading.grain = None
            return link.column
    clock = clock_of(sentence)
    if clock is None:
        sentence.reading.grain = None
    return clock


def clock_of(sentence: Sentence) -> Column | None:
    """The time of what is counted, else of the first table named that has one."""
    order: list[Table | None] = [sentence.counted, *sentence.links.named.values()]
    order += [sentence.links.table(link.column) for link in sentence.links.found]
    return next((table.clock for table in order if table is not None and table.clock is not None), None)


def _own_values(sentence: Sentence, numbers: list[Link]) -> None:
    """Numbers that no aggregate was asked of are shown as they are; with nothing else, rows are counted."""
    reading = sentence.reading
    if not reading.amounts:
        reading.amounts = [Amount(_kind(sentence, link.column), link.column, link.first) for link in numbers[:1]]
        if reading.x is None and len(numbers) >= 2:
            reading.x = numbers[0].column
            reading.amounts = [Amount(None, numbers[1].column, numbers[1].first)]
    compared = next((one.column for one in reading.filters if one.above_average and one.column != reading.x), None)
    if not reading.amounts and compared is not None:
        reading.amounts = [Amount(_kind(sentence, compared), compared, 0)]
    if not reading.amounts:
        reading.amounts = [Amount("count", None, 0)]


def _kind(sentence: Sentence, column: Column) -> MeasureKind | None:
    """ "each region and its sales": where a group may have many rows, levels are averaged and amounts added up."""
    x = sentence.reading.x
    if x is not None and x.table != column.table:
        return "avg" if column.averaged else "sum"
    link = next((one for one in sentence.links.found if one.column == x), None)
    if x is None or x.unique:
        return None
    cued = link is not None and sentence.word(link.first - 1) in ("each", "every", "per")
    series = sentence.reading.color is not None or sentence.wanted.series
    if not (cued or sentence.reading.kind == "pie" or series):
        return None
    return "avg" if column.averaged else "sum"


def _color(sentence: Sentence, groups: list[Link], contrast: Column | None) -> None:
    reading = sentence.reading
    several = [one.column for one in reading.filters if one.op == "in" and not one.said]
    listed = [column for column in several if column is not None and column != reading.x]
    if reading.color is None and sentence.wanted.series:
        others = [link.column for link in groups if link.column != reading.x]
        reading.color = next(iter([*others, *listed]), None)
    if reading.color is None and reading.kind == "line" and reading.x is not None:
        reading.color = next((column for column in listed if column.kind in NUMBERS), None)
    if reading.color is None and contrast is not None and reading.x is not None and reading.kind != "pie":
        reading.color = contrast if contrast != reading.x else None


def _over_time(sentence: Sentence) -> None:
    """A line goes over time: where the order asked is by a time, what was x makes the lines."""
    reading = sentence.reading
    if reading.kind != "line" or reading.x is None or reading.x.kind != "text" or reading.color is not None:
        return
    stems = [token.stem for token in tokens(sentence.wanted.sort_words)]
    near = [table for table in sentence.links.tables if sentence.in_play(table)]
    times = [column for table in near for column in table.with_role("time")]
    said = [column for column in times if any(alike(stem, word) for stem in stems for word in column.words)]
    if said:
        reading.x, reading.color = said[0], reading.x
        reading.sort = "x"


def _contrast(sentence: Sentence) -> Column | None:
    """ "male and female" asks for the column of sexes."""
    said = set(sentence.words)
    for pair, names in CONTRASTS:
        if pair <= said:
            for table in sorted(sentence.links.tables, key=lambda one: not sentence.in_play(one)):
                for column in table.columns:
                    if column.kind == "text" and set(column.words) & set(names):
                        return column
    return None

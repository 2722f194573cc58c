"""Dates in a question: months, years, days and spans, as conditions on a time column."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dashbridge.planner.lexicon import MONTH_NAMES, MONTHS, NUMBER_WORDS
from dashbridge.planner.words import Token

_BEFORE_MONTH = frozenset(
    [
        "in",
        "during",
        "of",
        "since",
        "after",
        "before",
        "from",
        "until",
        "till",
        "between",
        "and",
        "to",
        "through",
        "for",
        "only",
        "or",
    ]
)
_UNITS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to before `until` (either open), or `months` of any year; `text` says it in words."""

    text: str
    start: dt.date | None = None
    until: dt.date | None = None
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Moment:
    """A year, a month with or without its year, or a day: positions [first, last]."""

    first: int
    last: int
    year: int | None
    month: int | None
    day: int | None = None

    @property
    def text(self) -> str:
        if self.day and self.year and self.month:
            return dt.date(self.year, self.month, self.day).isoformat()
        name = MONTH_NAMES[self.month - 1] if self.month else ""
        return f"{name} {self.year or ''}".strip()

    @property
    def start(self) -> dt.date:
        return dt.date(self.year or 1, self.month or 1, self.day or 1)

    @property
    def until(self) -> dt.date:
        if self.day:
            return self.start + dt.timedelta(days=1)
        if self.month:
            return self.start + dt.timedelta(days=calendar.monthrange(self.start.year, self.month)[1])
        return dt.date(self.start.year + 1, 1, 1)


def read_periods(tokens: Sequence[Token], today: str, taken: set[int]) -> tuple[Period, ...]:
    """The periods named; their positions are added to `taken`."""
    relative = _relative(tokens, today, taken)
    if relative:
        return (relative,)
    moments = _moments(tokens)
    if not moments:
        return ()
    for moment in moments:
        taken.update(range(moment.first, moment.last + 1))
    words = [token.word for token in tokens]
    if len(moments) >= 2 and _spans(words, moments[0], moments[1]):
        return (_span(moments[0], moments[1]),)
    first = moments[0]
    cue = words[first.first - 1] if first.first else ""
    if cue in ("after", "since", "before", "until", "till"):
        taken.add(first.first - 1)
        return (_open_ended(cue, first),)
    return _listed(moments)


def _listed(moments: Sequence[_Moment]) -> tuple[Period, ...]:
    """Single months of any year join into one condition; otherwise the first moment with a year counts."""
    if all(moment.year is None for moment in moments):
        months = tuple(dict.fromkeys(moment.month for moment in moments if moment.month))
        return (Period("in " + " or ".join(MONTH_NAMES[month - 1] for month in months), months=months),)
    named = sorted((moment for moment in moments if moment.year), key=lambda moment: moment.start)
    whole = named[0].text if len(named) == 1 else f"{named[0].text} to {named[-1].text}"
    return (Period(f"in {whole}" if len(named) == 1 else f"from {whole}", named[0].start, named[-1].until),)


def _spans(words: Sequence[str], one: _Moment, other: _Moment) -> bool:
    between = words[one.last + 1 : other.first]
    before = words[one.first - 1] if one.first else ""
    return between in (["to"], ["until"], ["till"], ["through"]) or (between == ["and"] and before == "between")


def _span(one: _Moment, other: _Moment) -> Period:
    text = f"from {one.text} to {other.text}"
    if one.year is None and other.year is None:
        first, last = one.month or 1, other.month or 12
        months = range(first, last + 1) if first <= last else (*range(first, 13), *range(1, last + 1))
        return Period(text, months=tuple(months))
    year = other.year or one.year
    start = one if one.year else _Moment(one.first, one.last, year, one.month, one.day)
    end = other if other.year else _Moment(other.first, other.last, year, other.month, other.day)
    return Period(text, start.start, end.until)


def _open_ended(cue: str, moment: _Moment) -> Period:
    text = f"{'until' if cue == 'till' else cue} {moment.text}"
    if moment.year is None and moment.month:
        after = cue in ("after", "since")
        first = moment.month + 1 if cue == "after" else moment.month
        last = moment.month - 1 if cue == "before" else moment.month
        return Period(text, months=tuple(range(first, 13) if after else range(1, last + 1)))
    if cue == "after":
        return Period(text, start=moment.until)
    if cue == "since":
        return Period(text, start=moment.start)
    return Period(text, until=moment.start if cue == "before" else moment.until)


def _moments(tokens: Sequence[Token]) -> list[_Moment]:
    found: list[_Moment] = []
    at = 0
    while at < len(tokens):
        moment = _moment(tokens, at)
        if moment:
            found.append(moment)
            at = moment.last
        at += 1
    return found


def _moment(tokens: Sequence[Token], at: int) -> _Moment | None:
    token = tokens[at]
    before = tokens[at - 1].word if at else ""
    if token.kind == "date":
        try:
            day = dt.date.fromisoformat(token.text)
        except ValueError:
            return None
        return _Moment(at, at, day.year, day.month, day.day)
    month = MONTHS.get(token.word) if token.kind == "word" else None
    if month and _is_month(token, before):
        year = _year(tokens, at + 1)
        return _Moment(at, at + 1 if year else at, year, month)
    year = _year(tokens, at)
    comparing = before in (
        "than",
        "over",
        "above",
        "under",
        "below",
        ">",
        "<",
        ">=",
        "<=",
        "=",
        "top",
        "least",
        "exceeding",
    )
    return _Moment(at, at, year, None) if year and not comparing else None


def _is_month(token: Token, before: str) -> bool:
    ambiguous = token.word in (
        "may",
        "march",
        "mar",
        "sept",
        "dec",
        "jan",
        "jun",
        "jul",
        "apr",
        "nov",
        "oct",
        "feb",
        "aug",
        "sep",
    )
    return not ambiguous or before in _BEFORE_MONTH or (token.text[:1].isupper() and token.index > 0)


def _year(tokens: Sequence[Token], at: int) -> int | None:
    if at < len(tokens) and tokens[at].kind == "number" and len(tokens[at].text) == 4 and tokens[at].text.isdigit():
        year = int(tokens[at].text)
        return year if 1900 <= year <= 2100 else None
    return None


def _relative(tokens: Sequence[Token], today: str, taken: set[int]) -> Period | None:
    try:
        now = dt.date.fromisoformat(today)
    except ValueError:
        return None
    for at, token in enumerate(tokens[:-1]):
        if token.word not in ("last", "past", "previous", "this"):
            continue
        following = tokens[at + 1]
        if following.stem in _UNITS:
            taken.update({at, at + 1})
            return _calendar_period(token.word, following.stem, now)
        count = int(following.word) if following.word.isdigit() else NUMBER_WORDS.get(following.word, 0)
        if 0 < count < 10_000 and at + 2 < len(tokens) and tokens[at + 2].stem in _UNITS and token.word != "this":
            taken.update({at, at + 1, at + 2})
            unit = tokens[at + 2].stem
            text = f"in the last {count} {unit}{'s' if count > 1 else ''} before {now.isoformat()}"
            return Period(text, now - dt.timedelta(days=count * _UNITS[unit]), now + dt.timedelta(days=1))
    return None


def _calendar_period(word: str, unit: str, now: dt.date) -> Period:
    first = _first_day(now, unit)
    if word == "this":
        return Period(f"this {unit} (from {first.isoformat()})", first, now + dt.timedelta(days=1))
    start = _first_day(first - dt.timedelta(days=1), unit)
    return Period(
        f"in the last {unit} ({start.isoformat()} to {(first - dt.timedelta(days=1)).isoformat()})", start, first
    )


def _first_day(day: dt.date, unit: str) -> dt.date:
    if unit == "week":
        return day - dt.timedelta(days=day.weekday())
    if unit == "quarter":
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[unit]

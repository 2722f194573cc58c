"""Step 1: is this a broad wish, and what is it about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dashbridge.planner.conditions import read_conditions
from dashbridge.planner.dimensions import read_dimensions
from dashbridge.planner.lexicon import PREPOSITIONS, STOP
from dashbridge.planner.measures import column_measure
from dashbridge.planner.mentions import Linked, Mention, link
from dashbridge.planner.overview.roles import aggregate_of
from dashbridge.planner.plan import Condition, Dimension, Measure, NotAnswerable
from dashbridge.planner.question import Question, read_question
from dashbridge.planner.resolve import Resolve
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.understand import MINIMUM_SCORE, resolver
from dashbridge.planner.words import tokens

_BROAD = re.compile(
    r"\b(?:overview|dashboards?|summary|summari[sz]e|at a glance|big picture|health check|report card|snapshot"
    r"|key (?:figures|numbers|metrics|facts)|kpis?|state of|status report|tell me (?:all |everything )?about"
    r"|(?:what(?: is|'s|s)?|whats) (?:going on|happening|new|up)|what (?:do|can) (?:we|you) (?:know|see|say|tell)"
    r"|give me an? (?:idea|picture|sense|report)|(?:an? )?report (?:on|about|of)|performance|insights?"
    r"|how(?: is|'s| are|'re)(?: \w+){1,4}?(?: (?:doing|going|looking|performing|developing|coming along))?)\b",
    re.IGNORECASE,
)
_NARROW = re.compile(
    r"\b(?:how (?:many|much|long|far|old|often)|which|who|when|top \d+|bottom \d+|compare|compared|versus|vs"
    r"|correlat\w+|forecast|predict|relation(?:ship)?|distribution|trend(?:s|ing)?|evol\w+|chang(?:e|ed|ing)"
    r"|distributed|related|split|spread|over time)\b|\b(?:chart|graph|plot|histogram|heatmap|scatter|pie)\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    [
        "going",
        "happening",
        "doing",
        "new",
        "up",
        "look",
        "looking",
        "show",
        "picture",
        "idea",
        "sense",
        "glance",
        "state",
        "health",
        "check",
        "key",
        "figures",
        "numbers",
        "metrics",
        "facts",
        "kpi",
        "kpis",
        "everything",
        "status",
        "insight",
        "insights",
        "performance",
        "performing",
        "coming",
        "along",
        "developing",
        "company",
        "business",
        "data",
        "database",
        "tables",
        "snapshot",
        "we",
        "you",
        "know",
        "say",
        "see",
        "tell",
        "me",
        "our",
        "recent",
        "recently",
        "lately",
        "now",
        "today",
        "build",
        "want",
        "need",
        "page",
        "board",
        "summary",
        "overview",
        "dashboard",
        "report",
        "card",
        "big",
    ]
)


@dataclass(frozen=True)
class Wish:
    """What a broad wish is about; `focus` are the measures it names, `groups` the groupings."""

    question: Question
    linked: Linked
    focus: tuple[Measure, ...]
    groups: tuple[Dimension, ...]
    conditions: tuple[Condition, ...]
    missed: tuple[str, ...]

    @property
    def base(self) -> Table:
        return self.linked.base


def is_broad(text: str) -> bool:
    """Whether the text asks for a picture of something rather than for one answer."""
    return len(text) <= 1_000 and _BROAD.search(text) is not None and _NARROW.search(text) is None


def read_wish(text: str, tables: Sequence[Table], *, today: str, choices: Sequence[str] = ()) -> Wish:
    """The wish against the table it is about; without a topic, the table that holds most to tell.

    Raises NotAnswerable where no table has anything of it, NeedsChoice where a filter's column is not clear.
    """
    question = read_question(text, today)
    question.chart = None
    linked = _best(question, tables)
    resolve = resolver(choices)
    named = {one.column for one in linked.mentions}
    conditions, missed = read_conditions(question, linked, resolve)
    guessed = [one for one in conditions if one.column not in named and not _hinted(one, question)]
    conditions = [one for one in conditions if one not in guessed]
    missed += [f"{value} (name its column)" for one in guessed for value in one.values]
    focus = _focus(linked)
    groups, _ = read_dimensions(question, linked, _first(resolve))
    unknown = [token.text for token in linked.unknown if token.word not in _EMPTY]
    return Wish(question, linked, focus, tuple(groups), tuple(conditions), (*missed, *unknown))


def _hinted(condition: Condition, question: Question) -> bool:
    """Whether a value stands where it does, a preposition or a description that lists it; a guess may keep no row."""
    if any(one.value in condition.values for one in condition.column.known):
        return True
    words = set(condition.column.words)
    pointed = any(words & set(PREPOSITIONS.get(word, ())) for word in question.words)
    return pointed or all(str(value) in condition.column.description for value in condition.values)


def _best(question: Question, tables: Sequence[Table]) -> Linked:
    readings = [link(question, table, tables) for table in tables]
    for reading in readings:
        _link_parts(reading)
        idle = [token for token in reading.unknown if token.word in _EMPTY or token.text.isupper()]
        reading.score += 0.4 * len(idle) if reading.mentions or reading.named else 0.0
        reading.score += 0.5 * any(one.column.role == "measure" for one in reading.mentions)
    fitting = [one for one in readings if one.score >= MINIMUM_SCORE]
    fitting = [one for one in fitting if one.base.words == _topic(question) and one.base.has_time] or fitting
    if not fitting:
        fitting = [one for one in readings if _described(one)]
    if not fitting:
        topic = [token for one in readings[:1] for token in one.unknown if token.word not in _EMPTY]
        if topic or not readings:
            raise NotAnswerable(
                f'No table or column is about "{topic[0].text}".' if topic else "There is no table to tell of."
            )
        return max(readings, key=lambda one: (worth(one.base), one.base.name))
    return max(
        fitting, key=lambda one: (round(one.score + 0.3 * worth(one.base), 6), one.base.rows or 0, one.base.name)
    )


def _topic(question: Question) -> tuple[str, ...]:
    """The words a wish is about: "orders" alone is the table of that name, not another that has orders too."""
    plain = (token for token in question.tokens if token.kind == "word" and token.word not in _EMPTY | STOP)
    return tuple(token.stem for token in plain)


def _link_parts(linked: Linked) -> None:
    """A word that is any part of a measure's name means it here: "satisfaction" for satisfaction_score."""
    for token in [one for one in linked.unknown if one.word not in _EMPTY]:
        columns = [one for one in linked.base.with_role("measure") if token.stem in one.words]
        linked.mentions += [Mention(frozenset([token.index]), one, 0.75, said=token.word) for one in columns]
        if columns:
            linked.unknown.remove(token)
            linked.score += 1.15


def _described(linked: Linked) -> bool:
    """Whether the descriptions tell of the topic, where no name does; the columns that do are what it is about."""
    for token in linked.unknown:
        for column in linked.base.columns:
            told = {one.stem for one in tokens(column.description)}
            if token.word not in _EMPTY and token.stem in told:
                linked.mentions.append(Mention(frozenset([token.index]), column, 1.0, said=token.word))
        if token.word not in _EMPTY and token.stem in {one.stem for one in tokens(linked.base.description)}:
            linked.named[linked.base.name] = token.index
    used = {at for mention in linked.mentions for at in mention.positions} | set(linked.named.values())
    linked.unknown = [token for token in linked.unknown if token.index not in used]
    return bool(used)


def worth(table: Table) -> float:
    """How much a table can tell, 0 to 1: time, measures, categories, rows."""
    numbers = [column for column in table.columns if column.kind != "boolean" and aggregate_of(column)]
    groups = [one for one in table.with_role("category") if 2 <= (one.distinct or 8) <= 60]
    size = min(len(str(table.rows or 0)), 8) / 8
    return 0.35 * table.has_time + 0.25 * bool(numbers) + 0.2 * bool(groups) + 0.2 * size


def _focus(linked: Linked) -> tuple[Measure, ...]:
    """Every column that a word may mean: a page has room for departure delay and arrival delay."""
    meant: set[Column] = set()
    for mention in list(linked.mentions):
        columns = {one for one in (mention.column, *mention.rivals) if overview_measure(one) is not None}
        if columns and mention.column.role == "measure":
            running = {one for one in columns if aggregate_of(one) == "max"}
            meant |= columns - running if mention.positions == {linked.named.get(linked.base.name)} else columns
            linked.mentions.remove(mention)
    found = (overview_measure(column) for column in linked.base.columns if column in meant)
    return tuple(one for one in found if one is not None)


def overview_measure(column: Column) -> Measure | None:
    """The measure a column makes on such a page."""
    kind = aggregate_of(column)
    if kind is None:
        return None
    if kind == "share":
        label = f"share {column.label.removeprefix('is ').removeprefix('has ').removeprefix('was ')}"
        return Measure(
            "share", column, f"{column_measure(column, 'max').stem}_share", label, "%", Condition(column, "=", (True,))
        )
    return column_measure(column, kind)


def _first(resolve: Resolve) -> Resolve:
    """A grouping that fits several columns is no reason to stop: the first is shown."""
    del resolve
    return lambda what, columns: columns[0]

"""Steps 1 to 4 together: from a question and the tables' schemas to a plan."""

from __future__ import annotations

from collections.abc import Sequence

from dashbridge.planner.conditions import read_conditions
from dashbridge.planner.dimensions import filter_dimensions, overview_dimensions, read_dimensions
from dashbridge.planner.lexicon import AMOUNTS
from dashbridge.planner.measures import column_measure, condition_words, count_measure, read_measures
from dashbridge.planner.mentions import Linked, link
from dashbridge.planner.plan import Measure, NeedsChoice, NotAnswerable, Plan, TimeAxis
from dashbridge.planner.question import Question, read_question
from dashbridge.planner.resolve import Resolve, choice_of, option
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.titles import plan_title
from dashbridge.planner.words import sentence, tokens

MINIMUM_SCORE = 0.6
_MOST_MEASURES = 3


def understand(text: str, tables: Sequence[Table], *, today: str, choices: Sequence[str] = ()) -> Plan:
    """The plan for a question. `choices` are the answers given so far to questions asked about it.

    Raises NeedsChoice (two readings are equally good), NotAnswerable (the tables do not hold it).
    """
    question = read_question(text, today)
    linked = best_base(question, tables)
    if linked is None:
        raise NotAnswerable("None of the tables has anything that matches this.")
    resolve = resolver(choices)
    conditions, missed = read_conditions(question, linked, resolve)
    measures = read_measures(question, linked, conditions, resolve)
    dimensions, time_asked = read_dimensions(question, linked, resolve)
    time = time_axis(linked.base, question)
    plan = Plan(
        base=linked.base,
        measures=measures[:_MOST_MEASURES],
        dimensions=dimensions,
        time=time,
        conditions=conditions,
        periods=question.periods,
        paths=linked.paths,
        limit=question.limit,
        order=question.order,
        chart=question.chart,
        missed=missed + [token.text for token in linked.unknown],
        by_time=bool(question.grain or question.over_time or time_asked) and time is not None,
    )
    _single_or_broad(plan, question, linked)
    _note(plan, question)
    plan.title = plan_title(plan)
    return plan


def best_base(question: Question, tables: Sequence[Table]) -> Linked | None:
    """The reading with the table that fits the question best; None when nothing fits."""
    readings = [link(question, table, tables) for table in tables]
    readings = [reading for reading in readings if reading.score >= MINIMUM_SCORE]
    return max(readings, key=lambda reading: (reading.score, reading.base.rows or 0, reading.base.name), default=None)


def resolver(choices: Sequence[str]) -> Resolve:
    """How to settle several fitting columns: by an answer already given, else by asking."""

    def resolve(what: str, columns: Sequence[Column]) -> Column:
        for choice in choices:
            picked = pick(choice, columns)
            if picked is not None:
                return picked
        raise NeedsChoice(choice_of(what, columns))

    return resolve


def pick(answer: str, columns: Sequence[Column]) -> Column | None:
    """The column an answer means by its option's text, name, position or words; None when that is not clear."""
    said = answer.strip().lower().rstrip(".!")
    ordinals = {
        "1": 0,
        "first": 0,
        "the first": 0,
        "2": 1,
        "second": 1,
        "the second": 1,
        "3": 2,
        "third": 2,
        "the third": 2,
    }
    for column in columns:
        if said in (option(column).lower(), column.name.lower(), column.label.lower()):
            return column
    if said in ordinals and ordinals[said] < len(columns):
        return columns[ordinals[said]]
    stems = {token.stem for token in tokens(answer)}
    hits = [len(stems & set(column.words)) + (column.name.lower() in said) for column in columns]
    best = max(hits, default=0)
    return columns[hits.index(best)] if best and hits.count(best) == 1 else None


def time_axis(base: Table, question: Question) -> TimeAxis | None:
    """The time of the base table at the grain asked; a month where nothing is said."""
    grain = question.grain or "month"
    if base.clock is not None:
        grain = "day" if grain == "hour" and base.clock.kind == "date" else grain
        return TimeAxis((base.clock,), grain)
    calendar = base.calendar
    if not calendar:
        return None
    coarse = grain if grain in ("month", "quarter", "year") else ("day" if len(calendar) == 3 else "month")
    return TimeAxis(calendar, grain if len(calendar) == 3 and grain != "hour" else coarse)


def _single_or_broad(plan: Plan, question: Question, linked: Linked) -> None:
    measures_asked = plan.measures != [count_measure(linked)]
    plan.single = question.plain and not plan.dimensions and not plan.by_time and not question.broad
    plan.broad = question.broad or not (plan.dimensions or plan.by_time or plan.single)
    if plan.broad:
        _widen(plan, linked, question)
    elif not plan.single and not plan.dimensions:
        plan.extra = overview_dimensions(linked)[:2]
    plan.explicit = bool(question.counted) or measures_asked
    plan.filters = filter_dimensions(plan, linked)


def _widen(plan: Plan, linked: Linked, question: Question) -> None:
    """A broad wish gets the table's main measures, its time and its clearest categories."""
    plan.by_time = plan.time is not None
    if plan.measures == [count_measure(linked)] and not question.counted:
        found: list[Measure] = [column_measure(column) for column in linked.base.with_role("measure")]
        amounts = [
            one
            for one in found
            if one.kind == "sum" and one.column and (one.column.kind == "decimal" or set(one.column.words) & AMOUNTS)
        ]
        levels = [one for one in found if one.kind == "avg"]
        plan.measures = (amounts[:2] + plan.measures + levels)[:_MOST_MEASURES]
    known = {dimension.column for dimension in plan.dimensions}
    plan.extra = [one for one in overview_dimensions(linked) if one.column not in known][
        : max(0, 3 - len(plan.dimensions))
    ]


def _note(plan: Plan, question: Question) -> None:
    if question.unsupported:
        plan.missed += [
            f"{word} (not among average, total, count, lowest, highest, share)"
            for word in dict.fromkeys(question.unsupported)
        ]
    if question.cut:
        plan.notes.append("Only the first 4,000 characters of the question were read.")
    if (question.grain or question.over_time) and plan.time is None:
        plan.missed.append(f"a time axis: {plan.base.name} has no date column")
    if question.periods and plan.time is None:
        plan.missed.append(
            f"{sentence([period.text for period in question.periods])}: {plan.base.name} has no date column"
        )
        plan.periods = ()
    if any(period.months for period in plan.periods) and plan.time is not None:
        plan.notes.append("A month without a year means that month of every year in the data.")
    if question.grain and plan.time and plan.time.grain != question.grain:
        plan.notes.append(f"The time is by {plan.time.grain}: the data is no finer.")
    named = [condition for condition in plan.conditions if condition.column.role == "measure"]
    for condition in named:
        plan.notes.append(f"The filter reads the column {condition.column.name}: {condition_words(condition)}.")
        alike = [one for one in plan.base.with_role("measure") if one.words[-1:] == condition.column.words[-1:]]
        others = [one.label for one in alike if one != condition.column]
        if len(others) == 1:
            plan.notes.append(f"Name the {others[0]} if you meant that one.")
    for measure in plan.measures:
        if measure.condition is not None:
            plan.notes.append(
                f"The share counts rows where {condition_words(measure.condition)}, "
                f"of those where {measure.condition.column.name} is known."
            )
    first = plan.measures[0]
    if first.kind == "avg" and first.column is not None and "avg" not in question.aggregates.values():
        plan.notes.append(
            f"{first.column.label.capitalize()} is averaged, not added up; rows without a value are left out."
        )


__all__ = ["best_base", "pick", "resolver", "time_axis", "understand"]

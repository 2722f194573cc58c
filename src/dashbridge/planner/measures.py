"""Step 4: which numbers are asked for, and how each may be aggregated."""

from __future__ import annotations

from collections.abc import Sequence

from dashbridge.kit import slugify
from dashbridge.planner.lexicon import CUES_STRONG_BY
from dashbridge.planner.mentions import Linked, Mention
from dashbridge.planner.plan import Condition, Measure, MeasureKind, NotAnswerable
from dashbridge.planner.question import Question
from dashbridge.planner.resolve import Resolve
from dashbridge.planner.schema import Column
from dashbridge.planner.words import sentence

_PREFIX: dict[str, str] = {"avg": "average", "sum": "total", "min": "lowest", "max": "highest"}


def read_measures(question: Question, linked: Linked, conditions: list[Condition], resolve: Resolve) -> list[Measure]:
    """The measures in the order asked; a count of rows when only rows are asked for.

    A share takes its condition out of `conditions`: it is the numerator, not a filter. Raises NotAnswerable when an
    aggregate is asked of something that no column holds.
    """
    if "share" in question.aggregates.values() and conditions:
        return [_share(conditions, linked)]
    found: list[Measure] = []
    for mention in list(linked.mentions):
        if not _is_measure(mention, question, linked):
            continue
        kind = _kind(mention, question, linked)
        for column in _columns(mention, resolve):
            measure = column_measure(column, kind)
            if measure not in found:
                found.append(measure)
        linked.mentions.remove(mention)
    if not found:
        found = _distinct(question, linked) or _counted_keys(question, linked)
    wants_count = bool(question.counted) or (not found)
    if wants_count and not found:
        _refuse_unknown(question, linked)
        found.append(count_measure(linked))
    elif question.counted and _counts_rows(question, linked):
        found.append(count_measure(linked))
    return found


def column_measure(column: Column, kind: MeasureKind | None = None) -> Measure:
    """A measure of a column; without a kind, levels and ratios are averaged and amounts summed."""
    kind = kind or ("avg" if column.averaged else "sum")
    if kind == "sum" and column.averaged:
        kind = "avg"
    label = f"{_PREFIX[kind]} {column.label}" if not column.label.startswith(_PREFIX[kind]) else column.label
    return Measure(kind, column, f"{_slug(column.name)}_{kind}", label, column.unit)


def count_measure(linked: Linked) -> Measure:
    """The number of rows of the base table, named for what a row is."""
    return Measure("count", None, "row_count", linked.base.label)


def _share(conditions: list[Condition], linked: Linked) -> Measure:
    numeric = [one for one in conditions if one.column.role == "measure"]
    condition = (numeric or conditions)[-1]
    conditions.remove(condition)
    label = f"share of {linked.base.label} with {condition_words(condition)}"
    return Measure("share", condition.column, f"{_slug(condition.column.name)}_share", label, "%", condition)


def condition_words(condition: Condition) -> str:
    """A condition for people: `departure delay > 15`."""
    values = [
        f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
        for value in condition.values
    ]
    if condition.op == "between":
        return f"{condition.column.label} from {values[0]} to {values[1]}"
    words = {
        "in": "is",
        "not in": "is not",
        "=": "is",
        "<>": "is not",
        ">": "over",
        "<": "under",
        ">=": "at least",
        "<=": "at most",
    }
    return f"{condition.column.label} {words[condition.op]} {sentence(values, 'or')}"


def _is_measure(mention: Mention, question: Question, linked: Linked) -> bool:
    column = mention.column
    if column.role != "measure" or column.table != linked.base.name:
        return False
    before = question.words[mention.first - 1] if mention.first else ""
    others = [one for one in linked.mentions if one is not mention and one.column.role == "measure"]
    small = column.kind == "integer" and (column.distinct or 10_000) <= 50
    return not (before in CUES_STRONG_BY and (others or question.counted) and small)


def _kind(mention: Mention, question: Question, linked: Linked) -> MeasureKind | None:
    """The aggregate asked right before the measure; "highest average" is an order, "which … has the highest" too."""
    nearest: MeasureKind | None = None
    for at, name in sorted(question.aggregates.items()):
        between = [one for one in linked.mentions if one is not mention and at < one.first < mention.first]
        if at < mention.first and mention.first - at <= 4 and not between and name in ("avg", "sum", "min", "max"):
            ordering = name in ("min", "max") and (
                any(word in ("which", "who", "where") for word in question.words[:at]) or question.limit
            )
            if not ordering and not (name in ("min", "max") and nearest in ("avg", "sum")):
                nearest = name  # type: ignore[assignment]
    if nearest is None and set(question.aggregates.values()) & {"avg"}:
        return "avg"
    return nearest


def _columns(mention: Mention, resolve: Resolve) -> Sequence[Column]:
    if not mention.rivals:
        return (mention.column,)
    chosen = resolve(mention.said, (mention.column, *mention.rivals))
    return (chosen,)


def _distinct(question: Question, linked: Linked) -> list[Measure]:
    for at, name in sorted(question.aggregates.items()):
        if name != "distinct":
            continue
        for mention in list(linked.mentions):
            if 0 < mention.first - at <= 2 and mention.column.role in ("category", "id", "time"):
                linked.mentions.remove(mention)
                column = mention.column
                return [distinct_measure(column)]
    return []


def _counted_keys(question: Question, linked: Linked) -> list[Measure]:
    """ "how many customers ordered": the base holds orders, so its distinct customer keys are counted."""
    for at in question.counted:
        for mention in list(linked.mentions):
            key = mention.column.role == "id" or any(
                len(path) == 1 and path[0].left == mention.column for path in linked.paths.values()
            )
            if (
                key
                and mention.first - at in (1, 2)
                and mention.column.table == linked.base.name
                and linked.named.get(linked.base.name) not in mention.positions
            ):
                linked.mentions.remove(mention)
                return [distinct_measure(mention.column)]
    return []


def distinct_measure(column: Column) -> Measure:
    """How many different values a column has."""
    label = column.label.removesuffix(" id").removesuffix(" key").removesuffix(" code")
    return Measure("distinct", column, f"{_slug(column.name)}_distinct", f"distinct {label}")


def _refuse_unknown(question: Question, linked: Linked) -> None:
    """ "average revenue" where nothing is called revenue must not turn into a count of rows."""
    for at, name in question.aggregates.items():
        if name not in ("avg", "sum", "min", "max"):
            continue
        following = [token for token in linked.unknown if 0 < token.index - at <= 2]
        if following:
            known = [column.label for column in linked.base.with_role("measure")][:8]
            offer = f" It has {sentence(known)}." if known else ""
            raise NotAnswerable(f'No column of {linked.base.name} looks like "{following[0].text}".{offer}')


def _counts_rows(question: Question, linked: Linked) -> bool:
    at = linked.named.get(linked.base.name)
    return at is not None and any(0 < at - counted <= 3 for counted in question.counted)


def _slug(name: str) -> str:
    return slugify(name).replace("-", "_") or "value"

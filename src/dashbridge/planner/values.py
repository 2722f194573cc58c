"""Step 3, the other half: values of columns in the words — `carrier AA`, `from JFK`, "not EWR", active customers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashbridge.planner.asked.values import known_spans
from dashbridge.planner.lexicon import PREPOSITIONS, STOP
from dashbridge.planner.mentions import Linked, Mention
from dashbridge.planner.plan import Condition, Literal_
from dashbridge.planner.question import Question
from dashbridge.planner.resolve import Resolve, drop_mentions, number_of, picked
from dashbridge.planner.schema import Column
from dashbridge.planner.words import Token, same

_NEGATIONS = frozenset(["exclude", "excluding", "except", "without", "not", "no", "omit", "omitting", "besides"])
_LINKING = frozenset(
    ["is", "was", "are", "equals", "equal", "=", ":", "in", "of", "the", "to", "only", "from", "named", "called"]
)
_VALUE = re.compile(r"[A-Z0-9][A-Z0-9_-]*[A-Z][A-Z0-9_-]*|[A-Z]{2,}")


def read_values(
    question: Question, linked: Linked, resolve: Resolve, found: list[Condition], missed: list[str]
) -> None:
    """Conditions on values, added to `found`; values without a column to `missed`."""
    _read_known(question, linked, found)
    at = 0
    while at < len(question.tokens):
        values, end = _value_list(question, linked, at)
        if not values:
            at += 1
            continue
        negative = _negated(question, linked, at)
        column, extra = _value_column(question, linked, resolve, at, end, values)
        question.taken |= set(range(at, end))
        if column is None:
            missed.append(" ".join(token.text for token in question.tokens[at:end]))
        else:
            question.taken |= extra
            drop_mentions(linked, extra | set(range(at, end)))
            typed = tuple(_typed(column, value) for value in values)
            op = ("<>" if negative else "=") if len(typed) == 1 else ("not in" if negative else "in")
            found.append(Condition(column, op, typed))
        at = end


def _read_known(question: Question, linked: Linked, found: list[Condition]) -> None:
    """Conditions on values that a column knows; several of one column are read together."""
    kept: dict[tuple[Column, bool], list[str]] = {}
    for first, (last, column, value) in known_spans(question.words, tuple(linked.tables.values())).items():
        places = set(range(first, last + 1))
        if places & question.taken:
            continue
        beside = _column_beside(first, last + 1, question, linked)
        places |= beside.positions if beside is not None and beside.column == column else set()
        kept.setdefault((column, _negated(question, linked, first)), []).append(value)
        question.taken |= places
        drop_mentions(linked, places)
    for (column, negative), values in kept.items():
        many = len(values) > 1
        op = ("not in" if many else "<>") if negative else ("in" if many else "=")
        found.append(Condition(column, op, tuple(dict.fromkeys(values)) if many else (values[0],)))


def _value_list(question: Question, linked: Linked, at: int) -> tuple[list[str], int]:
    """Values written one after another: `AA, UA and DL`."""
    values: list[str] = []
    end = at
    while end < len(question.tokens):
        token = question.tokens[end]
        if _is_value(token, question, linked):
            values.append(token.text)
            end += 1
        elif values and token.word in ("and", "or", ",") and end + 1 < len(question.tokens):
            skip = 2 if token.word == "," and question.words[end + 1] in ("and", "or") else 1
            if end + skip >= len(question.tokens) or not _is_value(question.tokens[end + skip], question, linked):
                break
            end += skip
        else:
            break
    return values, end


def _is_value(token: Token, question: Question, linked: Linked) -> bool:
    if token.index in question.taken:
        return False
    if token.kind == "quoted":
        return True
    if token.kind == "number":
        return _beside_id(token, question, linked)
    if token.kind != "word" or (question.text.isupper() and len(question.tokens) > 2):
        return False
    linked_at = {position for mention in linked.mentions for position in mention.positions} | set(linked.named.values())
    if _VALUE.fullmatch(token.text) and token.index not in linked_at:
        return not (token.word in STOP and len(token.text) > 3)
    proper = token.text[:1].isupper() and token.index > 0 and token.index not in linked_at
    if proper and token.word in STOP:
        return any(
            mention.first == token.index + 1 and mention.column.role == "category" for mention in linked.mentions
        )
    return proper and (
        _column_beside(token.index, token.index + 1, question, linked) is not None or _preposed(token.index, question)
    )


def _preposed(at: int, question: Question) -> bool:
    return question.words[at - 1] in ("from", "to", "in", "only", "for", "excluding", "except", "exclude", "without")


def _beside_id(token: Token, question: Question, linked: Linked) -> bool:
    mention = _column_beside(token.index, token.index + 1, question, linked)
    return mention is not None and mention.column.role in ("id", "part") and mention.last < token.index


def _column_beside(at: int, end: int, question: Question, linked: Linked) -> Mention | None:
    """A column right before the value (but for a linking word) or right after it."""
    before = at - 1
    while before >= 0 and question.words[before] in _LINKING and at - before < 3:
        before -= 1
    for mention in linked.mentions:
        if mention.last == before and mention.column.role in ("category", "id", "part"):
            return mention
    listed = end < len(question.tokens) and question.words[end - 1] not in ("and", "or")
    for mention in linked.mentions:
        if listed and mention.first == end and mention.column.role == "category":
            return mention
    return None


def _value_column(
    question: Question, linked: Linked, resolve: Resolve, at: int, end: int, values: Sequence[str]
) -> tuple[Column | None, set[int]]:
    mention = _column_beside(at, end, question, linked)
    if mention:
        return picked(mention, resolve), set(mention.positions)
    for before in range(max(0, at - 2), at):
        for hint in PREPOSITIONS.get(question.words[before], ()):
            for column in linked.base.with_role("category"):
                if any(same(hint, word) == 1.0 for word in column.words):
                    return column, {before}
    fitting = [
        column
        for column in linked.base.with_role("category")
        if column.kind == "text" and (column.distinct or 0) <= 1_000
    ]
    listed = [
        column
        for column in fitting
        if all(re.search(rf"\b{re.escape(value)}\b", column.description) for value in values)
    ]
    if len(listed) == 1:
        return listed[0], set()
    if len(fitting) == 1:
        return fitting[0], set()
    if not fitting or len(fitting) > 6:
        return None, set()
    return resolve(" or ".join(values), fitting), set()


def _negated(question: Question, linked: Linked, at: int) -> bool:
    mention = _column_beside(at, at + 1, question, linked)
    first = min(at, mention.first) if mention else at
    return any(question.words[where] in _NEGATIONS for where in range(max(0, first - 2), at))


def read_booleans(question: Question, linked: Linked, found: list[Condition]) -> None:
    """ "active customers" keeps the rows where is_active holds, unless the column is asked as a grouping."""
    for mention in list(linked.mentions):
        before = question.words[mention.first - 1] if mention.first else ""
        if mention.column.kind == "boolean" and before not in ("by", "per", "and", "each", "whether", "if", "or", "vs"):
            found.append(Condition(mention.column, "=", (before not in _NEGATIONS,)))
            question.taken |= mention.positions
            linked.mentions.remove(mention)


def _typed(column: Column, value: str) -> Literal_:
    if column.kind in ("integer", "decimal", "float"):
        number = number_of(value)
        return value if number is None else number
    return value

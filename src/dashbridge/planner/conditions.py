"""Step 3: conditions in the words — comparisons with numbers, and adjectives like "late"."""

from __future__ import annotations

from collections.abc import Sequence

from dashbridge.planner.lexicon import CONDITIONS, UNITS
from dashbridge.planner.mentions import Linked
from dashbridge.planner.plan import Condition, Literal_
from dashbridge.planner.question import Question
from dashbridge.planner.resolve import Resolve, drop_mentions, number_of, picked
from dashbridge.planner.schema import Column
from dashbridge.planner.values import read_booleans, read_values
from dashbridge.planner.words import Token, same

_OPERATORS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("greater", "than", "or", "equal", "to"), ">="),
    (("no", "more", "than"), "<="),
    (("no", "less", "than"), ">="),
    (("more", "than"), ">"),
    (("greater", "than"), ">"),
    (("longer", "than"), ">"),
    (("larger", "than"), ">"),
    (("higher", "than"), ">"),
    (("later", "than"), ">"),
    (("less", "than"), "<"),
    (("fewer", "than"), "<"),
    (("shorter", "than"), "<"),
    (("lower", "than"), "<"),
    (("smaller", "than"), "<"),
    (("at", "least"), ">="),
    (("at", "most"), "<="),
    (("equal", "to"), "="),
    (("over",), ">"),
    (("above",), ">"),
    (("exceeding",), ">"),
    (("under",), "<"),
    (("below",), "<"),
    ((">=",), ">="),
    (("<=",), "<="),
    ((">",), ">"),
    (("<",), "<"),
    (("=",), "="),
)


def read_conditions(question: Question, linked: Linked, resolve: Resolve) -> tuple[list[Condition], list[str]]:
    """The conditions, and in words what looked like one but could not be placed. Used positions are taken."""
    found: list[Condition] = []
    missed: list[str] = []
    _comparisons(question, linked, resolve, found, missed)
    _adjectives(question, linked, resolve, found)
    read_values(question, linked, resolve, found, missed)
    read_booleans(question, linked, found)
    linked.unknown = [token for token in linked.unknown if token.index not in question.taken]
    return found, missed


def _comparisons(
    question: Question, linked: Linked, resolve: Resolve, found: list[Condition], missed: list[str]
) -> None:
    at = 0
    while at < len(question.tokens):
        read = _operator(question.words, at)
        if read is None or at in question.taken:
            at += 1
            continue
        op, after, numbers = read
        positions = set(range(at, after))
        column, extra = _compared(question, linked, resolve, at, after)
        phrase = " ".join(token.text for token in question.tokens[at:after])
        question.taken |= positions
        if column is None:
            missed.append(phrase)
        else:
            question.taken |= extra
            found.append(Condition(column, op, numbers))
            drop_mentions(linked, extra | positions)
        at = after


def _operator(words: Sequence[str], at: int) -> tuple[str, int, tuple[Literal_, ...]] | None:
    if words[at] == "between" and at + 3 < len(words) and words[at + 2] == "and":
        low, high = number_of(words[at + 1]), number_of(words[at + 3])
        if low is not None and high is not None:
            return "between", at + 4, (low, high)
    for phrase, op in _OPERATORS:
        end = at + len(phrase)
        if tuple(words[at:end]) == phrase and end < len(words):
            number = number_of(words[end])
            if number is not None:
                return op, end + 1, (number,)
    return None


def _compared(
    question: Question, linked: Linked, resolve: Resolve, at: int, after: int
) -> tuple[Column | None, set[int]]:
    """The column a comparison is about: an adjective or column beside it, or the only one of that unit."""
    extra: set[int] = set()
    unit = None
    if after < len(question.tokens) and question.words[after] in UNITS:
        unit = UNITS[question.words[after]]
        extra.add(after)
        after += 1
    adjective = next(
        (
            where
            for where in (after, at - 1, at - 2)
            if 0 <= where < len(question.tokens) and question.words[where] in CONDITIONS
        ),
        None,
    )
    near = [mention for mention in linked.mentions if _number_column(mention.column)]
    following = [mention for mention in near if mention.first in (after, after + 1)]
    before = [mention for mention in near if 1 <= at - mention.last <= 3 and mention.last not in question.taken]
    for mention in (*following, *reversed(before)):
        if adjective is None or mention.positions - {adjective}:
            return picked(mention, resolve), extra | mention.positions
    if adjective is not None:
        column = _concept(question, linked, resolve, question.words[adjective])
        return column, extra | {adjective}
    if unit:
        fitting = [column for column in linked.base.with_role("measure") if column.unit == unit]
        if len(fitting) == 1:
            return fitting[0], extra
        if fitting:
            return resolve(f"which column to compare in {unit}", fitting), extra
    return None, set()


def _adjectives(question: Question, linked: Linked, resolve: Resolve, found: list[Condition]) -> None:
    """A bare "late" restricts when rows are counted or shared; when an average is asked it only names the measure."""
    if not question.counted and "share" not in question.aggregates.values() and not _before_table(question, linked):
        return
    for token in question.tokens:
        if token.word not in CONDITIONS or token.index in question.taken:
            continue
        column = _concept(question, linked, resolve, token.word)
        if column is None:
            continue
        _, _, op, bound = CONDITIONS[token.word]
        found.append(Condition(column, op, (bound,)))
        question.taken.add(token.index)
        beside = {mention for mention in linked.mentions if token.index in mention.positions}
        drop_mentions(linked, {position for mention in beside for position in mention.positions} | {token.index})
        question.taken |= {position for mention in beside for position in mention.positions}


def _before_table(question: Question, linked: Linked) -> bool:
    base_at = linked.named.get(linked.base.name)
    return base_at is not None and base_at > 0 and question.words[base_at - 1] in CONDITIONS and not question.aggregates


def _concept(question: Question, linked: Linked, resolve: Resolve, word: str) -> Column | None:
    heads, preferred, _, _ = CONDITIONS[word]
    fitting = [
        column
        for column in linked.base.with_role("measure")
        if column.words[-1] in heads or set(column.words) & set(heads)
    ]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    said = {
        column: {
            token.index
            for token in question.tokens
            for other in column.words
            if other not in heads and _alike(token, other)
        }
        for column in fitting
    }
    named = [column for column in fitting if said[column]]
    if len(named) == 1:
        question.taken |= said[named[0]]
        return named[0]
    liked = [column for column in fitting if preferred and preferred in column.words]
    return liked[0] if len(liked) == 1 else resolve(word, fitting)


def _alike(token: Token, word: str) -> bool:
    """Whether a word stands for another, or is a form of it: "departed" of departure."""
    return bool(same(token.stem, word)) or (len(token.stem) >= 5 and len(word) >= 5 and token.stem[:5] == word[:5])


def _number_column(column: Column) -> bool:
    return column.role in ("measure", "part", "id", "clock") and column.kind in ("integer", "decimal", "float")

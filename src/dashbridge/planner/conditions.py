"""Step 3: conditions in the words — comparisons with numbers, adjectives like "late", values of columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dashbridge.planner.lexicon import CONDITIONS, PREPOSITIONS, STOP, UNITS
from dashbridge.planner.mentions import Linked, Mention
from dashbridge.planner.plan import Choice, Condition, Literal_
from dashbridge.planner.question import Question
from dashbridge.planner.schema import Column
from dashbridge.planner.words import Token, same

Resolve = Callable[[str, Sequence[Column]], Column]

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
_NEGATIONS = frozenset(["exclude", "excluding", "except", "without", "not", "no", "omit", "omitting", "besides"])
_LINKING = frozenset(["is", "was", "are", "equals", "equal", "=", ":", "in", "of", "the", "to", "only", "from", "named", "called"])
_VALUE = re.compile(r"[A-Z0-9][A-Z0-9_-]*[A-Z][A-Z0-9_-]*|[A-Z]{2,}")


def read_conditions(question: Question, linked: Linked, resolve: Resolve) -> tuple[list[Condition], list[str]]:
    """The conditions, and in words what looked like one but could not be placed. Used positions and mentions are taken."""
    found: list[Condition] = []
    missed: list[str] = []
    _comparisons(question, linked, resolve, found, missed)
    _adjectives(question, linked, resolve, found)
    _values(question, linked, resolve, found, missed)
    _booleans(question, linked, found)
    linked.unknown = [token for token in linked.unknown if token.index not in question.taken]
    return found, missed


def _comparisons(question: Question, linked: Linked, resolve: Resolve, found: list[Condition], missed: list[str]) -> None:
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
            _drop_mentions(linked, extra | positions)
        at = after


def _operator(words: Sequence[str], at: int) -> tuple[str, int, tuple[Literal_, ...]] | None:
    if words[at] == "between" and at + 3 < len(words) and words[at + 2] == "and":
        low, high = _number(words[at + 1]), _number(words[at + 3])
        if low is not None and high is not None:
            return "between", at + 4, (low, high)
    for phrase, op in _OPERATORS:
        end = at + len(phrase)
        if tuple(words[at:end]) == phrase and end < len(words):
            number = _number(words[end])
            if number is not None:
                return op, end + 1, (number,)
    return None


def _compared(question: Question, linked: Linked, resolve: Resolve, at: int, after: int) -> tuple[Column | None, set[int]]:
    """The column a comparison is about: an adjective or column after it, a column before it, or the only one of that unit."""
    extra: set[int] = set()
    unit = None
    if after < len(question.tokens) and question.words[after] in UNITS:
        unit = UNITS[question.words[after]]
        extra.add(after)
        after += 1
    adjective = next(
        (where for where in (after, at - 1, at - 2) if 0 <= where < len(question.tokens) and question.words[where] in CONDITIONS), None
    )
    near = [mention for mention in linked.mentions if _number_column(mention.column)]
    following = [mention for mention in near if mention.first in (after, after + 1)]
    before = [mention for mention in near if 1 <= at - mention.last <= 3 and mention.last not in question.taken]
    for mention in (*following, *reversed(before)):
        if adjective is None or mention.positions - {adjective}:
            return _picked(mention, resolve), extra | mention.positions
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


def _picked(mention: Mention, resolve: Resolve) -> Column:
    if not mention.rivals:
        return mention.column
    return resolve(mention.said, (mention.column, *mention.rivals))


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
        _drop_mentions(linked, {position for mention in beside for position in mention.positions} | {token.index})
        question.taken |= {position for mention in beside for position in mention.positions}


def _before_table(question: Question, linked: Linked) -> bool:
    base_at = linked.named.get(linked.base.name)
    return base_at is not None and base_at > 0 and question.words[base_at - 1] in CONDITIONS and not question.aggregates


def _concept(question: Question, linked: Linked, resolve: Resolve, word: str) -> Column | None:
    heads, preferred, _, _ = CONDITIONS[word]
    fitting = [column for column in linked.base.with_role("measure") if column.words[-1] in heads or set(column.words) & set(heads)]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    said = {
        column: {token.index for token in question.tokens for other in column.words if other not in heads and _alike(token, other)} for column in fitting
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


def _values(question: Question, linked: Linked, resolve: Resolve, found: list[Condition], missed: list[str]) -> None:
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
            _drop_mentions(linked, extra | set(range(at, end)))
            typed = tuple(_typed(column, value) for value in values)
            op = ("<>" if negative else "=") if len(typed) == 1 else ("not in" if negative else "in")
            found.append(Condition(column, op, typed))
        at = end


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
        return any(mention.first == token.index + 1 and mention.column.role == "category" for mention in linked.mentions)
    return proper and (_column_beside(token.index, token.index + 1, question, linked) is not None or _preposed(token.index, question))


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
        return _picked(mention, resolve), set(mention.positions)
    for before in range(max(0, at - 2), at):
        for hint in PREPOSITIONS.get(question.words[before], ()):
            for column in linked.base.with_role("category"):
                if any(same(hint, word) == 1.0 for word in column.words):
                    return column, {before}
    fitting = [column for column in linked.base.with_role("category") if column.kind == "text" and (column.distinct or 0) <= 1_000]
    if len(fitting) == 1:
        return fitting[0], set()
    if not fitting or len(fitting) > 6:
        return None, set()
    return resolve(" or ".join(values), fitting), set()


def _negated(question: Question, linked: Linked, at: int) -> bool:
    mention = _column_beside(at, at + 1, question, linked)
    first = min(at, mention.first) if mention else at
    return any(question.words[where] in _NEGATIONS for where in range(max(0, first - 2), at))


def _booleans(question: Question, linked: Linked, found: list[Condition]) -> None:
    """ "active customers" keeps the rows where is_active holds, unless the column is asked as a grouping."""
    for mention in list(linked.mentions):
        before = question.words[mention.first - 1] if mention.first else ""
        if mention.column.kind == "boolean" and before not in ("by", "per", "and", "each", "whether", "if", "or", "vs"):
            found.append(Condition(mention.column, "=", (before not in _NEGATIONS,)))
            question.taken |= mention.positions
            linked.mentions.remove(mention)


def _drop_mentions(linked: Linked, positions: set[int]) -> None:
    linked.mentions = [mention for mention in linked.mentions if not mention.positions & positions]


def _number_column(column: Column) -> bool:
    return column.role in ("measure", "part", "id", "clock") and column.kind in ("integer", "decimal", "float")


def _number(word: str) -> int | float | None:
    text = word.rstrip("%").replace(",", "")
    try:
        return int(text) if re.fullmatch(r"[-+]?\d{1,15}", text) else float(text) if re.fullmatch(r"[-+]?\d{1,15}\.\d{1,9}", text) else None
    except ValueError:
        return None


def _typed(column: Column, value: str) -> Literal_:
    if column.kind in ("integer", "decimal", "float"):
        number = _number(value)
        return value if number is None else number
    return value


def choice_of(what: str, columns: Sequence[Column]) -> Choice:
    """The question to ask when several columns fit."""
    return Choice(f'Which column do you mean by "{what}"?', tuple(option(column) for column in columns))


def option(column: Column) -> str:
    """A column as an answer to pick: its words and its name."""
    return f"{column.label} ({column.name})" if column.label != column.name else column.name

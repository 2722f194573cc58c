"""One written expression: its references lifted out, its syntax checked, its tree read.

In the tree a reference is a `Var` that prints as it was written; `reference_of` tells it from others. `date_trunc` is
wrapped in an explicit cast, so that every engine of the post-query gives the same type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from dashbridge.insights.references import Reference, find_references
from dashbridge.insights.spec import InputSpec
from dashbridge.insights.trees import DIALECT, depth, is_aggregate, meaning, reference_node, reference_of
from dashbridge.kit import Invalid, Place, Problem
from dashbridge.sql import check_expression

_CLOCKS = (
    exp.CurrentDate,
    exp.CurrentTime,
    exp.CurrentTimestamp,
    exp.CurrentDatetime,
    exp.Localtime,
    exp.Localtimestamp,
)
_CLOCK_NAMES = {
    "now",
    "today",
    "get_current_timestamp",
    "transaction_timestamp",
    "current_localtime",
    "get_current_time",
}
_CHANCE_NAMES = {"uuidv4", "uuidv7", "uuid", "gen_random_uuid", "random", "reservoir_quantile"}
_TEXTS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
MAX_DEPTH = 100
_DAY_UNITS = {"DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "DECADE", "CENTURY", "MILLENNIUM", "ISOYEAR"}


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression that passed: its text, its tree and the references in it."""

    text: str
    tree: exp.Expr
    references: tuple[Reference, ...]

    @property
    def key(self) -> str:
        """What the tree means, as text: equal for `Month` and `month`."""
        return meaning(self.tree)


def parse(text: str, inputs: Mapping[str, InputSpec], path: str, dialect: str = DIALECT) -> Parsed:
    """Read one expression. Raises Invalid; every Problem has `path` as its place."""
    if control := next((char for char in text if (char < " " and char not in "\t\n\r") or char == "\x7f"), None):
        problem = Problem(
            "expression.character", f"the expression holds the control character {control!r}", Place(path)
        )
        raise Invalid.of([problem])
    references, problems = find_references(text, inputs)
    if problems:
        raise Invalid.of([Problem(one.code, one.message, Place(path), one.hint) for one in problems])
    stem = _free_stem(text)
    masked = _mask(text, references, inputs, stem)
    try:
        checked = check_expression(masked, dialect=dialect)
    except Invalid as error:
        raise Invalid.of([_translated(problem, path, masked, text) for problem in error.problems]) from None
    if depth(checked) > MAX_DEPTH:
        message = f"the expression chains or nests more than {MAX_DEPTH} operations"
        raise Invalid.of(
            [Problem("expression.too_deep", message, Place(path), "use IN (…), or compute it in the query")]
        )
    tree = _lift(checked.copy(), references, stem, path)
    _refuse_question_marks(tree, path)
    _refuse_unsteady(tree, text, path)
    return Parsed(text.strip(), _with_casts(tree, dialect), tuple(references))


def _free_stem(text: str) -> str:
    stem = "_r"
    while stem in text.lower():
        stem = "_" + stem
    return stem


def _mask(text: str, references: list[Reference], inputs: Mapping[str, InputSpec], stem: str) -> str:
    pieces: list[str] = []
    at = 0
    for number, one in enumerate(references):
        name = f"{stem}{number}"
        shown = f"({name})" if one.accessor == "values" else name
        # Padded to the length of the reference, so that a position in the masked text is one in the written text.
        pieces += [text[at : one.start], shown.ljust(one.end - one.start)]
        at = one.end
    return "".join([*pieces, text[at:]])


def _lift(tree: exp.Expr, references: list[Reference], stem: str, path: str) -> exp.Expr:
    seen: set[int] = set()

    def swap(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and not node.table and node.name.startswith(stem):
            number = int(node.name[len(stem) :])
            seen.add(number)
            return reference_node(references[number])
        return node

    lifted = tree.transform(swap)
    for membership in list(lifted.find_all(exp.In)):
        _open_list(membership)
    for number, one in enumerate(references):
        if number not in seen:
            message = f"{one} at character {one.start + 1} stands inside a text or a comment"
            hint = "write it without quotes: the value is bound as data"
            raise Invalid.of([Problem("ref.in_text", message, Place(path), hint)])
    for node in lifted.find_all(exp.Var):
        found = reference_of(node)
        if found and found.accessor == "values" and not isinstance(node.parent, exp.In):
            message = f"{found} at character {found.start + 1} is a list and stands outside IN"
            hint = f"write column IN {found}, or use .first, .last, .min or .max"
            raise Invalid.of([Problem("ref.list", message, Place(path), hint)])
    return lifted


def _open_list(node: exp.In) -> None:
    """`x IN ${list}` and `x IN (${list})` become one form: the reference alone among the expressions."""
    field = node.args.get("field")
    members = [field] if field is not None else list(node.expressions)
    plain = []
    for member in members:
        while isinstance(member, exp.Paren):
            member = member.this
        plain.append(member)
    if any(reference_of(member) for member in plain):
        node.set("field", None)
        node.set("expressions", plain)


def _refuse_question_marks(tree: exp.Expr, path: str) -> None:
    """In a statement `?` marks a value; only in plain texts can another one be written otherwise."""
    for node in tree.walk():
        if not isinstance(node, exp.Literal) and isinstance(node.this, str) and "?" in node.this:
            message = f"{node.this[:60]!r} holds a question mark"
            hint = "rename the column in the query, \"late?\" AS late; write a text plainly, 'why?'"
            raise Invalid.of([Problem("expression.question_mark", message, Place(path), hint)])


def _refuse_unsteady(tree: exp.Expr, text: str, path: str) -> None:
    """What gives another answer each time, or not the same one in every engine of the post-query."""
    for node in tree.walk():
        if problem := _unsteady(node, text):
            code, reason, hint = problem
            message = f"{node.sql(dialect=DIALECT)[:60]} {reason}"
            raise Invalid.of([Problem(f"expression.{code}", message, Place(path), hint)])


def _unsteady(node: exp.Expr, text: str) -> tuple[str, str, str] | None:
    name = str(node.this).lower() if isinstance(node, exp.Anonymous) else ""
    if isinstance(node, _CLOCKS) or name in _CLOCK_NAMES or (name == "age" and len(node.expressions) == 1):
        hint = "use a date_range input with default `last 90 days` and its .from, .to or .until"
        return "clock", "reads the engine's clock, which differs between engines", hint
    if isinstance(node, exp.Rand | exp.Uuid) or name in _CHANCE_NAMES:
        return "chance", "gives another answer each time", "compute it in the query"
    if isinstance(node, exp.Lambda):
        return "lambda", "is a lambda, which engines write differently", "compute it in the query"
    if isinstance(node, exp.RegexpLike) and "~" in _TEXTS.sub("", text):
        reason = "is written with ~, which matches the whole text in one reading and a part of it in another"
        return "match", reason, "write regexp_matches(text, pattern) or regexp_full_match(text, pattern)"
    return None


def _with_casts(tree: exp.Expr, dialect: str) -> exp.Expr:
    """One meaning on every side: in DuckDB of a truncated time, in BigQuery of averages and counts."""

    def cast(node: exp.Expr) -> exp.Expr:
        if dialect != DIALECT:
            return _of_bigquery(node)
        if isinstance(node, exp.DateTrunc | exp.TimestampTrunc) and not _is_dated(node.parent):
            unit = node.args.get("unit")
            day = unit is not None and str(unit.name).upper().split("(")[0] in _DAY_UNITS
            return exp.cast(node.copy(), "DATE" if day else "TIMESTAMP")
        return node

    return _rewrite(tree, cast)


def _of_bigquery(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Avg) and is_aggregate(node):
        return exp.cast(node.copy(), "DOUBLE")
    if isinstance(node, exp.CountIf) and not isinstance(node.this, exp.Distinct):
        counted = exp.Case(ifs=[exp.If(this=node.this.copy(), true=exp.Literal.number(1))])
        return exp.Count(this=counted, big_int=True)  # of nothing 0, where DuckDB's count_if is NULL
    return node


def _is_dated(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Cast) and bool(node.is_type("date", "timestamp"))


def _rewrite(tree: exp.Expr, change: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Bottom-up, so that what a change puts in is not visited again."""
    for child in list(tree.iter_expressions()):
        changed = _rewrite(child, change)
        if changed is not child:
            child.replace(changed)
    return change(tree)


def _translated(problem: Problem, path: str, masked: str, text: str) -> Problem:
    where = ""
    if problem.place.column is not None:
        where = f" (line {problem.place.line}, character {problem.place.column} of the expression)"
    return Problem(f"sql.{problem.code}", problem.message + where, Place(path), problem.hint)

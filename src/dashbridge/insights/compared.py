"""Chosen values beside columns of another kind: engines would convert one of them, each in its own way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from dashbridge.insights.references import Reference
from dashbridge.insights.trees import reference_of
from dashbridge.insights.values import ParameterType
from dashbridge.kit import Place, Problem

_FAMILIES = {
    "integer": "number",
    "decimal": "number",
    "float": "number",
    "number": "number",
    "text": "text",
    "boolean": "boolean",
    "date": "day",
    "timestamp": "day",
    "timestamptz": "day",
    "time": "time",
}
_TWO_SIDED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Like, exp.ILike)
_FITTING = {
    "integer": "integer",
    "decimal": "decimal",
    "float": "number",
    "text": "text",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "date",
    "timestamptz": "date",
}


def comparison_problems(
    tree: exp.Expr, types: Mapping[str, ParameterType], kinds: Mapping[str, str], path: str
) -> list[Problem]:
    """What an expression compares that does not go together.

    `types`: what each input's value is bound as; `kinds`: of each column, by lower-case name, in the warehouse's words.
    """
    found: list[Problem] = []
    for column, reference in _compared(tree):
        kind, bound = kinds.get(column.name.lower(), ""), types.get(reference.name)
        if bound is None or kind not in _FAMILIES or _FAMILIES[kind] == _FAMILIES[bound]:
            continue
        message = f"{column.name} is of the kind {kind}, and {reference} is bound as {bound}"
        fitting = _FITTING.get(kind)
        hint = f"give the input {reference.name} value_type: {fitting}, " if fitting and _has_type(reference) else ""
        found.append(Problem("insight.compared", message, Place(path), f"{hint}or cast the column".removeprefix("or ")))
    return list(dict.fromkeys(found))


def _compared(tree: exp.Expr) -> Iterator[tuple[exp.Column, Reference]]:
    for node in tree.find_all(*_TWO_SIDED, exp.In, exp.Between):
        if isinstance(node, exp.In):
            sides = [(node.this, one) for one in node.expressions]
        elif isinstance(node, exp.Between):
            sides = [(node.this, node.args["low"]), (node.this, node.args["high"])]
        else:
            sides = [(node.this, node.expression), (node.expression, node.this)]
        for one, other in sides:
            column, reference = one.unnest(), reference_of(other.unnest())
            if isinstance(column, exp.Column) and reference is not None:
                yield column, reference


def _has_type(reference: Reference) -> bool:
    """Whether the author can say the type: of choices and number ranges, told by their accessors."""
    return reference.accessor not in ("from", "to", "until")

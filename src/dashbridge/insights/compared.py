"""Chosen values beside columns of another kind: engines would convert one of them, each in its own way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from dashbridge.insights.labels import Facts, kind_of
from dashbridge.insights.references import Reference
from dashbridge.insights.trees import DIALECT, reference_of
from dashbridge.insights.values import ParameterType
from dashbridge.kit import Place, Problem

# The kind of a column as (family, what value_type compares with it).
_KINDS: dict[str, tuple[str, str]] = {
    "integer": ("number", "integer"),
    "decimal": ("number", "decimal"),
    "float": ("number", "number"),
    "text": ("text", "text"),
    "boolean": ("boolean", "boolean"),
    "date": ("day", "date"),
    "timestamp": ("day", "date"),
    "timestamptz": ("day", "date"),
    "time": ("time", "text"),
}
_BOUND: dict[ParameterType, str] = {
    "integer": "number",
    "decimal": "number",
    "number": "number",
    "text": "text",
    "boolean": "boolean",
    "date": "day",
}
_TWO_SIDED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Like, exp.ILike)


def comparison_problems(
    tree: exp.Expr, types: Mapping[str, ParameterType], kinds: Mapping[str, str], path: str
) -> list[Problem]:
    """What an expression compares that does not go together.

    `types`: what each input's value is bound as; `kinds`: of each column, by lower-case name (`integer`, `text` …).
    """
    numbers = {name: Facts("quantitative") for name, kind in kinds.items() if _KINDS.get(kind, ("",))[0] == "number"}
    found: list[Problem] = []
    for side, reference in _compared(tree):
        kind = kinds.get(side.name.lower(), "") if isinstance(side, exp.Column) else _computed_kind(side, numbers)
        bound = types.get(reference.name)
        if bound is None or kind not in _KINDS or _KINDS[kind][0] == _BOUND[bound]:
            continue
        shown = side.sql(dialect=DIALECT)[:60]
        message = f"{shown} is of the kind {kind}, and {reference} is bound as {bound}"
        found.append(Problem("insight.compared", message, Place(path), _hint(reference, bound, kind)))
    return list(dict.fromkeys(found))


def _computed_kind(side: exp.Expr, numbers: Mapping[str, Facts]) -> str:
    return "float" if kind_of(side, numbers) == "quantitative" else ""


def _hint(reference: Reference, bound: ParameterType, kind: str) -> str:
    family, fitting = _KINDS[kind]
    if bound == "boolean" or reference.accessor in ("from", "to", "until") or family == "time":
        return f"compare it with what is a {bound} too, or cast: CAST(… AS VARCHAR)"
    return f"write value_type: {fitting} in the input {reference.name}, if it is a choice; else cast the column"


def _compared(tree: exp.Expr) -> Iterator[tuple[exp.Expr, Reference]]:
    """Each side of a comparison that has a reference, and nothing else, on its other side."""
    for node in tree.find_all(*_TWO_SIDED, exp.In, exp.Between):
        if isinstance(node, exp.In):
            sides = [(node.this, one) for one in node.expressions]
        elif isinstance(node, exp.Between):
            sides = [(node.this, node.args["low"]), (node.this, node.args["high"])]
        else:
            sides = [(node.this, node.expression), (node.expression, node.this)]
        for one, other in sides:
            reference = reference_of(other.unnest())
            if reference is not None:
                yield one.unnest(), reference

"""Aggregates in two steps: of each finer group in the pre-query, of those in the post-query.

Mergeable are sum, count, min, max, avg (as sum and count), count_if, bool_and, bool_or; DISTINCT ones by keeping what
they count as a key. Nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from dashbridge.insights.carry import Carried, cut, of_a_row, replace_children
from dashbridge.insights.trees import AROUND_AGGREGATE, Keys, and_parts, has_aggregate, is_aggregate, meaning, refers

WHOLE = "whole"  # marks a cast of what is a whole number already
_SAME = (exp.Sum, exp.Min, exp.Max, exp.LogicalAnd, exp.LogicalOr)


class NotMergeable(Exception):
    """This aggregate cannot be made of parts; the text says which."""


def merged(tree: exp.Expr, carried: Carried, keys: Keys) -> exp.Expr:
    """A tree over groups as one over finer groups: aggregates merged, keys carried. Raises NotMergeable."""

    def visit(node: exp.Expr) -> exp.Expr:
        if is_aggregate(node) or (isinstance(node, AROUND_AGGREGATE) and has_aggregate(node.this)):
            return _merged(node, carried)
        if type(node) in keys.values() and meaning(node) in keys:
            return carried.key(node)
        return replace_children(node, visit)

    return visit(tree.copy())


def _merged(node: exp.Expr, carried: Carried) -> exp.Expr:
    aggregate, parts = node, []
    if isinstance(node, exp.Filter):
        aggregate, parts = node.this, list(and_parts(node.expression.this))
    if refers(aggregate):
        raise NotMergeable(f"an input acts inside {_name(aggregate)}()")
    if _is_distinct(aggregate):
        kept = cut(aggregate, carried.key, of_a_row)
        return _filtered(kept, [cut(part, carried.key, of_a_row) for part in parts])
    fixed = [part for part in parts if not refers(part)]
    moving = [cut(part, carried.key, of_a_row) for part in parts if refers(part)]

    def partial(function: exp.Expr) -> exp.Column:
        return carried.partial(_filtered(function.copy(), [part.copy() for part in fixed]))

    def total(column: exp.Column) -> exp.Expr:
        return _filtered(exp.Sum(this=column), [part.copy() for part in moving])

    return _combined(aggregate, partial, total, moving)


def _combined(
    aggregate: exp.Expr,
    partial: Callable[[exp.Expr], exp.Column],
    total: Callable[[exp.Column], exp.Expr],
    moving: list[exp.Expr],
) -> exp.Expr:
    if isinstance(aggregate, exp.Avg) and _is_plain(aggregate):
        summed, known = exp.Sum(this=aggregate.this.copy()), exp.Count(this=aggregate.this.copy(), big_int=True)
        top = exp.cast(total(partial(summed)), "DOUBLE")
        return exp.paren(exp.Div(this=top, expression=total(partial(known)), typed=False, safe=False))
    if isinstance(aggregate, exp.Count) and _is_plain(aggregate):
        counted = exp.Coalesce(this=total(partial(aggregate)), expressions=[exp.Literal.number(0)])
        whole = exp.cast(counted, "BIGINT")
        whole.meta[WHOLE] = True
        return whole
    if isinstance(aggregate, exp.CountIf) and _is_plain(aggregate):
        return total(partial(aggregate))  # of no rows it is NULL, unlike count
    if isinstance(aggregate, _SAME) and _is_plain(aggregate):
        return _filtered(type(aggregate)(this=partial(aggregate)), moving)
    raise NotMergeable(f"{_name(aggregate)}() cannot be merged from groups")


def _is_plain(aggregate: exp.Expr) -> bool:
    """One argument and nothing besides, such as an order or a second argument."""
    given = [name for name, value in aggregate.args.items() if value and name != "big_int"]
    return given == ["this"] and not isinstance(aggregate.this, exp.Order | exp.Distinct | exp.HavingMax)


def _is_distinct(aggregate: exp.Expr) -> bool:
    inner = aggregate.this
    known = isinstance(aggregate, (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Count))
    return known and isinstance(inner, exp.Distinct) and len(inner.expressions) == 1 and not inner.args.get("on")


def _filtered(function: exp.Expr, parts: list[exp.Expr]) -> exp.Expr:
    if not parts:
        return function
    return exp.Filter(this=function, expression=exp.Where(this=exp.and_(*parts, copy=False)))


def _name(aggregate: exp.Expr) -> str:
    return aggregate.sql(dialect="duckdb").partition("(")[0].lower()

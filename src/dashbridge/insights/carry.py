"""Cutting trees where the warehouse's part ends: what no input bears on becomes a column of `insight_data`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from dashbridge.insights.trees import AROUND_AGGREGATE, computes, is_any_aggregate, meaning, refers

Fits = Callable[[exp.Expr], bool]
# Expressions that are values of their own; others are parts of one, such as a branch of CASE.
_VALUES = (exp.Condition, exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)
_PARTS = (exp.PropertyEQ, exp.Kwarg, exp.Slice, exp.Interval, exp.DataType, exp.Star)


@dataclass
class Carried:
    """The columns of a pre-query, gathered while the trees of the post-query are cut: keys first, then aggregates.

    `spare` keeps their names apart from the query's own.
    """

    spare: str = ""
    keys: dict[str, exp.Expr] = field(default_factory=dict)
    partials: dict[str, exp.Expr] = field(default_factory=dict)

    def key(self, tree: exp.Expr) -> exp.Column:
        """A column that holds the tree's value."""
        return self._named(tree, self.keys, "c")

    def partial(self, tree: exp.Expr) -> exp.Column:
        """A column that holds an aggregate of each group."""
        return self._named(tree, self.partials, "a")

    def select(self) -> tuple[tuple[str, exp.Expr], ...]:
        """The select list of the pre-query; of at least one column."""
        named = [(f"{self.spare}c{at}", tree) for at, tree in enumerate(self.keys.values(), 1)]
        named += [(f"{self.spare}a{at}", tree) for at, tree in enumerate(self.partials.values(), 1)]
        return tuple(named) or ((f"{self.spare}c1", exp.Literal.number(1)),)

    def place(self, tree: exp.Expr) -> int:
        """The 1-based place of a key that is carried."""
        return list(self.keys).index(meaning(tree)) + 1

    def _named(self, tree: exp.Expr, known: dict[str, exp.Expr], letter: str) -> exp.Column:
        text = meaning(tree)
        known.setdefault(text, tree.copy())
        return exp.column(exp.to_identifier(f"{self.spare}{letter}{list(known).index(text) + 1}"))


def cut(tree: exp.Expr, carry: Callable[[exp.Expr], exp.Expr], fits: Fits) -> exp.Expr:
    """The tree with its largest parts that fit, compute something and hold no reference, replaced by `carry`'s."""

    def visit(node: exp.Expr) -> exp.Expr:
        if _is_value(node) and computes(node) and not refers(node) and fits(node):
            return carry(node)
        return replace_children(node, visit)

    return visit(tree.copy())


def replace_children(node: exp.Expr, visit: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """The node with every child put in place that `visit` makes of it."""
    for child in list(node.iter_expressions()):
        changed = visit(child)
        if changed is not child:
            child.replace(changed)
    return node


def of_a_row(tree: exp.Expr) -> bool:
    """Whether it can be computed from one row alone."""
    return not any(isinstance(node, exp.Window) or is_any_aggregate(node) for node in tree.walk())


def _is_value(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(node, _PARTS) or not isinstance(node, _VALUES):
        return False
    if isinstance(node, exp.If) and isinstance(parent, exp.Case):
        return False
    # The function of a window, or an aggregate inside its FILTER, is no value without what is around it.
    around = isinstance(parent, (exp.Window, *AROUND_AGGREGATE))
    return not (around and parent is not None and parent.this is node)

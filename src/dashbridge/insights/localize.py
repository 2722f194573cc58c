"""An expression of the connection's dialect in DuckDB's words: exactly, or not at all."""

from __future__ import annotations

from sqlglot import exp

from dashbridge.insights.merge import WHOLE
from dashbridge.insights.references import Reference
from dashbridge.insights.trees import DIALECT, reference_node, reference_of
from dashbridge.sql import SqlRefused, translate_tree

# What BigQuery and DuckDB are known to compute alike. Texts, casts, times and roundings differ in corners.
_ALIKE: tuple[type[exp.Expr], ...] = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Star, exp.Var, exp.DataType),
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ),
    *(exp.NullSafeNEQ, exp.In, exp.Between, exp.Case, exp.If, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.DPipe),
    *(exp.Like, exp.Coalesce, exp.Nullif, exp.Abs, exp.Length, exp.StartsWith, exp.EndsWith),
    *(exp.Sum, exp.Count, exp.Min, exp.Max, exp.Avg, exp.LogicalAnd, exp.LogicalOr, exp.Stddev, exp.StddevSamp),
    *(exp.StddevPop, exp.Variance, exp.VariancePop, exp.Distinct, exp.Filter, exp.Where),
    *(exp.Window, exp.WindowSpec, exp.Order, exp.Ordered, exp.Rank, exp.DenseRank, exp.RowNumber, exp.Ntile),
    *(exp.PercentRank, exp.CumeDist, exp.Lag, exp.Lead),
)


class NotLocal(Exception):
    """DuckDB cannot say this exactly; the text says why."""


def localized(tree: exp.Expr, dialect: str) -> exp.Expr:
    """The tree for DuckDB, its references kept. Raises NotLocal."""
    if dialect == DIALECT:
        return tree
    for node in tree.walk():
        if not (isinstance(node, _ALIKE) or _is_number_of(node)):
            raise NotLocal(f"{node.sql(dialect=dialect)[:60]} is not known to mean the same in the browser's engine")
    stem = "_ref"
    while any(column.name.lower().startswith(stem) for column in tree.find_all(exp.Column)):
        stem = "_" + stem
    found: list[Reference] = []

    def mask(node: exp.Expr) -> exp.Expr:
        if reference := reference_of(node):
            found.append(reference)
            return exp.column(f"{stem}{len(found) - 1}")
        return node

    def unmask(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and not node.table and node.name.startswith(stem):
            return reference_node(found[int(node.name[len(stem) :])])
        return node

    try:
        translated = translate_tree(tree.copy().transform(mask, copy=False), source=dialect, target=DIALECT)
    except SqlRefused as error:
        raise NotLocal(error.message) from None
    return translated.transform(unmask, copy=False).transform(_with_escape, copy=False)


def _with_escape(node: exp.Expr) -> exp.Expr:
    """BigQuery's LIKE takes a backslash as an escape without being told."""
    if not isinstance(node, exp.Like) or isinstance(node.parent, exp.Escape):
        return node
    return exp.Escape(this=node.copy(), expression=exp.Literal.string("\\"))


def _is_number_of(node: exp.Expr) -> bool:
    """A number made a float, a literal date, a merged count: the casts that are alike."""
    if not isinstance(node, exp.Cast):
        return False
    if node.meta.get(WHOLE):
        return True
    if node.is_type("date"):
        return isinstance(node.this, exp.Literal)
    return bool(node.is_type("double")) and not isinstance(node.this, exp.Literal)

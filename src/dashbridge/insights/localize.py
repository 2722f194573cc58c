"""An expression of the connection's dialect in DuckDB's words: exactly, or not at all."""

from __future__ import annotations

from sqlglot import exp

from dashbridge.insights.references import Reference
from dashbridge.insights.trees import DIALECT, reference_node, reference_of
from dashbridge.sql import SqlRefused, translate_tree


class NotLocal(Exception):
    """DuckDB cannot say this exactly; the text says why."""


def localized(tree: exp.Expr, dialect: str) -> exp.Expr:
    """The tree for DuckDB, its references kept. Raises NotLocal."""
    if dialect == DIALECT:
        return tree
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
    return translated.transform(unmask, copy=False)

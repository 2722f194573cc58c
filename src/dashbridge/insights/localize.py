"""An expression of the connection's dialect in DuckDB's words: exactly, or not at all."""

from __future__ import annotations

from sqlglot import exp

from dashbridge.insights.alike import alike, said_plainly
from dashbridge.insights.merge import WHOLE
from dashbridge.insights.references import Reference
from dashbridge.insights.trees import DIALECT, reference_node, reference_of
from dashbridge.sql import SqlRefused, translate_tree


class NotLocal(Exception):
    """DuckDB cannot say this exactly; the text says why."""


def localized(tree: exp.Expr, dialect: str) -> exp.Expr:
    """The tree for DuckDB, its references kept. Raises NotLocal."""
    if dialect == DIALECT:
        return tree
    for node in tree.walk():
        if not (alike(node) or _is_number_of(node)):
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
        masked = said_plainly(tree).transform(mask, copy=False)
        translated = translate_tree(masked, source=dialect, target=DIALECT)
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

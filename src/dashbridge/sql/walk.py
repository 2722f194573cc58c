"""The checks on the tree: node types, reserved words used as names, unsafe forms of allowed nodes."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from dashbridge.kit import Place
from dashbridge.sql.lexer import Text
from dashbridge.sql.nodes import RESERVED_WORDS, STATEMENT_WORDS
from dashbridge.sql.refused import SqlRefused

_HINTS: dict[str, str] = {
    "Into": "A query may not write; remove INTO.",
    "Lock": "Remove FOR UPDATE or FOR SHARE.",
    "Parameter": "Write the value itself; parameters and session variables are not read.",
    "SessionParameter": "Write the value itself; session variables are not read.",
    "Placeholder": "Write the value itself; placeholders are not filled in.",
    "Version": "Read the table as it is now.",
    "HistoricalData": "Read the table as it is now.",
    "Describe": "Ask for the table's schema instead.",
    "Summarize": "Write the aggregates you need.",
}


def check_nodes(tree: exp.Expr, allowed: frozenset[type[exp.Expr]], text: Text) -> None:
    """Refuse any node of a type outside `allowed` (functions called by name are judged in `calls.py`)."""
    for node in tree.walk():
        kind = type(node)
        if kind not in allowed and not _called_by_name(node):
            raise refused_node(node, text)
        if form := _FORMS.get(kind):
            form(node, text)


def place_of(node: exp.Expr, text: Text) -> Place | None:
    """Where a node, or the first of its parts that knows, stands in the text."""
    for part in node.walk(bfs=True):
        start = part.meta.get("start") if part._meta else None
        if isinstance(start, int):
            return text.place(start)
    return None


def refused_node(node: exp.Expr, text: Text, message: str | None = None, hint: str | None = None) -> SqlRefused:
    """The refusal of one construct, worded for its author."""
    name = type(node).__name__
    return SqlRefused(
        message or f"This construct is not allowed in a dashboard query: {name}.",
        code="construct_not_allowed",
        place=place_of(node, text),
        hint=hint or _HINTS.get(name) or "Write it as a plain SELECT.",
    )


def _called_by_name(node: exp.Expr) -> bool:
    return isinstance(node, exp.Func) and isinstance(node.meta.get("start"), int)


def _check_identifier(node: exp.Expr, text: Text) -> None:
    if not node.args.get("quoted") and node.name.upper() in RESERVED_WORDS:
        if isinstance(node.parent, exp.PropertyEQ):  # {'from': 1} and STRUCT(1 AS x): a field, not a name in scope
            return
        raise refused_node(node, text, f"{node.name} is a reserved word.", "Quote it if it is a name.")


def _check_table(node: exp.Expr, text: Text) -> None:
    name = node.this
    if isinstance(name, exp.Identifier) and not name.args.get("quoted") and name.name.upper() in STATEMENT_WORDS:
        raise refused_node(node, text, f"{name.name} is not a table.", "Quote it if it is a name.")


def _check_pivot(node: exp.Expr, text: Text) -> None:
    fields = node.args.get("fields") or []
    fixed = all(isinstance(field, exp.In) and field.expressions and not field.args.get("query") for field in fields)
    if node.args.get("using") or not fields or not fixed:
        raise refused_node(node, text, "PIVOT needs its columns named.", "Write PIVOT (sum(x) FOR y IN ('a', 'b')).")


def _check_type(node: exp.Expr, text: Text) -> None:
    kind = node.this
    if kind == exp.DType.USERDEFINED or not isinstance(kind, (exp.DType, exp.Interval)):
        raise refused_node(node, text, "This type is not known here.", "Use one of the engine's own types.")


_FORMS: dict[type[exp.Expr], Callable[[exp.Expr, Text], None]] = {
    exp.Identifier: _check_identifier,
    exp.Table: _check_table,
    exp.Pivot: _check_pivot,
    exp.DataType: _check_type,
}

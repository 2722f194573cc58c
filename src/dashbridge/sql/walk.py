"""The checks on the tree: node types, reserved words used as names, unsafe forms of allowed nodes."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from dashbridge.kit import Place
from dashbridge.sql.lexer import Text
from dashbridge.sql.nodes import RESERVED_BY_DIALECT, RESERVED_WORDS, STATEMENT_WORDS
from dashbridge.sql.refused import SqlRefused

_ROWS = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
_HINTS: dict[str, str] = {
    "Into": "A query may not write; remove INTO.",
    "Lock": "Remove FOR UPDATE or FOR SHARE.",
    "Parameter": "Named parameters are not filled in: write the value, or let an insight filter by ${ref(x).value}.",
    "SessionParameter": "Write the value itself; session variables are not read.",
    "Placeholder": "Write the value itself; placeholders are not filled in.",
    "Version": "Read the table as it is now.",
    "HistoricalData": "Read the table as it is now.",
    "Describe": "Ask for the table's schema instead.",
    "Summarize": "Write the aggregates you need.",
}
_SIGNS: dict[str, str] = {"Lock": "FOR", "Parameter": "[@$]", "SessionParameter": "@@", "Placeholder": "[?$:@]"}


def check_nodes(tree: exp.Expr, allowed: frozenset[type[exp.Expr]], text: Text) -> None:
    """Refuse any node of a type outside `allowed` (functions called by name are judged in `calls.py`)."""
    for node in tree.walk():
        kind = type(node)
        if kind not in allowed and not _called_by_name(node):
            raise refused_node(node, text)
        if form := _FORMS.get(kind):
            form(node, text)


def place_of(node: exp.Expr, text: Text) -> Place:
    """Where the first of a node's parts stands; else its sign or word in the text, else what it stands in.

    sqlglot counts for names only, so `@x` and CURRENT_USER are looked up.
    """
    starts = _starts(node)
    if starts:
        return text.place(min(starts))
    name = type(node).__name__
    sign = _SIGNS.get(name) or r"\b" + re.sub(r"(?<!^)(?=[A-Z])", "_", name) + r"\b"
    at = text.find(re.compile(sign, re.IGNORECASE))
    above = node.parent
    while at is None and above is not None:
        at, above = min(_starts(above), default=None), above.parent
    return text.place(at or 0)


def _starts(node: exp.Expr) -> list[int]:
    return [start for part in node.walk() if isinstance(start := part.meta.get("start"), int)]


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
    word = node.name.upper()
    parent = node.parent
    if node.args.get("quoted") or isinstance(parent, exp.PropertyEQ):  # {'from': 1}: a field, not a name in scope
        return
    labels = (
        (isinstance(parent, exp.Alias) and node.arg_key == "alias")
        or (isinstance(parent, exp.Column) and node.arg_key == "this" and parent.args.get("table"))
        or (isinstance(parent, exp.Dot) and node.arg_key == "expression")
    )
    if word in RESERVED_WORDS or (word in RESERVED_BY_DIALECT[text.dialect] and not labels):
        raise refused_node(node, text, f"{node.name} is a reserved word.", "Quote it if it is a name.")


def _check_paren(node: exp.Expr, text: Text) -> None:
    if isinstance(node.this, exp.Alias):
        raise refused_node(node, text, "An alias stands inside parentheses.", "Put it after them.")


def _check_arms(node: exp.Expr, text: Text) -> None:
    if not (isinstance(node.this, _ROWS) and isinstance(node.args.get("expression"), _ROWS)):
        raise refused_node(node, text, "UNION, EXCEPT and INTERSECT join queries only.")


def _check_cte(node: exp.Expr, text: Text) -> None:
    if not isinstance(node.this, _ROWS):
        raise refused_node(node, text, "WITH names queries only.")


def _check_exists(node: exp.Expr, text: Text) -> None:
    if not isinstance(node.this, _ROWS):
        raise refused_node(node, text, "EXISTS takes a query.")


def _check_source(node: exp.Expr, text: Text) -> None:
    if not isinstance(node.this, (*_ROWS, exp.Table, exp.Lateral, exp.Unnest)):
        raise refused_node(node, text, "Rows come from a table, a query or UNNEST.")


def _check_table(node: exp.Expr, text: Text) -> None:
    name = node.this
    if isinstance(name, exp.Identifier) and not name.args.get("quoted") and name.name.upper() in STATEMENT_WORDS:
        raise refused_node(node, text, f"{name.name} is not a table.", "Quote it if it is a name.")


def _check_version(node: exp.Expr, text: Text) -> None:
    if text.dialect != "bigquery" or node.this != "TIMESTAMP" or node.find(exp.Column, exp.Query):
        raise refused_node(node, text, "A table is read as of a constant time only.", _HINTS["Version"])


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
    exp.Paren: _check_paren,
    exp.CTE: _check_cte,
    exp.Exists: _check_exists,
    exp.From: _check_source,
    exp.Join: _check_source,
    exp.Subquery: _check_source,
    exp.Union: _check_arms,
    exp.Except: _check_arms,
    exp.Intersect: _check_arms,
    exp.Pivot: _check_pivot,
    exp.Version: _check_version,
    exp.DataType: _check_type,
}

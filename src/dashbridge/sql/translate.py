"""From one dialect to the other, exactly or not at all.

sqlglot raises for what it knows it cannot say; `exact.py` refuses or mends what it would say wrongly without a word,
and the result must itself pass the target dialect's gate, which catches functions that were only copied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError

from dashbridge.sql.check import check_expression, read_query
from dashbridge.sql.exact import make_exact
from dashbridge.sql.refused import SqlRefused
from dashbridge.sql.scope import Scope

T = TypeVar("T")


def translate(sql: str, *, source: str, target: str) -> str:
    """`sql` in the target dialect; raises `SqlRefused` if it does not pass the gate or has no exact counterpart."""
    _, tree = read_query(sql, Scope(dialect=source, datasets=None))
    read_query("SELECT 1", Scope(dialect=target, datasets=None))  # a known dialect
    if source == target:
        return sql
    text = _said(tree, source, target)
    _passes(lambda: read_query(text, Scope(dialect=target, datasets=None)), source, target)
    return text


def translate_tree(tree: exp.Expr, *, source: str, target: str) -> exp.Expr:
    """One expression's tree, which passed the gate of `source`, as a tree of `target`; raises `SqlRefused`."""
    text = _said(exp.paren(tree), source, target)  # what is at the top can be mended too, inside parentheses
    return _passes(lambda: check_expression(text, dialect=target), source, target).unnest()


def _said(tree: exp.Expr, source: str, target: str) -> str:
    try:
        exact = make_exact(tree, source=source)
        text: str = exact.sql(dialect=target, unsupported_level=ErrorLevel.RAISE, comments=False)
    except SqlRefused:
        raise
    except SqlglotError as error:
        raise _refuse(f"{target} cannot say this: {str(error).splitlines()[0]}") from error
    except Exception as error:  # whatever the generator trips over, there is no translation
        raise _refuse(f"This cannot be translated from {source} to {target}.") from error
    return text


def _passes(check: Callable[[], T], source: str, target: str) -> T:
    try:
        return check()
    except SqlRefused as error:
        raise _refuse(f"What {source} says here has no counterpart in {target}: {error.message}") from error


def _refuse(message: str) -> SqlRefused:
    return SqlRefused(message, code="not_translatable", hint="Write this part by hand in the target dialect.")

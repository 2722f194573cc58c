"""The gate: one read-only query over allowed tables, or `SqlRefused`.

The order is: limits and quoting (`lexer.py`, `parse.py`), one statement (`parse.py`), node types (`walk.py`), calls
(`calls.py`), placeholders (`placeholders.py`), tables (`tables.py`). Recursive WITH passes: a hierarchy needs it, and
the engine's time limit ends one that never stops. BigQuery's pipe syntax is refused, since sqlglot rewrites it before
the tree can be judged.
"""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from dashbridge.sql.calls import check_calls, find_calls
from dashbridge.sql.lexer import Text
from dashbridge.sql.nodes import EXPRESSION_NODES, QUERY_NODES
from dashbridge.sql.parse import one_statement, parse_expression, parse_query, read, too_deep
from dashbridge.sql.placeholders import check_placeholders
from dashbridge.sql.refused import SqlRefused
from dashbridge.sql.scope import CheckedQuery, Scope
from dashbridge.sql.tables import read_tables
from dashbridge.sql.walk import check_nodes


def check(sql: str, *, scope: Scope, placeholders: int = 0) -> CheckedQuery:
    """Let `sql` pass, or raise `SqlRefused` with code, message, place and hint (the codes: `refused.py`).

    It must hold exactly as many `?` as `placeholders` says, each in the place of a value.
    """
    return read_query(sql, scope, placeholders)[0]


def read_query(sql: str, scope: Scope, placeholders: int = 0) -> tuple[CheckedQuery, exp.Expr]:
    """As `check`, with the tree."""
    text, tokens = read(sql, scope.dialect)
    _refuse_pipes(tokens, text)
    tokens = one_statement(text, tokens)
    unlisted = find_calls(tokens, text, scope.dialect)
    tree = parse_query(text, tokens, scope.dialect)
    try:
        if not isinstance(tree, (exp.Select, exp.SetOperation, exp.Subquery)):
            raise SqlRefused(
                "Only a query may run here.",
                code="not_a_select",
                place=text.place(0),
                hint="Write one read-only SELECT.",
            )
        check_calls(tree, unlisted, text, scope.dialect)
        check_nodes(tree, QUERY_NODES | {exp.Placeholder} if placeholders else QUERY_NODES, text)
        if placeholders:
            check_placeholders(tree, tokens, placeholders, text)
        tables = read_tables(tree, scope, text)
    except RecursionError as error:
        raise too_deep(text.place(0)) from error
    return CheckedQuery(sql, scope.dialect, tables), tree


def read_tree(sql: str, *, dialect: str) -> exp.Expr:
    """The tree of one query within the gate's limits, for reading its text; says nothing of whether it may run.

    Raises SqlRefused.
    """
    text, tokens = read(sql, dialect)
    return parse_query(text, tokens, dialect)


def check_expression(text: str, *, dialect: str) -> exp.Expression:
    """One scalar, aggregate or window expression over allowlisted functions, without subquery; raises `SqlRefused`."""
    source, tokens = read(text, dialect)
    unlisted = find_calls(tokens, source, dialect)
    tree = parse_expression(source, tokens, dialect)
    check_calls(tree, unlisted, source, dialect)
    check_nodes(tree, EXPRESSION_NODES, source)
    for node in tree.find_all(exp.Star, exp.Columns, exp.Unnest, exp.Explode):
        if not (isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)):
            raise SqlRefused(
                "An expression gives one value, not several columns or rows.",
                code="expression_not_allowed",
                hint="Name the column you mean; a star stands only in count(*).",
            )
    return tree


def _refuse_pipes(tokens: list[Token], text: Text) -> None:
    pipe = next((token for token in tokens if token.token_type == TokenType.PIPE_GT), None)
    if pipe:
        raise SqlRefused(
            "Pipe syntax is not read here.",
            code="construct_not_allowed",
            place=text.place(pipe.start),
            hint="Write the same query as SELECT ... FROM ... WHERE ... GROUP BY.",
        )

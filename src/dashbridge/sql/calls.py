"""Every function call, judged by the name in the text.

sqlglot maps many names to one node, and other dialects' names too, so the node alone does not say what the engine will
call. Each `name (` of the text must be an allowed function, a keyword or type that takes parentheses, or an alias with
columns; dotted calls (`dataset.f()`, `x.f()`) only those that are listed with their dot.
"""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from dashbridge.sql.functions import FUNCTIONS, PAREN_WORDS, TABLE_FUNCTIONS
from dashbridge.sql.lexer import Text
from dashbridge.sql.refused import SqlRefused
from dashbridge.sql.walk import place_of

_WORD = re.compile(r"[^\W\d]\w*")
_NAME_QUOTES = {"duckdb": '"', "bigquery": "`"}


def find_calls(tokens: list[Token], text: Text, dialect: str) -> list[Token]:
    """The names before a parenthesis that are not listed: an alias with columns, or a call to refuse.

    Raises `SqlRefused` at a dotted call that is not listed.
    """
    unlisted: list[Token] = []
    for at in range(1, len(tokens)):
        if tokens[at].token_type == TokenType.L_PAREN and _is_unlisted(tokens, at - 1, text, dialect):
            unlisted.append(tokens[at - 1])
    return unlisted


def check_calls(tree: exp.Expr, unlisted: list[Token], text: Text, dialect: str) -> None:
    """Refuse the calls outside the lists of `dialect`; `unlisted` as `find_calls` gave it."""
    aliases = _alias_positions(tree)
    for token in unlisted:
        if token.start not in aliases:
            raise _refuse(token.text, text, token=token)
    for node in tree.find_all(exp.Anonymous, exp.AnonymousAggFunc, exp.Table, exp.Lateral, exp.From, exp.Join):
        if isinstance(node, (exp.Table, exp.Lateral, exp.From, exp.Join)):
            _check_table_function(node, text, dialect)
        elif not _is_listed(node, text, dialect):
            raise _refuse(node.name, text, node=node)


def _alias_positions(tree: exp.Expr) -> set[int]:
    """Where names stand that a list of columns follows: `WITH t(a, b)`, `AS t(a, b)`."""
    starts: set[int] = set()
    for alias in tree.find_all(exp.TableAlias):
        if alias.args.get("columns") and isinstance(alias.this, exp.Identifier):
            start = alias.this.meta.get("start")
            if isinstance(start, int):
                starts.add(start)
    return starts


def _is_unlisted(tokens: list[Token], at: int, text: Text, dialect: str) -> bool:
    token = tokens[at]
    source = text.code[token.start : token.end + 1]
    quoted = source.startswith(_NAME_QUOTES[dialect])
    if not quoted and not _WORD.fullmatch(source):
        return False
    if at and tokens[at - 1].token_type == TokenType.DOT:
        _check_dotted(tokens, at, text, dialect)
        return False
    return not (_named(token.text, dialect) or (not quoted and token.text.upper() in PAREN_WORDS))


def _check_dotted(tokens: list[Token], at: int, text: Text, dialect: str) -> None:
    path = [tokens[at].text]
    cursor = at
    while cursor >= 2 and tokens[cursor - 1].token_type == TokenType.DOT:
        cursor -= 2
        path.insert(0, tokens[cursor].text)
    name = ".".join(path).upper()
    safe = (
        dialect == "bigquery" and len(path) == 2 and path[0].upper() == "SAFE" and path[1].upper() in FUNCTIONS[dialect]
    )
    if name not in FUNCTIONS[dialect] and not safe:
        raise _refuse(".".join(path), text, token=tokens[cursor])


def _check_table_function(node: exp.Expr, text: Text, dialect: str) -> None:
    """A function that stands for rows: DuckDB's `histogram(t, c)` counts there, but reads table `t` here."""
    function = node.this
    if not isinstance(function, exp.Func) or isinstance(function, exp.Unnest):
        return
    start, end = function.meta.get("start"), function.meta.get("end")
    name = text.code[start : end + 1].strip('"`').upper() if isinstance(start, int) and isinstance(end, int) else ""
    if name not in TABLE_FUNCTIONS[dialect] or node.args.get("db"):
        raise _refuse(name or type(function).__name__, text, node=node)


def _is_listed(node: exp.Expr, text: Text, dialect: str) -> bool:
    start = node.meta.get("start")
    dotted = isinstance(start, int) and text.code[:start].rstrip().endswith(".")  # judged with its path, in find_calls
    return dotted or _named(node.name, dialect)


def _named(name: str, dialect: str) -> bool:
    return name.upper() in FUNCTIONS[dialect] or name.upper() in TABLE_FUNCTIONS[dialect]


def _refuse(name: str, text: Text, *, token: Token | None = None, node: exp.Expr | None = None) -> SqlRefused:
    place = text.place(token.start) if token else place_of(node, text) if node else text.place(0)
    dotted = "." in name
    return SqlRefused(
        f"The function {name} is not among those a dashboard query may call.",
        code="function_not_allowed",
        place=place,
        hint="Call built-in functions as f(x), without a dot."
        if dotted
        else "Use a built-in function that only computes.",
    )

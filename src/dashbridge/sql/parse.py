"""From text to one sqlglot tree, within limits, with every failure a `SqlRefused`."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from sqlglot import Dialect, exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from dashbridge.kit import Place
from dashbridge.sql.lexer import Text, read_text
from dashbridge.sql.refused import SqlRefused

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of statements that are refused here anyway

DIALECTS = ("bigquery", "duckdb")
MAX_BYTES = 20_000
MAX_TOKENS = 2_000
MAX_NESTING = 50

_OPEN = frozenset("([{") | {"CASE"}
_CLOSE = frozenset(")]}") | {"END"}
_QUERY_STARTS = frozenset({"SELECT", "WITH", "FROM", "("})
_QUOTES = frozenset("'\"`$")


def read(sql: str, dialect: str) -> tuple[Text, list[Token]]:
    """The text and its tokens, within the limits; raises `SqlRefused`."""
    if dialect not in DIALECTS:
        raise SqlRefused(
            f"The gate does not know the dialect {dialect!r}.",
            code="unknown_dialect",
            hint="Use " + " or ".join(DIALECTS) + ".",
        )
    if len(sql) > MAX_BYTES or len(sql.encode(errors="replace")) > MAX_BYTES:
        raise SqlRefused(
            f"The statement is longer than {MAX_BYTES:,} bytes.",
            code="too_large",
            place=Place(line=1, column=1),
            hint="Split it into several queries.",
        )
    text = read_text(sql, dialect)
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(text.code)
    except (SqlglotError, ValueError, IndexError, RecursionError) as error:
        hint = "A quote or comment may be open."
        raise SqlRefused(f"This is not {_name(dialect)} SQL.", place=text.place(0), hint=hint) from error
    if len(tokens) > MAX_TOKENS:
        place = text.place(tokens[MAX_TOKENS].start)
        message = f"The statement has more than {MAX_TOKENS:,} tokens."
        raise SqlRefused(message, code="too_large", place=place, hint="Shorten it.")
    _agree_on_quotes(text, tokens)
    _refuse_nesting(text, tokens)
    return text, tokens


def one_statement(text: Text, tokens: list[Token]) -> list[Token]:
    """The tokens without the semicolons at the end, if they are one statement and start like a query.

    Raises `SqlRefused`.
    """
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens = tokens[:-1]
    if not tokens:
        raise SqlRefused("There is no statement.", code="empty", place=text.place(0), hint="Write one SELECT.")
    second = next((token for token in tokens if token.token_type == TokenType.SEMICOLON), None)
    if second:
        raise SqlRefused(
            "This is more than one statement.",
            code="several_statements",
            place=text.place(second.start),
            hint="Keep one SELECT and remove the semicolon.",
        )
    if tokens[0].text.upper() not in _QUERY_STARTS or _is_quoted(text, tokens[0]):
        raise SqlRefused(
            "Only a query may run here.",
            code="not_a_select",
            place=text.place(tokens[0].start),
            hint="Write one read-only SELECT (it may start with WITH).",
        )
    return tokens


def parse_query(text: Text, tokens: list[Token], dialect: str) -> exp.Expr:
    """The tree of exactly one statement that starts like a query; raises `SqlRefused`."""
    return _parse(text, one_statement(text, tokens), dialect)


def parse_expression(text: Text, tokens: list[Token], dialect: str) -> exp.Expression:
    """The tree of exactly one expression, read as the only column of a SELECT; raises `SqlRefused`."""
    stray = next((token for token in tokens if token.token_type == TokenType.SEMICOLON), None)
    if not tokens or stray:
        raise _not_expression(text, stray)
    lead = Token(TokenType.SELECT, "SELECT")
    select = _parse(text, [lead, *tokens], dialect)
    filled = {name for name, value in select.args.items() if value}
    if not isinstance(select, exp.Select) or filled != {"expressions"} or len(select.expressions) != 1:
        raise _not_expression(text, tokens[0])
    found = select.expressions[0]
    if not isinstance(found, exp.Expression) or isinstance(found, (exp.Alias, exp.Star, exp.Aliases, exp.Query)):
        raise _not_expression(text, tokens[0])
    found.pop()
    return found


def _not_expression(text: Text, token: Token | None) -> SqlRefused:
    return SqlRefused(
        "This is not one expression.",
        code="expression_not_allowed",
        place=text.place(token.start if token else 0),
        hint="Write one expression over columns, such as sum(delay) / count(*), with no alias.",
    )


def _parse(text: Text, tokens: list[Token], dialect: str) -> exp.Expr:
    try:
        trees = Dialect.get_or_raise(dialect).parser().parse(tokens, text.code)
    except ParseError as error:
        raise SqlRefused(_parse_message(error, dialect), place=_parse_place(error, text)) from error
    except RecursionError as error:
        raise too_deep(text.place(0)) from error
    except Exception as error:  # whatever a parser trips over, the statement is refused
        message, hint = f"This cannot be read as {_name(dialect)} SQL.", "Write it more plainly."
        raise SqlRefused(message, place=text.place(0), hint=hint) from error
    if len(trees) != 1 or trees[0] is None:
        message, hint = "This is not one statement.", "Keep one SELECT."
        raise SqlRefused(message, code="several_statements", place=text.place(0), hint=hint)
    return trees[0]


def _parse_message(error: ParseError, dialect: str) -> str:
    found = error.errors[0] if error.errors else {}
    near = str(found.get("highlight") or "").strip()
    return f"This is not {_name(dialect)} SQL" + (f" near {near[:40]!r}." if near else ".")


def _parse_place(error: ParseError, text: Text) -> Place:
    found = error.errors[0] if error.errors else {}
    line, column = found.get("line"), found.get("col")
    if not isinstance(line, int) or not isinstance(column, int):
        return text.place(0)
    return Place(line=line, column=max(1, column - len(str(found.get("highlight") or "")) + 1))


def _name(dialect: str) -> str:
    return {"duckdb": "DuckDB", "bigquery": "BigQuery"}[dialect]


def _is_quoted(text: Text, token: Token) -> bool:
    return token.start < len(text.code) and text.code[token.start] in _QUOTES


def _agree_on_quotes(text: Text, tokens: list[Token]) -> None:
    """Every quoted span must be one token of sqlglot's, so that both read the same text as code."""
    spans = {token.end: token.start for token in tokens}
    for start, end in text.quoted:
        if spans.get(end - 1) not in (start, start - 1):
            raise SqlRefused("This quoting is not read.", place=text.place(start), hint="Use plain 'text' quotes.")


def _refuse_nesting(text: Text, tokens: Iterable[Token]) -> None:
    depth = 0
    for token in tokens:
        word = text.code[token.start : token.end + 1].upper()
        depth += (word in _OPEN) - (word in _CLOSE)
        if depth > MAX_NESTING:
            raise too_deep(text.place(token.start))


def too_deep(place: Place) -> SqlRefused:
    """The refusal of what nests too deeply."""
    return SqlRefused(
        f"The statement nests deeper than {MAX_NESTING} levels.",
        code="too_deep",
        place=place,
        hint="Move inner queries into WITH.",
    )

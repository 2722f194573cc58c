"""A statement without the name of its one dataset: for a reader who has the tables of that dataset alone."""

from __future__ import annotations

from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import TokenType

_NAMES = (TokenType.VAR, TokenType.IDENTIFIER)


def without_dataset(sql: str, dataset: str, dialect: str) -> str:
    """`dataset.table` becomes `table` wherever it stands outside texts and comments; all else stays as written."""
    tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    pieces: list[str] = []
    at = 0
    for place, token in enumerate(tokens[:-1]):
        before = tokens[place - 1].token_type if place else None
        named = token.token_type in _NAMES and token.text == dataset and before != TokenType.DOT
        if named and tokens[place + 1].token_type == TokenType.DOT:
            pieces.append(sql[at : token.start])
            at = tokens[place + 1].end + 1
    return "".join([*pieces, sql[at:]])

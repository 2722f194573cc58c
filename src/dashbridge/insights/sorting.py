"""The keys of a written sort: `delay DESC NULLS LAST, carrier`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from dashbridge.insights.trees import DIALECT
from dashbridge.kit import Invalid, Place, Problem

MAX_KEYS = 16


@dataclass(frozen=True, slots=True)
class SortText:
    """One key before it is parsed."""

    text: str
    descending: bool
    nulls_first: bool


def sort_keys(text: str, path: str, dialect: str = DIALECT) -> list[SortText]:
    """Split a sort at its commas and take the directions off. Raises Invalid."""
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(_masked(text))
    except SqlglotError:
        raise _refused("the sort cannot be read", path) from None
    keys = [_key(text, part, path) for part in _parts(tokens)]
    if not keys or len(keys) > MAX_KEYS:
        raise _refused(f"a sort has 1 to {MAX_KEYS} keys", path)
    return keys


def _masked(text: str) -> str:
    """References are no SQL; blanked to a name of the same length, the tokens keep their places."""
    out: list[str] = []
    rest = text
    while (start := rest.find("${")) >= 0 and (end := rest.find("}", start)) >= 0:
        out += [rest[:start], "r".ljust(end + 1 - start, "r")]
        rest = rest[end + 1 :]
    return "".join([*out, rest])


def _parts(tokens: list[Token]) -> Iterator[list[Token]]:
    depth = 0
    part: list[Token] = []
    for token in tokens:
        if token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE):
            depth += 1
        elif token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE):
            depth -= 1
        if token.token_type == TokenType.COMMA and depth == 0:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _key(text: str, tokens: list[Token], path: str) -> SortText:
    words = [token.text.upper() for token in tokens]
    nulls_first = False
    descending = False
    if len(words) > 2 and words[-2] == "NULLS" and words[-1] in ("FIRST", "LAST"):
        nulls_first = words[-1] == "FIRST"
        words, tokens = words[:-2], tokens[:-2]
    if len(words) > 1 and words[-1] in ("ASC", "DESC") and tokens[-1].token_type != TokenType.STRING:
        descending = words[-1] == "DESC"
        words, tokens = words[:-1], tokens[:-1]
    if not tokens:
        raise _refused("a sort key is empty", path)
    return SortText(text[tokens[0].start : tokens[-1].end + 1], descending, nulls_first)


def _refused(message: str, path: str) -> Invalid:
    return Invalid.of([Problem("sort.syntax", message, Place(path), "write `column DESC NULLS LAST, other`")])

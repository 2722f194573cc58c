"""Quotes and comments read as the engine reads them, before sqlglot sees the text.

sqlglot's tokenizer is more generous than the engines (Jinja comments, exotic spaces, `1.FROM`), and a text the two
read differently is a hole in the gate. So comments are found here by the dialect's own rules and blanked, what remains
outside quotes is held to plain characters, and `parse.py` compares the quoted spans with sqlglot's tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashbridge.kit import Place
from dashbridge.sql.refused import SqlRefused

_DUCKDB_QUOTED = re.compile(
    r"(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'"
    r"|'(?:[^']|'')*'"
    r'|"(?:[^"]|"")*"'
    r"|(?<![\w$])\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?(tag)(?P=tag))\$",
    re.DOTALL,
)
_BIGQUERY_QUOTED = re.compile(
    r"(?:(?<!\w)(?:[rR][bB]?|[bB][rR]?))?"
    r"(?P<quote>\"\"\"|'''|\"|')(?:\\.|(?!(?P=quote))[^\\])*(?P=quote)"
    r"|`(?:[^`\\]|\\.)*`",
    re.DOTALL,
)
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|\d[\d_]*(?:\.\d[\d_]*|\.)?(?:[eE][+-]?\d+)?")
_PATH_PART = re.compile(r"[\w)\]\"'`]\.\Z")
_OPEN_DOLLAR = re.compile(r"\$\w*\$")
_WORD = re.compile(r"\w")
_DASHED = re.compile(r"\w-\Z")
_PLAIN = frozenset("\t\n\r ()[]{},;:.+-*/%<>=!~^&|?@#$_") | frozenset(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)
_TEMPLATE = ("{#", "{{", "{%")


@dataclass(frozen=True, slots=True)
class Text:
    """A statement's text: `code` has blanks for comments (same length), `quoted` the spans of quoted parts."""

    sql: str
    dialect: str
    code: str
    quoted: tuple[tuple[int, int], ...]

    def find(self, pattern: re.Pattern[str]) -> int | None:
        """Where `pattern` first stands outside quotes and comments."""
        found = (match.start() for match in pattern.finditer(self.code))
        return next((at for at in found if not any(start <= at < end for start, end in self.quoted)), None)

    def place(self, offset: int) -> Place:
        """The 1-based line and column of a character."""
        return Place(line=self.sql.count("\n", 0, offset) + 1, column=offset - self.sql.rfind("\n", 0, offset))


def read_text(sql: str, dialect: str) -> Text:
    """Find quotes and comments; raises `SqlRefused` for an open one, or for characters no engine needs outside them."""
    text = Text(sql, dialect, sql, ())
    _refuse_controls(text)
    quotes = _DUCKDB_QUOTED if dialect == "duckdb" else _BIGQUERY_QUOTED
    code: list[str] = []
    quoted: list[tuple[int, int]] = []
    at = 0
    while at < len(sql):
        if end := _comment_end(text, at, dialect):
            code.append(re.sub(r"[^\n]", " ", sql[at:end]))
        elif match := quotes.match(sql, at):
            end = match.end()
            _refuse_escaped_name(text, at, end)
            quoted.append((at, end))
            code.append(sql[at:end])
        else:
            end = _plain_end(text, at, dialect)
            code.append(sql[at:end])
        at = end
    return Text(sql, dialect, "".join(code), tuple(quoted))


def _refuse_controls(text: Text) -> None:
    for offset, char in enumerate(text.sql):
        if (char < " " and char not in "\t\n\r") or char == "\x7f" or "\ud800" <= char <= "\udfff":
            raise SqlRefused("The statement holds a control character.", place=text.place(offset), hint="Remove it.")
    lone = re.search(r"\r(?!\n)", text.sql)
    if lone:  # engines differ on whether it ends a comment
        raise SqlRefused(
            "A line ends in a lone carriage return.", place=text.place(lone.start()), hint="End it with \\n."
        )


def _refuse_escaped_name(text: Text, start: int, end: int) -> None:
    if text.sql[start] == "`" and "\\" in text.sql[start:end]:
        raise SqlRefused("A name holds an escape.", place=text.place(start), hint="Write the name's own letters.")


def _comment_end(text: Text, at: int, dialect: str) -> int:
    sql = text.sql
    if sql.startswith("--", at) or (dialect == "bigquery" and sql[at] == "#"):
        end = sql.find("\n", at)
        return len(sql) if end < 0 else end
    if not sql.startswith("/*", at):
        return 0
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(sql, at):
        if mark.group() == "*/":
            depth -= 1
        elif dialect == "duckdb" or depth == 0:  # only DuckDB nests comments
            depth += 1
        if depth == 0:
            return mark.end()
    raise SqlRefused("A comment is not closed.", place=text.place(at), hint="Close it with */.")


def _plain_end(text: Text, at: int, dialect: str) -> int:
    sql, char = text.sql, text.sql[at]
    if char in "'\"`":
        raise SqlRefused("A quote is not closed, or is not one of this dialect.", place=text.place(at))
    odd = char not in _PLAIN and not (dialect == "duckdb" and char.isalpha() and char > "\x7f")
    dollar = char == "$" and (dialect == "bigquery" or _after_word(sql, at) or _OPEN_DOLLAR.match(sql, at))
    if odd or dollar or sql.startswith(_TEMPLATE, at):
        raise SqlRefused(
            f"The character {char!r} is not expected here.",
            place=text.place(at),
            hint="Outside quotes only plain letters, digits, spaces and SQL's own signs are read.",
        )
    if char in "0123456789" and not (_after_word(sql, at) or _PATH_PART.search(sql, max(0, at - 2), at)):
        return _number_end(text, at, dialect)
    return at + 1


def _after_word(sql: str, at: int) -> bool:
    return at > 0 and _WORD.match(sql, at - 1) is not None


def _number_end(text: Text, at: int, dialect: str) -> int:
    match = _NUMBER.match(text.sql, at)
    end = match.end() if match else at + 1
    if _WORD.match(text.sql, end) and not (dialect == "bigquery" and _DASHED.search(text.sql, max(0, at - 2), at)):
        raise SqlRefused("A number runs into a word.", place=text.place(at), hint="Put a space between them.")
    return end

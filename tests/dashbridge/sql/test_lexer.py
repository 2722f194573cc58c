"""Quotes and comments, as each engine reads them."""

from __future__ import annotations

import pytest

from dashbridge.sql.lexer import read_text
from dashbridge.sql.refused import SqlRefused


@pytest.mark.parametrize(
    ("dialect", "sql", "code"),
    [
        ("duckdb", "a -- b\nc", "a     \nc"),
        ("duckdb", "a /* b /* c */ d */ e", "a                   e"),
        ("bigquery", "a /* b /* c */ d", "a              d"),
        ("bigquery", "a # b\nc", "a    \nc"),
        ("duckdb", "'-- /*' \"--\" $$--$$ $t$ $$ -- $t$", None),
        ("duckdb", "'a\\' -- b", "'a\\'     "),
        ("duckdb", "E'a\\' -- b'", None),
        ("duckdb", "'a'' -- b'", None),
        ("bigquery", "'a\\' -- b'", None),
        ("bigquery", "r'a\\' -- b'", None),
        ("bigquery", "'''a ' -- b''' # c", "'''a ' -- b'''    "),
        ("bigquery", '"a -- b" `c # d`', None),
        ("duckdb", "größe + 1.5e-3 + .5 + 1_000 + t.a1", None),
        ("bigquery", "a-b-1.c + 0xFF", None),
    ],
)
def test_comments_are_blanked_and_quotes_kept(dialect: str, sql: str, code: str | None) -> None:
    text = read_text(sql, dialect)
    assert text.code == (sql if code is None else code)
    assert len(text.code) == len(sql)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "'a"),
        ("duckdb", "`a`"),
        ("duckdb", "/* a"),
        ("duckdb", "/* /* */"),
        ("duckdb", "$$ a"),
        ("duckdb", "a$$b$$"),
        ("duckdb", "1.FROM"),
        ("duckdb", ".5FROM"),
        ("duckdb", "1FROM"),
        ("duckdb", "1e5x"),
        ("duckdb", "a\u00a0b"),
        ("duckdb", "a\u200bb"),
        ("duckdb", "a\\b"),
        ("duckdb", "{# a #}"),
        ("duckdb", "a\rb"),
        ("duckdb", "a\x00b"),
        ("duckdb", "'\x07'"),
        ("bigquery", "ä"),
        ("bigquery", "$a"),
        ("bigquery", "'a\\'"),
        ("bigquery", "`a"),
        ("bigquery", "`a\\x62`"),
        ("duckdb", "$a$ b"),
        ("bigquery", "{{ a }}"),
        ("duckdb", "\ud800"),
    ],
)
def test_what_engines_might_read_differently_is_refused(dialect: str, sql: str) -> None:
    with pytest.raises(SqlRefused) as caught:
        read_text(sql, dialect)
    assert caught.value.code == "not_sql"
    assert caught.value.place.line == 1


def test_place_counts_from_one() -> None:
    text = read_text("ab\ncd", "duckdb")
    assert (text.place(0).line, text.place(0).column) == (1, 1)
    assert (text.place(4).line, text.place(4).column) == (2, 2)

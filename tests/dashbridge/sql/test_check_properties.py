"""What no disguise may change: a hostile statement stays refused, and nothing but `SqlRefused` comes out."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.sql import Scope, SqlRefused, check, check_expression

SEEDS = range(20 if os.environ.get("DASHBRIDGE_TEST_LONG") else 1)
SCOPE = Scope("duckdb", frozenset({"mart"}), default_dataset="main")
TOKEN = re.compile(r"\$\$|\w+|'[^']*'|\"[^\"]*\"|`[^`]*`|\s+|.", re.DOTALL)
POOL = [*"()[]{}.,;:+-*/'\"`$?@#!\\ \n\t\r", "\u00a0", "\u2003", "--", "/*", "*/", "$$", "::", "->", "=>", "**", "|>"]
WORDS = "secret private.secret FROM JOIN SELECT WITH AS x a 1 1. .5 1e E' TABLE SHOW LATERAL UNION ALL RECURSIVE"
POOL += WORDS.split()
POOL += ["(SELECT a FROM secret)", "FROM secret", ", secret", "secret AS (SELECT 1 AS a)", "lambda x:", "{#", "#}"]


def passes(sql: str, scope: Scope) -> bool:
    try:
        check(sql, scope=scope)
    except SqlRefused:
        return False
    return True


def respace(sql: str, dice: random.Random) -> str:
    """The same statement with other white space and comments between its tokens."""
    gaps = [" ", "\n", "\t", "  ", "/* x */", " -- y\n", "/* ' */", "\r\n"]
    return "".join(dice.choice(gaps) if token.isspace() else token for token in TOKEN.findall(sql))


def recase(sql: str, dice: random.Random) -> str:
    """The same statement with other letter case outside quotes."""
    words = TOKEN.findall(sql)
    return "".join(dice.choice([word, word.upper(), word.lower()]) if word.isidentifier() else word for word in words)


WRAPS = [
    "SELECT * FROM ({0}) AS w",
    "WITH w AS ({0}) SELECT * FROM w",
    "WITH w AS (SELECT 1 AS a), v AS ({0}) SELECT * FROM v",
    "SELECT 1 UNION ALL {0}",
    "({0}) UNION ALL SELECT 1",
    "SELECT CASE WHEN EXISTS ({0}) THEN 1 ELSE 0 END",
    "SELECT a FROM mart.x WHERE a IN ({0})",
    "SELECT a FROM mart.x ORDER BY ({0})",
    "SELECT * FROM mart.x, ({0}) AS w",
    "SELECT coalesce(({0}), 1)",
    "SELECT * FROM (SELECT * FROM (SELECT ({0}) AS a) AS b) AS c",
]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_disguised_hostile_statements_never_pass(
    hostile: list[tuple[str, str]], hostile_scope: Scope, seed: int
) -> None:
    dice = random.Random(seed)
    for code, sql in hostile:
        if code in ("empty", "not_sql", "too_deep", "too_large") or "--" in sql or "#" in sql or "\\'" in sql:
            continue  # what is wrong with these is the very thing a disguise changes
        if " " not in sql or sql.startswith(("VALUES", "BEGIN TRANSACTION")):
            continue  # BEGIN in parentheses is a column, VALUES a table of constants
        disguises = [respace(sql, dice), sql.replace(" ", "/**/ ")]
        if hostile_scope.dialect == "duckdb":
            disguises.append(recase(sql, dice))
        disguises += [wrap.format(sql) for wrap in WRAPS]
        disguises.append(dice.choice(WRAPS).format(respace(dice.choice(WRAPS).format(sql), dice)))
        assert not [text for text in disguises if passes(text, hostile_scope)]


KEYWORDS = re.compile(r"\b(?:SELECT|FROM|WHERE|GROUP BY|ORDER BY|JOIN|ON|WITH|AS|AND|OVER|PARTITION BY|HAVING|IN)\b")
ESCAPES = re.compile("""'\'\'|""\"|\\\\['"]|\\$|--|#|E'""")


@pytest.mark.parametrize("seed", SEEDS)
def test_disguised_benign_statements_pass_with_the_same_tables(
    benign: list[str], benign_scope: Scope, seed: int
) -> None:
    dice = random.Random(seed)
    tried = 0
    for sql in (one.rstrip(";") for one in benign):
        if ESCAPES.search(sql):
            continue  # the disguise does not read such quotes
        tried += 1
        tables = check(sql, scope=benign_scope).tables
        for text in (respace(sql, dice), f"/* a */{respace(sql, dice)} ;"):
            assert check(text, scope=benign_scope).tables == tables, text
        recased = KEYWORDS.sub(lambda word: dice.choice([word.group().lower(), word.group().title()]), sql)
        assert check(recased, scope=benign_scope).tables == tables, recased
        hidden = check(f"WITH w AS (SELECT 1) SELECT * FROM ({sql}\n) AS v", scope=benign_scope)
        assert hidden.tables == tables
    assert tried > 100


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["duckdb", "bigquery"]))
def test_random_text_raises_nothing_else(text: str, name: str) -> None:
    passes(text, Scope(name, None))
    passes("SELECT " + text, Scope(name, None))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(POOL), max_size=30), st.sampled_from(["duckdb", "bigquery"]))
def test_random_tokens_raise_nothing_else(tokens: list[str], name: str) -> None:
    text = " ".join(tokens)
    passes(text, Scope(name, None))
    passes("SELECT * FROM " + text, Scope(name, None))
    try:
        check_expression(text, dialect=name)
    except SqlRefused:
        return


def mutate(sql: str, others: list[str], dice: random.Random) -> str:
    tokens = TOKEN.findall(sql)
    for _ in range(dice.choice([1, 1, 2, 3, 5])):
        at = dice.randrange(len(tokens) + 1)
        deed = dice.random()
        if deed < 0.5:
            tokens.insert(at, dice.choice(["", " "]) + dice.choice(POOL) + dice.choice(["", " "]))
        elif deed < 0.7 and tokens:
            del tokens[at - 1]
        else:
            other = TOKEN.findall(dice.choice(others))
            start = dice.randrange(len(other))
            tokens[at:at] = other[start : start + dice.randrange(1, 8)]
    return "".join(tokens)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_what_passes_never_reads_the_secret_table_in_duckdb(seed: int) -> None:
    """Mutants that pass must bind the same in a database without the tables outside the scope."""
    setup = "CREATE SCHEMA mart; CREATE TABLE mart.x (a INT, b VARCHAR, l INT[]); CREATE SCHEMA private;"
    secret = "CREATE TABLE secret (a INT, b VARCHAR, l INT[]); CREATE TABLE private.secret (a INT);"
    seeds = [line for line in _statements() if len(line) < 200]
    dice = random.Random(seed)
    passed = 0
    with duckdb.connect() as full, duckdb.connect() as bare:
        full.execute(setup + secret)
        bare.execute(setup)
        for connection in (full, bare):
            connection.execute("SET enable_external_access = false; SET python_enable_replacements = false")
        for _ in range(3000):
            sql = mutate(dice.choice(seeds), seeds, dice)
            if passes(sql, SCOPE) and _binds(sql, full):
                passed += 1
                assert _binds(sql, bare), sql
    assert passed > 30


def _statements() -> list[str]:
    folder = Path(__file__).parent / "corpus"
    benign = (folder / "duckdb_benign.sql").read_text().splitlines()[1:]
    plain = [re.sub(r"\b(flights|airlines|events)\b", "mart.x", line.rstrip(";")) for line in benign]
    plain = [re.sub(r"\b(carrier|dep_delay|arr_delay|name|month|origin|id)\b", "a", line) for line in plain]
    simple = [
        "SELECT a FROM mart.x",
        "WITH s AS (SELECT a FROM mart.x) SELECT * FROM s",
        "FROM mart.x JOIN mart.x y USING (a)",
    ]
    return plain + simple * 40


def _binds(sql: str, connection: duckdb.DuckDBPyConnection) -> bool:
    try:
        connection.execute("EXPLAIN " + sql)
    except duckdb.Error:
        return False
    return True

"""Read, written again and wrapped as it is served, a query gives what its author's text gives: in real engines."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashbridge.insights import over_query
from dashbridge.insights.statement import SOURCE_MARK
from dashbridge.sql import Scope, check, read_tree
from emulator.wire import EmulatorRefused, Wire

CORPUS = Path(__file__).parent / "corpus"
SERVED = f"SELECT * FROM {SOURCE_MARK} LIMIT 10000"
ODD = {"sampled rows", "the table of a moment ago"}  # rows by chance and by the clock: run, not compared
SCOPES = {
    "bigquery": Scope("bigquery", frozenset({"shop", "web", "analytics_123"}), default_project="acme-prod-1"),
    "duckdb": Scope("duckdb", frozenset({"main"}), default_dataset="main"),
}


def questions(dialect: str) -> dict[str, str]:
    """Title and query, in the order of the file."""
    found: dict[str, str] = {}
    for block in (CORPUS / f"{dialect}_analysis.sql").read_text().split("\n", 1)[1].split(";\n"):
        title, sql = block.strip().split("\n", 1)
        assert title.startswith("-- ")
        assert title[3:] not in found
        found[title[3:]] = sql.strip()
    return found


def not_on_emulator() -> dict[str, str]:
    lines = (CORPUS / "bigquery_not_on_emulator.jsonl").read_text().splitlines()
    return {case["title"]: case["reason"] for case in map(json.loads, lines)}


def served(sql: str, dialect: str) -> str:
    """The query parsed and generated, then wrapped and limited as an insight's source."""
    return over_query(SERVED, read_tree(sql, dialect=dialect).sql(dialect=dialect))


def same(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9)
    except (TypeError, ValueError):
        return False


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute((CORPUS / "duckdb_tables.sql").read_text())
        connection.execute("SET enable_external_access = false; SET timezone = 'UTC'; SET lock_configuration = true")
        yield connection


@pytest.mark.parametrize("dialect", ["bigquery", "duckdb"])
def test_there_are_many_questions_and_all_pass_the_gate(dialect: str) -> None:
    found = questions(dialect)
    assert len(set(found.values())) >= 150
    for sql in found.values():
        assert check(sql, scope=SCOPES[dialect]).sql == sql


@pytest.mark.slow
@pytest.mark.xdist_group("bigquery_emulator")
def test_bigquery_answers_the_served_text_as_the_written_one(emulator: Wire) -> None:
    listed = not_on_emulator()
    assert set(listed) <= set(questions("bigquery"))
    wrong: list[str] = []
    for title, sql in questions("bigquery").items():
        try:
            written = emulator.ask(sql)
        except EmulatorRefused as error:
            if title not in listed:
                wrong.append(f"{title}: {error}")
            continue
        if title in listed:
            wrong.append(f"{title} runs after all: take it off bigquery_not_on_emulator.jsonl")
        answered = emulator.ask(served(sql, "bigquery"))
        if title not in ODD and not (written[1] and same(written, answered)):
            wrong.append(f"{title}: {written} is not {answered}")
    assert not wrong, "\n".join(wrong)


def test_duckdb_answers_the_served_text_as_the_written_one(tables: duckdb.DuckDBPyConnection) -> None:
    wrong: list[str] = []
    for title, sql in questions("duckdb").items():
        written = tables.sql(sql).fetchall()
        answered = tables.sql(served(sql, "duckdb")).fetchall()
        if not (written and same(written, answered)):
            wrong.append(f"{title}: {written} is not {answered}")
    assert not wrong, "\n".join(wrong)

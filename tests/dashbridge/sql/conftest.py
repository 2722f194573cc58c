"""The statement corpora: benign ones as plain SQL, hostile ones with the code they must be refused for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashbridge.sql import Scope
from emulator.process import Emulator
from emulator.wire import Wire

CORPUS = Path(__file__).parent / "corpus"
BENIGN_SCOPES = {
    "duckdb": Scope("duckdb", frozenset({"main"}), frozenset({"memory"}), default_dataset="main"),
    "bigquery": Scope(
        "bigquery",
        frozenset({"shop", "web", "analytics_123"}),
        frozenset({"bigquery-public-data"}),
        default_dataset="shop",
        default_project="acme-prod-1",
    ),
}
HOSTILE_SCOPES = {  # an unqualified name is a table outside the one dataset that may be read
    "duckdb": Scope("duckdb", frozenset({"mart"}), frozenset({"memory"}), default_dataset="main"),
    "bigquery": Scope("bigquery", frozenset({"mart"}), default_dataset="main", default_project="acme"),
}


def read_benign(dialect: str) -> list[str]:
    lines = (CORPUS / f"{dialect}_benign.sql").read_text().splitlines()
    text = "\n".join(lines[1:])  # the first line says what the file is
    return [part.strip() for part in text.split(";\n") if part.strip()]


def read_hostile(dialect: str) -> list[tuple[str, str]]:
    lines = (CORPUS / f"{dialect}_hostile.jsonl").read_text().splitlines()
    return [(case["code"], case["sql"]) for case in map(json.loads, lines)]


@pytest.fixture(params=["duckdb", "bigquery"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def benign(dialect: str) -> list[str]:
    return read_benign(dialect)


@pytest.fixture
def hostile(dialect: str) -> list[tuple[str, str]]:
    return read_hostile(dialect)


@pytest.fixture
def benign_scope(dialect: str) -> Scope:
    return BENIGN_SCOPES[dialect]


@pytest.fixture
def hostile_scope(dialect: str) -> Scope:
    return HOSTILE_SCOPES[dialect]


@pytest.fixture(scope="session")
def schema_sql() -> str:
    return (CORPUS / "schema.sql").read_text()


@pytest.fixture(scope="session")
def emulator(bigquery_emulator: Emulator) -> Iterator[Wire]:
    """The emulator with the tables of the corpus."""
    with Wire(bigquery_emulator.url, "acme-prod-1") as found:
        found.create((CORPUS / "bigquery_tables.sql").read_text())
        yield found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "benign_case" in metafunc.fixturenames:
        cases = [(scope, sql) for name, scope in BENIGN_SCOPES.items() for sql in read_benign(name)]
        ids = [f"{scope.dialect}-{at}" for at, (scope, _) in enumerate(cases)]
        metafunc.parametrize("benign_case", cases, ids=ids)
    if "hostile_case" in metafunc.fixturenames:
        found = [(scope, *case) for name, scope in HOSTILE_SCOPES.items() for case in read_hostile(name)]
        ids = [f"{scope.dialect}-{at}-{code}" for at, (scope, code, _) in enumerate(found)]
        metafunc.parametrize("hostile_case", found, ids=ids)
    if "duckdb_benign_case" in metafunc.fixturenames:
        metafunc.parametrize("duckdb_benign_case", read_benign("duckdb"))

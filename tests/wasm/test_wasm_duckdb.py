"""The browser's engine behind a pipe: values both ways, refusals as text, nothing left running."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from wasm.wasm_duckdb import WasmDuckDB, WasmFailed, WasmStatement, WasmTable

ROWS = pa.table({"h": pa.array([Decimal(2**70), None], pa.decimal128(38, 0)), "s": ["O'Hare 🛫", None]})


@pytest.fixture(scope="module")
def engine() -> Iterator[WasmDuckDB]:
    with WasmDuckDB() as found:
        yield found


def test_it_is_the_browsers_version(engine: WasmDuckDB) -> None:
    assert engine.table(ROWS, "SELECT version() AS v").to_pylist() == [{"v": "v1.4.3"}]


def test_rows_and_parameters_come_back_as_they_went(engine: WasmDuckDB) -> None:
    sql = (
        "SELECT h, s, typeof(h) AS kind, CAST(? AS BIGINT) AS i, ? AS f, ? AS b, CAST(? AS DATE) AS n FROM insight_data"
    )
    rows = engine.table(ROWS, sql + " WHERE s = ?", [str(2**53 + 1), 0.5, True, None, "O'Hare 🛫"], ["h"]).to_pylist()
    expected = {
        "h": Decimal(2**70),
        "s": "O'Hare 🛫",
        "kind": "HUGEINT",
        "i": 2**53 + 1,
        "f": 0.5,
        "b": True,
        "n": None,
    }
    assert rows == [expected]


def test_a_refused_statement_is_its_own_answer_and_the_next_one_lives(engine: WasmDuckDB) -> None:
    statements = [WasmStatement("SELECT nope FROM insight_data"), WasmStatement("SELECT 1 AS one")]
    refused, answer = engine.ask([WasmTable("insight_data", ROWS)], statements)
    assert isinstance(refused, WasmFailed)
    assert "nope" in str(refused)
    assert isinstance(answer, pa.Table)
    assert answer.to_pylist() == [{"one": 1}]


def test_tables_are_gone_with_their_question(engine: WasmDuckDB) -> None:
    engine.table(ROWS, "SELECT 1 AS one", (), ["h"])
    (found,) = engine.ask([], [WasmStatement("SELECT count(*) AS n FROM duckdb_tables()")])
    assert isinstance(found, pa.Table)
    assert found.to_pylist() == [{"n": 0}]


def test_closing_ends_the_process() -> None:
    engine = WasmDuckDB()
    pid = engine.pid
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_missing_package_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="make setup"):
        WasmDuckDB(tmp_path)

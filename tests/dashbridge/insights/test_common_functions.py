"""What a post-query may say, the server's DuckDB and the browser's answer alike: every function, on nasty values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from dashbridge.insights.common_functions import COMMON
from dashbridge.insights.expression import parse
from wasm.nasty import nasty_rows, nasty_server
from wasm.wasm_duckdb import WasmDuckDB, WasmFailed, WasmStatement, WasmTable

CALLS = Path(__file__).parents[2] / "wasm" / "common_calls.txt"
STATEMENTS = {
    "row": ["SELECT {} AS v FROM insight_data ORDER BY k"],
    "group": ["SELECT {} AS v FROM insight_data GROUP BY g ORDER BY g", "SELECT {} AS v FROM insight_data WHERE k < 0"],
    "window": ["SELECT {} AS v FROM insight_data ORDER BY k"],
    "order": ["SELECT k AS v FROM insight_data ORDER BY {}, k"],
}
ORDERS = [
    f"{column} {way} NULLS {nulls}"
    for column in ("n", "i", "h", "d", "f", "s", "t", "day", "made", "flag")
    for way in ("ASC", "DESC")
    for nulls in ("FIRST", "LAST")
]


@pytest.fixture(scope="module")
def server() -> Iterator[duckdb.DuckDBPyConnection]:
    with nasty_server() as connection:
        yield connection


def calls() -> dict[str, list[str]]:
    """The calls as the compiler writes them, by the kind of statement they stand in."""
    found: dict[str, list[str]] = {"order": ORDERS}
    for line in CALLS.read_text().splitlines():
        if line.startswith("["):
            kind = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            kind.append(parse(line, {}, "/call").tree.sql(dialect="duckdb"))
    return found


def test_every_call_gives_the_same_values_and_types_in_both(server: duckdb.DuckDBPyConnection) -> None:
    statements = [form.format(call) for kind, some in calls().items() for call in some for form in STATEMENTS[kind]]
    with WasmDuckDB() as wasm:
        answers = wasm.ask(
            [WasmTable("insight_data", nasty_rows(), ["h"])], [WasmStatement(statement) for statement in statements]
        )
    wrong: list[str] = []
    for statement, answer in zip(statements, answers, strict=True):
        if isinstance(answer, WasmFailed):
            wrong.append(f"{statement}: {answer}")
        elif difference := differs(server.sql(statement).to_arrow_table(), answer):
            wrong.append(f"{statement}: {difference}")
    assert not wrong, "\n".join(wrong)


def test_every_common_function_is_called() -> None:
    written = " ".join(call for some in calls().values() for call in some)
    assert set(re.findall(r"(\w+)\(", written.upper())) >= COMMON


def differs(one: pa.Table, other: pa.Table) -> str | None:
    """What differs between two columns, or None."""
    kinds = [str(table.schema.field(0).type) for table in (one, other)]
    if kinds[0] != kinds[1]:
        return f"{kinds[0]} on the server, {kinds[1]} in the browser"
    pairs = zip(values(one), values(other), strict=True)
    found = next((pair for pair in pairs if not same(*pair)), None)
    return None if found is None else f"{found[0]!r} on the server, {found[1]!r} in the browser"


def values(table: pa.Table) -> list[Any]:
    """The values of its only column; days and times as numbers, for Python's calendar ends in the year 9999."""
    column = table.column(0)
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    elif pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    return [str(one) for one in column] if pa.types.is_interval(column.type) else column.to_pylist()


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9) or (math.isnan(one) and math.isnan(other))
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one.as_tuple() == other.as_tuple()
    return type(one) is type(other) and bool(one == other)

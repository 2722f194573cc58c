"""One DuckDB with an `insight_data` of odd values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest

HOSTILE = [
    "AA",
    "O'Hare",
    '"quoted"',
    "back\\slash",
    "${ref(city).values}",
    "' OR 1=1 --",
    "🛫 emoji",
    "\u202eRTL",
    "",
    "null",
    "all",
    "?",
    "a;b",
    "%",
    "_",
    "$1",
    "x\ny",
    "'; DROP TABLE insight_data; --",
    "\\'",
    "''",
    "é",
    "e\u0301",
    "\u0001",
]


@pytest.fixture(scope="session")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE insight_data (city VARCHAR, kind VARCHAR, day DATE, n INTEGER, amount DOUBLE,"
        " price DECIMAL(12,2), flag BOOLEAN)"
    )
    rows = []
    for at in range(400):
        city = None if at % 29 == 0 else HOSTILE[at % len(HOSTILE)]
        amount = None if at % 13 == 0 else ((at * 37) % 101) / 4 - 9
        day = None if at % 31 == 0 else dt.date(2013, 1, 1) + dt.timedelta(days=(at * 11) % 365)
        rows.append(
            (
                city,
                "AB"[at % 2],
                day,
                None if at % 17 == 0 else at % 12,
                amount,
                f"{(at % 50) / 10:.2f}",
                None if at % 7 == 0 else at % 3 == 0,
            )
        )
    connection.executemany("INSERT INTO insight_data VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    yield connection
    connection.close()

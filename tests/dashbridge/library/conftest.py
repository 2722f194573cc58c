"""A second database file, whose tables are not the shop's."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

OTHER = """
    CREATE TABLE elsewhere AS SELECT 1 AS day, 'n' AS region, 1.0 AS amount;
    CREATE TABLE orders AS SELECT DATE '2024-01-01' AS day, 'n' AS region, 1.0 AS amount;
"""


@pytest.fixture(scope="session")
def other_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`orders` as in the shop, `elsewhere` besides, and no `regions`."""
    path = tmp_path_factory.mktemp("other") / "other.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(OTHER).fetchall()
    return path

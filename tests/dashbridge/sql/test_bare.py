"""A dataset's name is taken off its tables, and off nothing else."""

from __future__ import annotations

import pytest

from dashbridge.sql import without_dataset


@pytest.mark.parametrize(
    ("sql", "bare"),
    [
        ("SELECT a FROM main.t", "SELECT a FROM t"),
        ('SELECT "main.x", \'main.t\' FROM main."odd t" AS t', 'SELECT "main.x", \'main.t\' FROM "odd t" AS t'),
        ("SELECT t.main FROM main.t -- main.t", "SELECT t.main FROM t -- main.t"),
        ('SELECT 1 FROM "main".t JOIN other.main ON t.main = 1', "SELECT 1 FROM t JOIN other.main ON t.main = 1"),
        ("SELECT a.main.b FROM x", "SELECT a.main.b FROM x"),
        ("", ""),
    ],
)
def test_only_the_dataset_goes(sql: str, bare: str) -> None:
    assert without_dataset(sql, "main", "duckdb") == bare

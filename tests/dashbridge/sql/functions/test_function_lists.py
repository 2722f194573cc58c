"""The lists are long enough, real, and free of what reads or acts."""

from __future__ import annotations

import re

import duckdb

from dashbridge.sql.functions import FUNCTIONS, PAREN_WORDS, TABLE_FUNCTIONS

ACTS = re.compile(
    r"^(READ_|PARQUET_|QUERY|DUCKDB_|PRAGMA_|PG_(?!SIZE_PRETTY)|ML\.|AI\.|KEYS\.|AEAD\.|HAS_.*PRIVILEGE|ST_READ|WRITE_|"
    r"GLOB$|GETENV|GETVARIABLE|CURRENT_SETTING|SET_CONFIG|NEXTVAL|CURRVAL|SETVAL|SETSEED|EXTERNAL|SESSION_USER|ERROR$|"
    r"SLEEP|JSON_(EXECUTE|SERIALIZE|DESERIALIZE)|CHECKPOINT|VERSION$|CURRENT_(USER|QUERY|SCHEMA|DATABASE|CATALOG))"
)
WITHOUT_CATALOG = {  # DuckDB's parser makes these; its catalog does not list them
    *("COALESCE", "COLUMNS", "CURRENT_TIME", "CURRENT_TIMESTAMP", "DATE", "GROUPING", "GROUPING_ID", "IFNULL"),
    *("LOCALTIME", "LOCALTIMESTAMP", "PERCENTILE_CONT", "PERCENTILE_DISC", "TRY"),
}


def test_lists_are_long_enough() -> None:
    assert all(len(names) >= 300 for names in FUNCTIONS.values())


def test_nothing_that_reads_or_acts_is_listed() -> None:
    for dialect, names in FUNCTIONS.items():
        assert not [name for name in names | TABLE_FUNCTIONS[dialect] if ACTS.match(name)]


def test_names_are_in_upper_case() -> None:
    for names in (*FUNCTIONS.values(), *TABLE_FUNCTIONS.values(), PAREN_WORDS):
        assert all(name == name.upper() for name in names)


def test_every_duckdb_name_exists_and_computes() -> None:
    with duckdb.connect() as connection:
        rows = connection.sql("SELECT upper(function_name), function_type FROM duckdb_functions()").fetchall()
    kinds: dict[str, set[str]] = {}
    for name, kind in rows:
        kinds.setdefault(name, set()).add(kind)
    assert {name for name in FUNCTIONS["duckdb"] if name not in kinds} == WITHOUT_CATALOG
    computing = {"scalar", "aggregate", "window", "macro"}
    assert not [n for n in FUNCTIONS["duckdb"] - WITHOUT_CATALOG - {"UNNEST"} if not kinds[n] & computing]
    assert not [name for name in FUNCTIONS["duckdb"] if "pragma" in kinds.get(name, ())]

"""The lock is DuckDB's own: these statements go to the connection, past every check of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dashbridge.kit import Unavailable
from dashbridge.warehouse.base import WarehouseRefused
from dashbridge.warehouse.bounds import EngineSettings
from dashbridge.warehouse.engine import open_locked, refusal

HOSTILE = [
    "COPY events TO '{tmp}/stolen.csv'",
    "COPY (SELECT 1) TO '{tmp}/stolen.parquet' (FORMAT parquet)",
    "EXPORT DATABASE '{tmp}/stolen'",
    "ATTACH '{tmp}/other.duckdb'",
    "ATTACH '{tmp}/other.duckdb' AS other (READ_ONLY)",
    "ATTACH ':memory:' AS scratch; CREATE TABLE scratch.main.t AS SELECT 1; COPY scratch.main.t TO '{tmp}/stolen.csv'",
    "INSTALL httpfs",
    "INSTALL spatial FROM community",
    "LOAD httpfs",
    "LOAD '{tmp}/evil.duckdb_extension'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('http://127.0.0.1:1/x.parquet')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'http://127.0.0.1:1/x.csv'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM read_duckdb('{tmp}/other.duckdb', table_name = 'secret')",
    "SELECT getenv('HOME')",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET memory_limit",
    "SET memory_limit = '100GB'",
    "SET threads = 64",
    "SET temp_directory = '{tmp}'",
    "SET home_directory = '{tmp}'",
    "SET TimeZone = 'Europe/Paris'",
    "PRAGMA enable_profiling = 'json'",
    "PRAGMA profiling_output = '{tmp}/profile.json'",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE OR REPLACE VIEW totals AS SELECT 1",
    "INSERT INTO labels VALUES (9, 'x')",
    "UPDATE labels SET label = 'x'",
    "DELETE FROM labels",
    "DROP TABLE labels",
    "ALTER TABLE labels ADD COLUMN x INTEGER",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
]


@pytest.fixture
def locked(database: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "other.duckdb")) as other:
        other.execute("CREATE TABLE secret AS SELECT 42 AS answer").fetchall()
    spill = tmp_path / "spill"
    spill.mkdir()
    settings = EngineSettings(memory_bytes=64 << 20, threads=1, spill_folder=str(spill / "1"), spill_bytes=1 << 20)
    with open_locked(str(database), settings) as con:
        yield con


@pytest.mark.parametrize("statement", HOSTILE)
def test_the_engine_itself_refuses(locked: duckdb.DuckDBPyConnection, statement: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(duckdb.Error):
        locked.execute(statement.format(tmp=tmp_path)).fetchall()
    assert sorted(tmp_path.rglob("*")) == before
    assert locked.execute("SELECT count(*) FROM labels").fetchall() == [(7,)]


def test_python_objects_are_not_tables(locked: duckdb.DuckDBPyConnection) -> None:
    secret = [1, 2, 3]
    assert secret
    with pytest.raises(duckdb.Error):
        locked.sql("SELECT * FROM secret").fetchall()
    with pytest.raises(duckdb.Error):
        locked.sql("SELECT * FROM HOSTILE").fetchall()


def test_times_are_shown_in_utc(locked: duckdb.DuckDBPyConnection) -> None:
    assert locked.execute("SELECT strftime(TIMESTAMPTZ '2020-06-01 12:00:00+02', '%H')").fetchall() == [("10",)]


def test_what_is_not_a_database_is_named(tmp_path: Path) -> None:
    settings = EngineSettings(64 << 20, 1, "", 0)
    for name, content in [("text.duckdb", b"not a database at all" * 1000), ("short.duckdb", b"x")]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(WarehouseRefused) as caught:
            open_locked(str(tmp_path / name), settings)
        assert name in caught.value.message
        assert str(tmp_path) not in str(caught.value)


def test_a_file_under_a_writer_is_named(tmp_path: Path, holder) -> None:
    path = tmp_path / "busy.duckdb"
    with holder(path), pytest.raises(Unavailable) as caught:
        open_locked(str(path), EngineSettings(64 << 20, 1, "", 0))
    assert caught.value.code == "database_locked"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("sql", "line", "column"),
    [
        ("SELECT id,\n  grp frm events", 2, 11),
        ("selec 1", 1, 1),
        ("SELECT CAST('x' AS INT)", 1, 8),
        ("SELECT 'é', CAST('x' AS INT)", 1, 13),
        ("SELECT " + "1 + " * 100 + "CAST('x' AS INT)", 1, 408),
    ],
)
def test_errors_say_where(locked: duckdb.DuckDBPyConnection, sql: str, line: int, column: int) -> None:
    with pytest.raises(duckdb.Error) as caught:
        locked.execute(sql).fetchall()
    found = refusal(caught.value, sql)
    assert (found.place.line, found.place.column) == (line, column)
    assert "LINE" not in str(found)


def test_errors_hold_no_path_of_the_server() -> None:
    error = duckdb.IOException('IO Error: Could not write file "/srv/data/team/spill/x.tmp": No space left')
    assert refusal(error, "SELECT 1").message == 'Could not write file "…": No space left'


def test_errors_keep_what_the_author_wrote() -> None:
    error = duckdb.BinderException("Binder Error: no /a/b/c.csv here")
    assert "/a/b/c.csv" in refusal(error, "SELECT * FROM '/a/b/c.csv'").message


def test_hints_do_not_point_at_system_tables(locked: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error) as caught:
        locked.sql("SELECT * FROM nosuch")
    assert "pg_" not in str(refusal(caught.value, "SELECT * FROM nosuch"))

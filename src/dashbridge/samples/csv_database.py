"""A folder of CSV files with declared column types as one DuckDB file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from dashbridge.kit import Invalid

Columns = Sequence[tuple[str, str]]


def load_csv_database(target: Path, folder: Path, tables: Mapping[str, Columns]) -> None:
    """Write `target` from `folder/<table>.csv`; a NULL is written `\\N`. Raises Invalid, naming the table."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(target)) as connection:
        for table, columns in tables.items():
            try:
                declared = ", ".join(f"{_name(column)} {kind}" for column, kind in columns)
                connection.execute(f"CREATE TABLE {_name(table)} ({declared})")
                kinds = ", ".join(f"{_text(column)}: {_text(kind)}" for column, kind in columns)
                connection.execute(
                    f"INSERT INTO {_name(table)} SELECT * FROM read_csv({_text(str(folder / f'{table}.csv'))}, "
                    f"header=true, nullstr='\\N', delim=',', quote='\"', escape='\"', "
                    f"columns={{{kinds}}}, auto_detect=false)"
                )
            except duckdb.Error as error:
                raise Invalid(
                    f"{folder.name}/{table}.csv cannot be loaded: {error}",
                    code="bad_data",
                    hint="schema.json gives each column's DuckDB type in the file's order",
                ) from error


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

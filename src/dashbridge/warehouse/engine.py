"""Locked-down DuckDB connections, and DuckDB's errors in the port's words. Runs in a worker, never in the server."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from dashbridge.kit import DashbridgeError, Place, Unavailable
from dashbridge.warehouse.base import WarehouseRefused
from dashbridge.warehouse.bounds import EngineSettings, engine_failed, out_of_memory

_NOWHERE = "/nonexistent"
_LOCKS = (
    "SET TimeZone = 'UTC'",
    "SET enable_external_access = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET allow_persistent_secrets = false",
    "SET lock_configuration = true",
)
_NO_MEMORY = re.compile(r"bad_alloc|Out of Memory Error|Cannot allocate memory|malloc of size")
_EXCERPT = re.compile(r"\n+LINE (\d+): (.*)\n( *)\^+")
_PATH = re.compile(r"/(?:[^\s\"'/]+/)+[^\s\"']*")
_SYSTEM_NAME = re.compile(r"pg_|duckdb_|sqlite_|information_schema|pragma_")


def open_locked(path: str, settings: EngineSettings) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a file (or a fresh one to `:memory:`) that reads nothing else and cannot be reset.

    Raises WarehouseRefused (not a DuckDB file) and Unavailable (locked by a writer).
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": settings.spill_folder,
        "max_temp_directory_size": f"{settings.spill_bytes}B",
        "memory_limit": f"{settings.memory_bytes}B",
        "threads": str(settings.threads),
        "home_directory": _NOWHERE,
        "secret_directory": _NOWHERE,
        "extension_directory": _NOWHERE,
        "python_enable_replacements": "false",
    }
    try:
        con = duckdb.connect(path, read_only=path != ":memory:", config=config)
    except duckdb.Error as error:
        raise _cannot_open(path, str(error)) from error
    for lock in _LOCKS:
        con.execute(lock).fetchall()
    return con


def _cannot_open(path: str, message: str) -> DashbridgeError:
    name = Path(path).name
    if _NO_MEMORY.search(message):
        return out_of_memory()
    if "lock on file" in message.lower():
        return Unavailable(
            f"The database file {name!r} is locked by a program that writes to it.",
            code="database_locked",
            hint="close that program; to refresh data, write a new file and rename it over the old one",
        )
    if "valid DuckDB database" in message or "magic bytes" in message:
        return WarehouseRefused(f"{name!r} is not a DuckDB database file.", code="not_a_duckdb_file")
    return WarehouseRefused(
        f"DuckDB cannot open {name!r}: {_clean(message, '')}",
        code="database_unreadable",
        hint="write the file again with a DuckDB version that this server reads",
    )


def refusal(error: Exception, sql: str) -> WarehouseRefused:
    """What DuckDB (or Python's memory) said about a statement, with its place in `sql` and without server paths."""
    message = str(error)
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException) or _NO_MEMORY.search(message):
        return out_of_memory()
    if isinstance(error, duckdb.FatalException | duckdb.InternalException) or "has been invalidated" in message:
        return engine_failed()
    excerpt = _EXCERPT.search(message)
    place = _excerpt_place(excerpt, sql) if excerpt else Place()
    _, _, text = message.partition("Error: ")
    return refused(_EXCERPT.sub("", text or message), sql, place)


def refused(text: str, sql: str, place: Place) -> WarehouseRefused:
    """A refusal out of DuckDB's text: the first line says what, a suggestion becomes the hint."""
    message, _, rest = _clean(text, sql).partition("\n")
    lines = [line.strip() for line in rest.splitlines() if line.strip()]
    helpful = [line for line in lines if not _SYSTEM_NAME.search(line)][:6]
    return WarehouseRefused(message, hint="; ".join(helpful)[:500] or None, place=place)


def offset_place(sql: str, offset: int) -> Place:
    """The line and column of a byte offset in `sql`."""
    before = sql.encode()[:offset].decode(errors="ignore")
    return Place(line=before.count("\n") + 1, column=len(before) - (before.rfind("\n") + 1) + 1)


def _excerpt_place(excerpt: re.Match[str], sql: str) -> Place:
    number, shown, indent = int(excerpt[1]), excerpt[2], len(excerpt[3])
    lines = sql.split("\n")
    column = indent - len(f"LINE {number}: ")
    if number > len(lines):
        return Place(line=number)
    lead = 3 if shown.startswith("...") else 0
    start = lines[number - 1].find(shown[lead:].removesuffix("..."))
    return Place(line=number, column=start + column - lead + 1 if start >= 0 else None)


def _clean(message: str, sql: str) -> str:
    message = message.partition("\n\nStack Trace")[0].strip()
    return _PATH.sub(lambda match: match[0] if match[0] in sql else "…", message)

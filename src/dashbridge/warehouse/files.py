"""Database files seen from outside: which path a connection may open, and which version of the data lies there."""

from __future__ import annotations

import os
from pathlib import Path

from dashbridge.kit import NotFound
from dashbridge.warehouse.base import WarehouseRefused


def resolve(path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None) -> Path:
    """The real path of a database file, which must lie under `root`; a relative path starts there.

    Raises NotFound when there is no such file, WarehouseRefused when the path (or a symlink in it) leads elsewhere or
    names something that is not a file.
    """
    try:
        real = real_path(path, root)
        there = real.exists()
    except (OSError, ValueError) as error:  # a name no file can have: a NUL, or too long
        raise NotFound("There is no database file of such a name.", code="no_database_file") from error
    if root is not None and not real.is_relative_to(os.path.realpath(root)):
        raise WarehouseRefused(
            f"The database path {str(path)!r} leads out of the folder for databases.",
            code="path_outside_root",
            hint="give a path inside that folder; symlinks out of it are not followed",
        )
    if not there:
        raise NotFound(f"There is no database file {str(path)!r}.", code="no_database_file")
    if not real.is_file():
        raise WarehouseRefused(f"{str(path)!r} is not a file.", code="not_a_duckdb_file")
    return real


def real_path(path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None) -> Path:
    """The path with every symlink followed, whether or not anything is there."""
    return Path(os.path.realpath((Path(root) if root is not None else Path.cwd()) / path))


def data_version(path: Path) -> str:
    """A text that changes when the file is replaced or written. Raises NotFound."""
    try:
        version = _stamp(path)
    except FileNotFoundError as error:
        raise NotFound(f"There is no database file {path.name!r}.", code="no_database_file") from error
    log = path.with_name(path.name + ".wal")
    return f"{version}+{_stamp(log)}" if log.exists() else version


def _stamp(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_ino:x}-{stat.st_mtime_ns:x}-{stat.st_size:x}"

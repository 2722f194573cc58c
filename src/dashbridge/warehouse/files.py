"""Database files seen from outside: which path a connection may open, and which version of the data lies there."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from datetime import UTC, datetime
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
        lies = _mode(real)
    except (OSError, ValueError) as error:  # a name no file can have: a NUL, or too long
        raise NotFound("There is no database file of such a name.", code="no_database_file") from error
    if root is not None and not real.is_relative_to(real_path(root)):
        raise WarehouseRefused(
            f"The database path {str(path)!r} leads out of the folder for databases.",
            code="path_outside_root",
            hint="give a path inside that folder; symlinks out of it are not followed",
        )
    if lies is None:
        raise NotFound(f"There is no database file {str(path)!r}.", code="no_database_file")
    if not stat.S_ISREG(lies):
        raise WarehouseRefused(f"{str(path)!r} is not a file.", code="not_a_duckdb_file")
    return real


def real_path(path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None) -> Path:
    """The path with every symlink followed, whether or not anything is there."""
    joined = (Path.cwd() if root is None else Path(root)) / path
    return Path(_walked(joined) or os.path.realpath(joined))


def _walked(path: Path) -> str | None:
    """The real path of what is there, as the system that walks it knows; None where it is not so simple."""
    if not hasattr(os, "O_PATH"):
        return None
    try:
        file = os.open(path, os.O_PATH)
    except (OSError, ValueError):
        return None
    try:
        found = os.readlink(f"/proc/self/fd/{file}")  # noqa: PTH115 - a Path would cost more than the call
    except OSError:
        return None
    finally:
        os.close(file)
    return found if found.startswith("/") and not found.endswith(" (deleted)") else None


def _mode(path: Path) -> int | None:
    """The type of what is there; None where nothing is, or nothing that can be reached."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EBADF):
            return None
        raise


def data_version(path: Path) -> str:
    """A text that changes when the file is replaced or written. Raises NotFound."""
    try:
        version = _stamp(path)
    except FileNotFoundError as error:
        raise _no_file(path) from error
    log = path.with_name(path.name + ".wal")
    return f"{version}+{_stamp(log)}" if log.exists() else version


def last_modified(path: Path) -> datetime:
    """When the file, or what is written ahead of it, was written last. Raises NotFound."""
    try:
        written = path.stat().st_mtime
    except FileNotFoundError as error:
        raise _no_file(path) from error
    with suppress(FileNotFoundError):
        written = max(written, path.with_name(path.name + ".wal").stat().st_mtime)
    return datetime.fromtimestamp(written, UTC)


def _no_file(path: Path) -> NotFound:
    return NotFound(f"There is no database file {path.name!r}.", code="no_database_file")


def _stamp(path: Path) -> str:
    found = path.stat()
    return f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}"

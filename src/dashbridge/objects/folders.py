"""Folders on disk, walked from a root by handles that refuse symlinks, and file names for the parts of a key.

A part without a dot is a folder's plain name and a part with one is a file's; the other way round gets a `~`, so the
keys `a` and `a/b` can both exist.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def folder_name(part: str) -> str:
    """The name on disk of a key's part that is a folder."""
    return part + "~" if "." in part else part


def file_name(part: str) -> str:
    """The name on disk of a key's last part."""
    return part if "." in part else part + "~"


def split_key(key: str) -> tuple[Sequence[str], str]:
    """A key's folder names and file name on disk."""
    *folders, last = key.split("/")
    return [folder_name(part) for part in folders], file_name(last)


@contextmanager
def open_folder(root: Path, names: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """A handle on the folder `names` below `root`, made if asked for. Raises OSError."""
    handle = os.open(root, _FOLDER)
    try:
        for name in names:
            if make:
                _make_folder(handle, name)
            below = os.open(name, _FOLDER, dir_fd=handle)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


@contextmanager
def open_file(name: str, flags: int, folder: int) -> Iterator[int]:
    """A handle on a file in a folder. Raises OSError."""
    handle = os.open(name, flags, 0o600, dir_fd=folder)
    try:
        yield handle
    finally:
        os.close(handle)


def list_folder(folder: int) -> Sequence[tuple[str, bool]]:
    """The key parts in a folder, each with whether it is a folder, in the order of the keys they begin."""
    found: list[tuple[str, bool]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            part = entry.name.removesuffix("~")
            if "," in part:
                continue
            if entry.is_dir(follow_symlinks=False) and entry.name == folder_name(part):
                found.append((part, True))
            elif entry.is_file(follow_symlinks=False) and entry.name == file_name(part):
                found.append((part, False))
    return sorted(found, key=lambda entry: entry[0] + "/" if entry[1] else entry[0])


def file_status(folder: int, name: str) -> os.stat_result | None:
    """A plain file's status, or None if it is absent. Raises OSError, also for a symlink."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    refuse_special(status)
    return status


def refuse_special(status: os.stat_result) -> None:
    """Raises OSError unless this is a plain file."""
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "something that is not a plain file is in its place")


def _make_folder(above: int, name: str) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=above)
    # Also when it was there: whoever made it may have died before its name reached the disk.
    os.fsync(above)

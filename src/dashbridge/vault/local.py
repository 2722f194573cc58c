"""The vault whose key-encryption key is a file that only its owner may read (0600).

The file is a Tink keyset in JSON. It is made whole under a lock, so processes that start together agree on one key, and
is read again whenever it changes, so a rotation reaches every process at its next call.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import tink
from tink import json_proto_keyset_format, secret_key_access

from dashbridge.kit import Unavailable
from dashbridge.vault.base import SealedFor
from dashbridge.vault.envelope import Envelope, new_keyset, rotated

_MAX_BYTES = 1 << 20
_Stamp = tuple[int, int, int, int]


class LocalVault:
    """Seals with the key file at `path`, made if absent. Raises Unavailable if it cannot be trusted or read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cached: tuple[_Stamp, Envelope] | None = None
        with _named(path), _only_writer(path):
            if not os.path.lexists(path):
                _write_keyset(path, new_keyset())
        self._current()

    async def seal(self, plaintext: bytes, sealed_for: SealedFor) -> bytes:
        """Encrypt. Raises Unavailable."""
        return (await asyncio.to_thread(self._current)).seal(plaintext, sealed_for)

    async def open(self, sealed: bytes, sealed_for: SealedFor) -> bytes:
        """Decrypt. Raises CannotOpen, Unavailable."""
        return (await asyncio.to_thread(self._current)).open(sealed, sealed_for)

    async def rewrap(self, sealed: bytes, sealed_for: SealedFor) -> bytes | None:
        """The secret sealed anew; None if the newest key sealed it already. Raises CannotOpen, Unavailable."""
        return (await asyncio.to_thread(self._current)).rewrap(sealed, sealed_for)

    async def rotate(self) -> None:
        """Seal with a fresh key from now on; what the old ones sealed still opens. Raises Unavailable."""
        await asyncio.to_thread(self._rotate)

    async def close(self) -> None:
        """Forget the cached key; a later call reads the file again."""
        self._cached = None

    def __repr__(self) -> str:
        return f"LocalVault({str(self._path)!r})"

    def __getstate__(self) -> NoReturn:
        raise TypeError("a vault holds keys and is not pickled")

    def _rotate(self) -> None:
        with _named(self._path), _only_writer(self._path):
            _write_keyset(self._path, rotated(_read_keyset(self._path)[1]))

    def _current(self) -> Envelope:
        with _named(self._path):
            stamp = _stamp(self._path.lstat())
            cached = self._cached
            if cached and cached[0] == stamp:
                return cached[1]
            stamp, keyset = _read_keyset(self._path)
            envelope = Envelope(keyset)
            self._cached = (stamp, envelope)
            return envelope


def _read_keyset(path: Path) -> tuple[_Stamp, tink.KeysetHandle]:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        _refuse_unsafe(path, status)
        text = file.read(_MAX_BYTES)
    with suppress(tink.TinkError, ValueError):
        keyset = json_proto_keyset_format.parse(text.decode("ascii"), secret_key_access.TOKEN)
        Envelope(keyset)
        return _stamp(status), keyset
    # Raised out here so that no key material hangs on the error.
    raise _unusable(path, "it is not a Tink keyset", "restore it from a backup; nothing else opens what it sealed")


def _write_keyset(path: Path, keyset: tink.KeysetHandle) -> None:
    """Replace the key file whole; the caller holds the lock."""
    text = json_proto_keyset_format.serialize(keyset, secret_key_access.TOKEN)
    fresh = path.with_name(f".{path.name}.new")
    with suppress(FileNotFoundError):
        fresh.unlink()
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, 0o600)
        file.write(text.encode("ascii"))
        file.flush()
        os.fsync(handle)
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _only_writer(path: Path) -> Iterator[None]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path.with_name(f".{path.name}.lock"), flags, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _refuse_unsafe(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _unusable(path, "it is not a plain file", "put the key file itself there")
    if status.st_mode & 0o077:
        mode = stat.S_IMODE(status.st_mode)
        raise _unusable(path, f"others may use it (mode {mode:04o})", f"run `chmod 600 {path}`")
    if status.st_uid != os.geteuid():
        raise _unusable(path, "it belongs to another user", "run Dashbridge as the user who owns it")


def _unusable(path: Path, reason: str, hint: str) -> Unavailable:
    return Unavailable(f"cannot use the key file {path}: {reason}", code="vault_key_unusable", hint=hint)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = "a symlink is in its place" if path.is_symlink() else error.strerror or str(error)
        raise _unusable(path, reason, "check the rights of its folder, or restore it from a backup") from error


def _stamp(status: os.stat_result) -> _Stamp:
    """What tells one state of the file from another, its mode included."""
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_mode

"""The object store in a folder: one plain file an object, readable where its URI says.

A put writes `,NAME` beside the object, syncs it and renames it over the object: the rename is the only step that shows.
The generation is the file's modification time in microseconds, set before the rename, so bytes and generation change as
one. Writers of a key, in whatever process, take turns by a lock file; readers take none.
Needs a POSIX file system that tells `a` from `A`.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from dashbridge.kit import Unavailable
from dashbridge.objects import folders
from dashbridge.objects.base import GenerationMismatch, ObjectInfo, ObjectNotFound
from dashbridge.objects.keys import check_key, check_prefix

_LOCKS = ",locks"
_PAGE = 500


class LocalObjectStore:
    """Objects as files under `root`, which is made if absent (0700). Raises Unavailable if it cannot be used."""

    def __init__(self, root: Path) -> None:
        with _named("open the object store at", str(root)):
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._root = root.resolve(strict=True)
            (self._root / _LOCKS).mkdir(mode=0o700, exist_ok=True)

    async def put(
        self,
        key: str,
        data: bytes,
        *,
        content_type: str = "application/octet-stream",
        if_generation: int | None = None,
    ) -> ObjectInfo:
        """Write an object; it is on disk when this returns. Raises BadKey, GenerationMismatch, Unavailable."""
        check_key(key)
        return await asyncio.to_thread(self._put, key, data, if_generation)

    async def get(self, key: str) -> tuple[bytes, ObjectInfo]:
        """An object's bytes and info, of one write. Raises BadKey, ObjectNotFound, Unavailable."""
        check_key(key)
        return await asyncio.to_thread(self._get, key)

    async def stat(self, key: str) -> ObjectInfo:
        """An object's info. Raises BadKey, ObjectNotFound, Unavailable."""
        check_key(key)
        return await asyncio.to_thread(self._stat, key)

    async def delete(self, key: str, *, if_generation: int | None = None) -> None:
        """Remove an object. Raises BadKey, ObjectNotFound, GenerationMismatch, Unavailable."""
        check_key(key)
        await asyncio.to_thread(self._delete, key, if_generation)

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """The objects whose key starts with `prefix`, by key. Raises BadKey, Unavailable."""
        found = self._walk(check_prefix(prefix))
        while page := await asyncio.to_thread(lambda: [*islice(found, _PAGE)]):
            for info in page:
                yield info

    async def close(self) -> None:
        """Nothing to let go of: no handle outlives a call."""

    def _put(self, key: str, data: bytes, if_generation: int | None) -> ObjectInfo:
        names, name = folders.split_key(key)
        with (
            _named("write object", key),
            self._only_writer(key),
            folders.open_folder(self._root, names, make=True) as folder,
        ):
            current = _generation(folders.file_status(folder, name))
            _expect(key, current, if_generation)
            generation = _write(folder, name, data, current)
        return self._info(key, generation, len(data))

    def _get(self, key: str) -> tuple[bytes, ObjectInfo]:
        names, name = folders.split_key(key)
        with (
            _named("read object", key),
            _found(key),
            folders.open_folder(self._root, names) as folder,
            folders.open_file(name, folders.READ, folder) as handle,
        ):
            status = os.fstat(handle)
            folders.refuse_special(status)
            data = b"".join(iter(lambda: os.read(handle, 1 << 20), b""))
            return data, self._info(key, _generation(status), len(data))

    def _stat(self, key: str) -> ObjectInfo:
        names, name = folders.split_key(key)
        with _named("read object", key), _found(key), folders.open_folder(self._root, names) as folder:
            status = folders.file_status(folder, name)
            if status is None:
                raise FileNotFoundError
            return self._info(key, _generation(status), status.st_size)

    def _delete(self, key: str, if_generation: int | None) -> None:
        names, name = folders.split_key(key)
        with (
            _named("remove object", key),
            self._only_writer(key),
            _found(key),
            folders.open_folder(self._root, names) as folder,
        ):
            current = _generation(folders.file_status(folder, name))
            if current:
                _expect(key, current, if_generation)
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)

    def _walk(self, prefix: str) -> Iterator[ObjectInfo]:
        """The infos under a prefix in key order, reading one folder at a time."""
        *above, last = prefix.split("/")
        for part, is_folder in self._parts(above):
            if not part.startswith(last):
                continue
            key = "/".join([*above, part])
            if is_folder:
                yield from self._walk(key + "/")
            else:
                with suppress(ObjectNotFound):
                    yield self._stat(key)

    def _parts(self, above: Sequence[str]) -> Sequence[tuple[str, bool]]:
        names = [folders.folder_name(part) for part in above]
        with (
            _named("list objects under", "/".join(above) or "the root"),
            suppress(FileNotFoundError),
            folders.open_folder(self._root, names) as folder,
        ):
            return folders.list_folder(folder)
        return ()

    def _info(self, key: str, generation: int, size: int) -> ObjectInfo:
        names, name = folders.split_key(key)
        written_at = datetime.fromtimestamp(generation / 1_000_000, UTC)
        return ObjectInfo(key, self._root.joinpath(*names, name).as_uri(), generation, size, written_at)

    @contextmanager
    def _only_writer(self, key: str) -> Iterator[None]:
        # The kernel drops the lock of a process that dies, so none is ever left behind.
        stripe = hashlib.sha256(key.encode()).hexdigest()[:2]
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with folders.open_folder(self._root, [_LOCKS]) as folder, folders.open_file(stripe, flags, folder) as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


@contextmanager
def _named(verb: str, subject: str) -> Iterator[None]:
    """The system's refusals as Unavailable."""
    try:
        yield
    except OSError as error:
        in_the_way = error.errno in (errno.ELOOP, errno.ENOTDIR)
        reason = "a symlink or a file is in the way" if in_the_way else error.strerror or str(error)
        raise Unavailable(
            f"cannot {verb} {subject}: {reason}",
            code="object_store_unavailable",
            hint="check the disk space and the rights of the object store's folder",
        ) from error


@contextmanager
def _found(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectNotFound(f"no object {key}") from error


def _generation(status: os.stat_result | None) -> int:
    return status.st_mtime_ns // 1000 if status else 0


def _expect(key: str, current: int, if_generation: int | None) -> None:
    if if_generation is not None and if_generation != current:
        raise GenerationMismatch.of_key(key, current, if_generation)


def _write(folder: int, name: str, data: bytes, current: int) -> int:
    """Replace a file whole; returns its generation, higher than `current`."""
    fresh = "," + name
    # Only this writer holds the key, so a file of that name was left by a writer that died.
    with suppress(FileNotFoundError):
        os.unlink(fresh, dir_fd=folder)
    try:
        with folders.open_file(fresh, folders.CREATE, folder) as handle:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            generation = _stamp(handle, current)
            os.fsync(handle)
        os.rename(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with suppress(OSError):
            os.unlink(fresh, dir_fd=folder)
        raise
    os.fsync(folder)
    return generation


def _stamp(handle: int, current: int) -> int:
    """Set the file's generation: now, or just after `current` if the clock is behind or the disk's clock is coarse."""
    for generation in (max(time.time_ns() // 1000, current + 1), current + 2_000_000):
        os.utime(handle, ns=(generation * 1000, generation * 1000))
        kept = _generation(os.fstat(handle))
        if kept > current:
            return kept
    raise OSError(errno.ENOTSUP, "this disk keeps no modification times")

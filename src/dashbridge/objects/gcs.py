"""The object store in a bucket of Google Cloud Storage.

Every write names the generation it replaces, so a request that is sent twice counts once. It also carries a token in
the object's metadata: when an answer was lost and the repeat is refused, the token tells whether the lost one did it.
Bytes are checked by CRC32C both ways. Google's client blocks, so it runs in a few threads of the store's own.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from google.api_core.exceptions import NotFound, PreconditionFailed, TooManyRequests
from google.cloud.storage import Blob

from dashbridge.kit import Invalid, new_id
from dashbridge.objects.base import BadKey, GenerationMismatch, ObjectInfo
from dashbridge.objects.gcs_failures import FAILURES, is_of_bucket, is_passing, told, unfinished
from dashbridge.objects.gcs_requests import TOKEN, BucketRequests, crc32c_of
from dashbridge.objects.keys import MAX_KEY, check_key, check_prefix

_PAGE = 1_000
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, between two bytes, for a whole call with its repeats, and before each repeat."""

    connect_s: float = 5.0
    read_s: float = 30.0
    call_s: float = 90.0
    pauses_s: Sequence[float] = (0.1, 0.3, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class _Refused:
    """A write that was not made: the generation in its place (0: none), and whether an answer was lost before."""

    current: int
    after_loss: bool


def read_gs_url(url: str) -> tuple[str, str]:
    """The bucket and the prefix (maybe empty) of `gs://BUCKET[/PREFIX]`. Raises Invalid."""
    scheme, _, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme != "gs" or not _BUCKET.fullmatch(bucket):
        raise Invalid(
            f"{url[:200]!r} is not a bucket", code="bad_bucket", hint="write gs://BUCKET or gs://BUCKET/PREFIX"
        )
    prefix = prefix.strip("/")
    return bucket, check_key(prefix) if prefix else ""


class GcsObjectStore:
    """Objects of a bucket, under `prefix` if one is given. STORAGE_EMULATOR_HOST leads to an emulator, without a login.

    Blocks while it looks for credentials. Raises Unavailable if there are none.
    """

    def __init__(self, bucket: str, prefix: str = "", *, patience: Patience | None = None, threads: int = 8) -> None:
        self._at = f"gs://{bucket}"
        self._prefix = f"{prefix}/" if prefix else ""
        self._patience = patience or Patience()
        try:
            self._requests = BucketRequests(bucket, connect_s=self._patience.connect_s, read_s=self._patience.read_s)
        except FAILURES as error:
            raise told(error, "open", "objects", self._at) from error
        # The client keeps ten connections: more threads would open and drop them.
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="gcs")

    async def check(self) -> None:
        """Raises Unavailable unless the bucket is there and may be listed."""
        async with self._call("list", "objects"):
            await self._read(partial(self._requests.page, self._prefix, None, 1))

    async def put(
        self,
        key: str,
        data: bytes,
        *,
        content_type: str = "application/octet-stream",
        if_generation: int | None = None,
    ) -> ObjectInfo:
        """Write an object. Raises BadKey, GenerationMismatch, Unavailable (`write_unknown`: perhaps it was written)."""
        name, data = self._name(key), bytes(data)
        expected = if_generation or 0
        async with self._call("write", key):
            while True:
                done = await self._write(name, data, content_type, expected)
                if not isinstance(done, _Refused):
                    return self._info(done)
                if if_generation is None:
                    expected = done.current
                elif done.after_loss:
                    raise unfinished("write", key, self._at)
                else:
                    raise GenerationMismatch.of_key(key, done.current, if_generation)

    async def get(self, key: str) -> tuple[bytes, ObjectInfo]:
        """An object's bytes and info, of one write. Raises BadKey, ObjectNotFound, Unavailable."""
        name = self._name(key)
        async with self._call("read", key):
            data, generation = await self._read(partial(self._requests.download, name))
        return data, ObjectInfo(key, f"{self._at}/{name}", generation, len(data))

    async def stat(self, key: str) -> ObjectInfo:
        """An object's info. Raises BadKey, ObjectNotFound, Unavailable."""
        name = self._name(key)
        async with self._call("read", key):
            return self._info(await self._read(partial(self._requests.look, name)))

    async def delete(self, key: str, *, if_generation: int | None = None) -> None:
        """Remove an object. Raises BadKey, ObjectNotFound, GenerationMismatch, Unavailable (also `write_unknown`)."""
        name = self._name(key)
        async with self._call("remove", key):
            while True:
                current = int((await self._read(partial(self._requests.look, name))).generation)
                if if_generation not in (None, current):
                    raise GenerationMismatch.of_key(key, current, if_generation or 0)
                if await self._remove(name, current, key):
                    return

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """The objects whose key starts with `prefix`, by key; what has no key's name is left out. Raises BadKey."""
        start = self._prefix + check_prefix(prefix)
        token: str | None = None
        while True:
            async with self._call("list", "objects"):
                blobs, token = await self._read(partial(self._requests.page, start, token, _PAGE))
            for blob in blobs:
                if _is_key(blob.name[len(self._prefix) :]):
                    yield self._info(blob)
            if token is None:
                return

    async def close(self) -> None:
        """Let go of connections; a request that is under way ends by itself, in time."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._requests.close()

    def __repr__(self) -> str:
        return f"GcsObjectStore({self._at}/{self._prefix})"

    async def _write(self, name: str, data: bytes, content_type: str, expected: int) -> Blob | _Refused:
        """The written object, or what stands in its way. Sent again after a passing failure."""
        token, lost = str(new_id()), False
        for pause in self._pauses():
            try:
                return await self._in_thread(partial(self._requests.upload, name, data, content_type, expected, token))
            except PreconditionFailed:
                found = await self._found(name)
                if found is None or (found.metadata or {}).get(TOKEN) != token:
                    return _Refused(0 if found is None else int(found.generation), lost)
                if found.crc32c == crc32c_of(data):
                    return found
                expected = int(found.generation)  # ours, but changed on the way: write over it
            except FAILURES as error:
                if pause is None or not is_passing(error):
                    raise
                lost |= not isinstance(error, TooManyRequests)
                await asyncio.sleep(pause)
        return _Refused(expected, True)

    async def _remove(self, name: str, generation: int, key: str) -> bool:
        """Whether this generation is gone now; False if another took its place before."""
        lost = False
        for pause in self._pauses():
            try:
                await self._in_thread(partial(self._requests.remove, name, generation))
            except NotFound as error:
                if not lost or is_of_bucket(error):
                    raise
            except PreconditionFailed as error:
                if lost:
                    raise unfinished("remove", key, self._at) from error
                return False
            except FAILURES as error:
                if pause is None or not is_passing(error):
                    raise
                lost |= not isinstance(error, TooManyRequests)
                await asyncio.sleep(pause)
                continue
            return True
        raise unfinished("remove", key, self._at)

    async def _found(self, name: str) -> Blob | None:
        try:
            return await self._read(partial(self._requests.look, name))
        except NotFound as error:
            if is_of_bucket(error):
                raise
            return None

    async def _read(self, request: Callable[[], T]) -> T:
        """A request that changes nothing, sent again after a passing failure."""
        for pause in self._patience.pauses_s:
            try:
                return await self._in_thread(request)
            except FAILURES as error:
                if not is_passing(error):
                    raise
                await asyncio.sleep(_jittered(pause))
        return await self._in_thread(request)

    async def _in_thread(self, request: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, request)

    def _pauses(self) -> Sequence[float | None]:
        """The pause after each attempt; None after the last."""
        return [*map(_jittered, self._patience.pauses_s), None]

    @asynccontextmanager
    async def _call(self, verb: str, subject: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience.call_s):
                yield
        except FAILURES as error:
            raise told(error, verb, subject, self._at) from error

    def _name(self, key: str) -> str:
        name = self._prefix + check_key(key)
        if len(name) > MAX_KEY:
            raise BadKey(f"an object's name in {self._at} has at most {MAX_KEY:,} characters, with its prefix")
        return name

    def _info(self, blob: Blob) -> ObjectInfo:
        key = blob.name[len(self._prefix) :]
        return ObjectInfo(key, f"{self._at}/{blob.name}", int(blob.generation), int(blob.size), blob.time_created)


def _is_key(name: str) -> bool:
    try:
        check_key(name)
    except BadKey:
        return False
    return True


def _jittered(pause: float) -> float:
    return pause * random.uniform(0.7, 1.3)  # noqa: S311 - keeps clients apart, hides nothing

"""Put an object once for every system call of a put, and die at it by SIGKILL, before it or just after it.

Usage: die_at.py ROOT KEY. Prints one JSON line a failpoint: what a reader finds after the death, and after
one more put.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashbridge.objects import ObjectNotFound
from dashbridge.objects.local import LocalObjectStore

OLD, NEW, NEXT = b"old " * 50_000, b"new " * 70_000, b"next " * 10_000
CALLS = ("open", "write", "utime", "fsync", "rename", "mkdir", "unlink", "close", "stat", "fstat")


def killing(call: Callable[..., Any], step: list[int], stop_at: int, after: bool) -> Callable[..., Any]:
    def wrapped(*args: Any, **options: Any) -> Any:
        step[0] += 1
        if step[0] == stop_at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            return call(*args, **options)
        finally:
            if step[0] == stop_at:
                os.kill(os.getpid(), signal.SIGKILL)

    return wrapped


def half_write(handle: int, data: Any, write: Callable[..., int] = os.write) -> int:
    """Writes come out in pieces, so that a death can fall between them."""
    return write(handle, data[:100_000])


def put_and_die(root: Path, key: str, stop_at: int, after: bool) -> bool:
    """Whether the put got to its end before the failpoint."""
    child = os.fork()
    if child == 0:
        store = LocalObjectStore(root)
        step = [0]
        os.write = half_write
        for name in CALLS:
            setattr(os, name, killing(getattr(os, name), step, stop_at, after))
        fcntl.flock = killing(fcntl.flock, step, stop_at, after)
        store._put(key, NEW, None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status == 0


async def found(root: Path, key: str) -> str:
    names = {OLD: "old", NEW: "new", NEXT: "next"}
    store = LocalObjectStore(root)
    listed = [info async for info in store.list("")]
    try:
        data, info = await store.get(key)
    except ObjectNotFound:
        assert listed == []
        return "absent"
    assert listed == [info]
    return names.get(data, "half")


async def prepare(root: Path, key: str, with_old: bool) -> int:
    return (await LocalObjectStore(root).put(key, OLD)).generation if with_old else 0


def put_next(root: Path, key: str, before: int) -> str:
    info = asyncio.run(LocalObjectStore(root).put(key, NEXT))
    assert info.generation > before
    left = [path.name for path in root.rglob(",*") if path.name != ",locks"]
    return f"{asyncio.run(found(root, key))} {left}"


def main(base: Path, key: str) -> None:
    for with_old in (False, True):
        for after in (False, True):
            finished, stop_at = False, 0
            while not finished:
                stop_at += 1
                root = base / f"{with_old}-{after}-{stop_at}"
                before = asyncio.run(prepare(root, key, with_old))
                finished = put_and_die(root, key, stop_at, after)
                line = {"with_old": with_old, "after": after, "step": stop_at, "finished": finished}
                line["found"] = asyncio.run(found(root, key))
                line["next"] = put_next(root, key, before)
                print(json.dumps(line))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

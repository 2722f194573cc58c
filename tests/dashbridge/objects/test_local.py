from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dashbridge.kit import Unavailable
from dashbridge.objects import ObjectNotFound
from dashbridge.objects.local import LocalObjectStore

HERE = Path(__file__).parent


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def store(root: Path) -> LocalObjectStore:
    return LocalObjectStore(root)


def at(uri: str) -> Path:
    return Path(urllib.request.url2pathname(urllib.parse.urlsplit(uri).path))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_kill_at_any_call_of_a_put_leaves_old_or_new(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(HERE / "die_at.py"), str(tmp_path), "team/1/board.yaml"], capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    for line in lines:
        allowed = {"new"} if line["finished"] else {"old" if line["with_old"] else "absent", "new"}
        assert line["found"] in allowed, line
        assert line["next"] == "next []", line
    for with_old in (False, True):
        for after in (False, True):
            mine = [line for line in lines if (line["with_old"], line["after"]) == (with_old, after)]
            assert len(mine) > 20
            assert {line["found"] for line in mine} == {"old" if with_old else "absent", "new"}
            changes = [a["found"] != b["found"] for a, b in pairwise(mine)]
            assert sum(changes) == 1


RACER = """
import asyncio, sys
from pathlib import Path
from dashbridge.objects import GenerationMismatch
from dashbridge.objects.local import LocalObjectStore

async def main(root, rounds):
    store = LocalObjectStore(Path(root))
    for _ in range(int(rounds)):
        while True:
            data, info = await store.get("count")
            try:
                await store.put("count", str(int(data) + 1).encode(), if_generation=info.generation)
                break
            except GenerationMismatch:
                pass

asyncio.run(main(*sys.argv[1:]))
"""


async def test_processes_that_count_by_compare_and_set_lose_nothing(root: Path, store: LocalObjectStore) -> None:
    await store.put("count", b"0")
    racers = [await asyncio.create_subprocess_exec(sys.executable, "-c", RACER, str(root), "50") for _ in range(4)]
    assert [await racer.wait() for racer in racers] == [0, 0, 0, 0]
    assert (await store.get("count"))[0] == b"200"


async def test_the_uri_is_a_plain_file_with_the_bytes(store: LocalObjectStore, root: Path) -> None:
    info = await store.put("teams/1/nyc.yaml", b"title: x")
    assert info.uri == (root / "teams/1/nyc.yaml").as_uri()
    assert at(info.uri).read_bytes() == b"title: x"
    other = await store.put("teams/v1.2/README", b"y")
    assert at(other.uri).read_bytes() == b"y"


async def test_only_the_owner_reads(store: LocalObjectStore, root: Path) -> None:
    info = await store.put("a/b.yaml", b"x")
    assert at(info.uri).stat().st_mode & 0o777 == 0o600
    assert all(path.stat().st_mode & 0o777 == 0o700 for path in (root, root / "a"))


async def test_a_store_opened_again_knows_the_generation(store: LocalObjectStore, root: Path) -> None:
    info = await store.put("a/b.yaml", b"x")
    assert await LocalObjectStore(root).stat("a/b.yaml") == info


async def test_generations_rise_when_the_clock_stands_still(
    store: LocalObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashbridge.objects.local.time.time_ns", lambda: 1_000_000_000)
    assert [(await store.put("k", b"")).generation for _ in range(4)] == [1_000_000, 1_000_001, 1_000_002, 1_000_003]


async def test_generations_rise_on_a_disk_that_keeps_whole_seconds(
    store: LocalObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    utime = os.utime

    def coarse(handle: int, *, ns: tuple[int, int]) -> None:
        second = ns[1] // 1_000_000_000 * 1_000_000_000
        utime(handle, ns=(second, second))

    monkeypatch.setattr("dashbridge.objects.local.os.utime", coarse)
    generations = [(await store.put("k", b"")).generation for _ in range(5)]
    assert generations == sorted(set(generations))


async def test_a_disk_without_times_is_a_named_error(store: LocalObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashbridge.objects.local.os.utime", lambda handle, *, ns: None)
    monkeypatch.setattr("dashbridge.objects.local._generation", lambda status: 7)
    with pytest.raises(Unavailable, match="modification times"):
        await store.put("k", b"")


def symlinked_file(root: Path, outside: Path) -> None:
    (root / "a").mkdir()
    (root / "a" / "b.yaml").symlink_to(outside / "secret")


def symlinked_folder(root: Path, outside: Path) -> None:
    (root / "a").symlink_to(outside, target_is_directory=True)


def fifo(root: Path, outside: Path) -> None:
    (root / "a").mkdir()
    os.mkfifo(root / "a" / "b.yaml")


def folder_in_place(root: Path, outside: Path) -> None:
    (root / "a" / "b.yaml").mkdir(parents=True)


def file_in_place_of_folder(root: Path, outside: Path) -> None:
    (root / "a").write_text("")


@pytest.mark.parametrize("trap", [symlinked_file, symlinked_folder, fifo, folder_in_place, file_in_place_of_folder])
async def test_what_is_not_a_plain_file_is_refused(
    store: LocalObjectStore, root: Path, tmp_path: Path, trap: Any
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("secret", "b.yaml"):
        (outside / name).write_text("secret")
    trap(root, outside)
    for call in (store.put("a/b.yaml", b"x"), store.get("a/b.yaml"), store.stat("a/b.yaml"), store.delete("a/b.yaml")):
        with pytest.raises(Unavailable) as refused:
            await call
        assert str(outside) not in str(refused.value)
    assert [info async for info in store.list("")] == []
    assert {path.name: path.read_text() for path in outside.iterdir()} == {"secret": "secret", "b.yaml": "secret"}


async def test_a_symlink_in_place_of_the_fresh_file_is_not_followed(
    store: LocalObjectStore, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").write_text("secret")
    (root / ",b.yaml").symlink_to(tmp_path / "outside")
    await store.put("b.yaml", b"x")
    assert (tmp_path / "outside").read_text() == "secret"
    assert (await store.get("b.yaml"))[0] == b"x"


async def test_files_of_others_are_not_listed(store: LocalObjectStore, root: Path) -> None:
    await store.put("a.yaml", b"x")
    for name in ("b", ",c.yaml", "d.yaml~", ".e~~"):
        (root / name).write_text("")
    (root / "f.g").mkdir()
    assert [info.key async for info in store.list("")] == ["a.yaml"]


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "utime"])
async def test_a_full_disk_is_named_and_leaves_the_old(
    store: LocalObjectStore, root: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    old = await store.put("k.txt", b"old")

    def full(*args: Any, **options: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(f"dashbridge.objects.local.os.{call}", full)
        with pytest.raises(Unavailable, match="No space left") as refused:
            await store.put("k.txt", b"new")
    assert refused.value.code == "object_store_unavailable"
    assert await store.get("k.txt") == (b"old", old)
    assert names_in(root) == [",locks", "k.txt"]


def test_a_root_that_is_a_file_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="object store"):
        LocalObjectStore(tmp_path / "file")


async def test_a_root_removed_under_way(store: LocalObjectStore, root: Path) -> None:
    shutil.rmtree(root)
    with pytest.raises(Unavailable):
        await store.put("k", b"x")
    with pytest.raises(ObjectNotFound):
        await store.get("k")


async def test_no_handle_is_left_open(store: LocalObjectStore) -> None:
    before = len(os.listdir("/dev/fd"))
    for number in range(30):
        await store.put(f"a/{number}/b", b"x")
        await store.get(f"a/{number}/b")
        with pytest.raises(ObjectNotFound):
            await store.get("a/b/c")
    assert len([info async for info in store.list("")]) == 30
    assert len(os.listdir("/dev/fd")) == before

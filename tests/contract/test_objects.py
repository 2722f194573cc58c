"""What every object store keeps, run on each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.objects import (
    BadKey,
    GenerationMismatch,
    ObjectInfo,
    ObjectNotFound,
    ObjectStore,
    check_key,
    check_prefix,
)
from dashbridge.objects.gcs import GcsObjectStore
from dashbridge.objects.local import LocalObjectStore
from dashbridge.objects.memory import MemoryObjectStore

PARTS = st.text("abAB01._-=", min_size=1, max_size=6).filter(lambda part: part not in (".", ".."))
KEYS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)

HOSTILE_KEYS = [
    "",
    "/",
    "/etc/passwd",
    "a/",
    "a//b",
    ".",
    "..",
    "../a",
    "a/../b",
    "a/..",
    "./a",
    "a/./b",
    "a\\..\\b",
    "a b",
    "a\nb",
    "a\n",
    "a\x00b",
    "a%2e%2e",
    "a~",
    ",a",
    ",locks/00",
    "a@1",
    "a:b",
    "a?b",
    "é",
    "a\u2215b",
    "．．/a",
    "\ud800",
    "a" * 201,
    "a/" * 512 + "a",
]


@pytest.fixture(params=["local", "memory", "fake-gcs-server", "gcs"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ObjectStore]:
    made: ObjectStore
    if request.param == "local":
        made = LocalObjectStore(tmp_path / "objects")
    elif request.param == "memory":
        made = MemoryObjectStore()
    else:
        server = request.getfixturevalue("gcs_server" if request.param == "fake-gcs-server" else "strict_gcs")
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        made = GcsObjectStore(server.bucket())
    yield made
    await made.close()


async def listed(store: ObjectStore, prefix: str = "") -> list[ObjectInfo]:
    return [info async for info in store.list(prefix)]


async def keys(store: ObjectStore, prefix: str = "") -> list[str]:
    return [info.key for info in await listed(store, prefix)]


async def test_a_put_is_read_back(store: ObjectStore) -> None:
    info = await store.put("team/1/board.yaml", b"title: x", content_type="application/yaml")
    assert info.key == "team/1/board.yaml"
    assert info.size == 8
    assert info.generation > 0
    assert ":" in info.uri
    assert await store.get("team/1/board.yaml") == (b"title: x", info)
    assert await store.stat("team/1/board.yaml") == info
    await store.close()


@pytest.mark.parametrize("data", [b"", b"\x00", b"\r\n\xff\xfe", bytes(range(256)) * 40_960], ids=len)
async def test_any_bytes_of_any_size(store: ObjectStore, data: bytes) -> None:
    info = await store.put("blob", data)
    assert info.size == len(data)
    assert (await store.get("blob"))[0] == data


async def test_a_changed_buffer_does_not_change_the_object(store: ObjectStore) -> None:
    buffer = bytearray(b"before")
    await store.put("blob", buffer)  # type: ignore[arg-type]
    buffer[:] = b"after!"
    assert (await store.get("blob"))[0] == b"before"


async def test_an_absent_object_is_not_found(store: ObjectStore) -> None:
    for call in (store.get("a/b"), store.stat("a/b"), store.delete("a/b"), store.delete("a/b", if_generation=4)):
        with pytest.raises(ObjectNotFound, match="a/b"):
            await call


async def test_create_if_absent_wins_once(store: ObjectStore) -> None:
    first = await store.put("k", b"1", if_generation=0)
    with pytest.raises(GenerationMismatch, match="exists already"):
        await store.put("k", b"2", if_generation=0)
    assert await store.get("k") == (b"1", first)


async def test_compare_and_set_follows_the_generation(store: ObjectStore) -> None:
    first = await store.put("k", b"1")
    second = await store.put("k", b"2", if_generation=first.generation)
    assert second.generation > first.generation
    with pytest.raises(GenerationMismatch, match=str(first.generation)):
        await store.put("k", b"3", if_generation=first.generation)
    with pytest.raises(GenerationMismatch):
        await store.delete("k", if_generation=first.generation)
    assert await store.get("k") == (b"2", second)
    await store.delete("k", if_generation=second.generation)
    with pytest.raises(GenerationMismatch, match="gone"):
        await store.put("k", b"4", if_generation=second.generation)


async def test_every_write_has_a_higher_generation_even_of_equal_bytes(store: ObjectStore) -> None:
    generations = [(await store.put("k", b"same")).generation for _ in range(50)]
    assert generations == sorted(set(generations))


async def test_a_new_object_of_an_old_key_has_a_new_generation(store: ObjectStore) -> None:
    first = await store.put("k", b"1")
    await store.delete("k")
    assert (await store.put("k", b"1", if_generation=0)).generation != first.generation


async def test_writers_that_race_have_one_winner(store: ObjectStore) -> None:
    base = await store.put("k", b"base")

    async def attempt(number: int) -> bool:
        try:
            await store.put("k", str(number).encode(), if_generation=base.generation)
        except GenerationMismatch:
            return False
        return True

    won = await asyncio.gather(*(attempt(number) for number in range(24)))
    assert sum(won) == 1
    assert (await store.get("k"))[0] == str(won.index(True)).encode()


async def test_counting_by_compare_and_set_loses_nothing(store: ObjectStore) -> None:
    await store.put("count", b"0")

    async def add_one() -> None:
        while True:
            data, info = await store.get("count")
            try:
                await store.put("count", str(int(data) + 1).encode(), if_generation=info.generation)
            except GenerationMismatch:
                continue
            return

    await asyncio.gather(*(add_one() for _ in range(12)))
    assert (await store.get("count"))[0] == b"12"


async def test_readers_see_whole_objects_during_writes(store: ObjectStore) -> None:
    await store.put("k", b"0" * 300_000)
    done = asyncio.Event()

    async def read() -> int:
        reads = 0
        while not done.is_set() or not reads:
            data, info = await store.get("k")
            assert len(data) == info.size == 300_000
            assert len(set(data)) == 1
            reads += 1
            await asyncio.sleep(0)
        return reads

    async def write() -> None:
        for number in range(40):
            await store.put("k", str(number % 10).encode() * 300_000)
            await asyncio.sleep(0)
        done.set()

    *reads, _ = await asyncio.gather(read(), read(), write())
    assert all(reads)


async def test_a_list_is_by_prefix_and_in_key_order(store: ObjectStore) -> None:
    names = ["a", "a/b", "a/b.yaml", "a/b.yaml/c", "a-b", "a.b", "ab", "a/b/c", "a=b/c", "B", "a/B", "a0/z", "z/..a"]
    infos = {name: await store.put(name, name.encode()) for name in names}
    assert await keys(store) == sorted(names)
    for prefix in ["", "a", "a/", "a/b", "a/b.", "a/b.yaml/", "z", "z/.", "z/..", "none", "none/deep/er", "a/b/c"]:
        assert await listed(store, prefix) == [infos[name] for name in sorted(names) if name.startswith(prefix)], prefix


@pytest.fixture
def pages_of_90(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a store lists by pages, they are short."""
    monkeypatch.setattr("dashbridge.objects.gcs._PAGE", 90)


async def test_a_list_of_many_pages(store: ObjectStore, pages_of_90: None) -> None:
    names = [f"d{number % 7}/{number:04}" for number in range(203)]
    await asyncio.gather(*(store.put(name, b"") for name in names))
    assert await keys(store) == sorted(names)


async def test_a_list_that_is_left_early(store: ObjectStore) -> None:
    for name in "abc":
        await store.put(name, b"")
    async for info in store.list(""):
        assert info.key == "a"
        break


async def test_a_list_survives_removals_under_way(store: ObjectStore, pages_of_90: None) -> None:
    await asyncio.gather(*(store.put(f"k/{number:03}", b"") for number in range(200)))
    seen = []
    async for info in store.list("k/"):
        seen.append(info.key)
        if len(seen) == 1:
            await store.delete("k/199")
    assert seen[:199] == [f"k/{number:03}" for number in range(199)]


async def test_a_removed_object_is_gone_and_may_be_made_again(store: ObjectStore) -> None:
    await store.put("a/b", b"1")
    await store.delete("a/b")
    assert await keys(store) == []
    with pytest.raises(ObjectNotFound):
        await store.get("a/b")
    await store.put("a", b"2")
    assert await keys(store) == ["a"]


@pytest.mark.parametrize("key", HOSTILE_KEYS)
async def test_a_hostile_key_is_refused_everywhere(store: ObjectStore, key: str) -> None:
    for call in (store.put(key, b"x"), store.get(key), store.stat(key), store.delete(key)):
        with pytest.raises(BadKey):
            await call
    assert await keys(store) == []


@pytest.mark.parametrize("prefix", ["/", "../", "a/../", "a//", "./x", "a b", "\x00", "~", "a/" * 600, "a" * 201])
async def test_a_hostile_prefix_is_refused(store: ObjectStore, prefix: str) -> None:
    with pytest.raises(BadKey):
        await keys(store, prefix)


@pytest.mark.parametrize("key", ["a" * 200, "a/" * 511 + "a", "...", ".a", "-", "=", "a."])
async def test_an_unusual_key_is_taken(store: ObjectStore, key: str) -> None:
    await store.put(key, b"x")
    assert await keys(store) == [key]


@given(key=KEYS, cut=st.integers(0, 30))
def test_every_beginning_of_a_key_is_a_prefix(key: str, cut: int) -> None:
    assert check_key(key) == key
    assert check_prefix(key[:cut]) == key[:cut]


@given(text=st.text(max_size=30))
def test_a_key_that_passes_is_plain(text: str) -> None:
    try:
        check_key(text)
    except BadKey as refused:
        assert refused.hint  # noqa: PT017
        return
    assert text.isascii()
    assert not {"", ".", ".."} & set(text.split("/"))


@given(names=st.sets(KEYS, max_size=8), prefix=KEYS)
def test_both_stores_list_alike(tmp_path_factory: pytest.TempPathFactory, names: set[str], prefix: str) -> None:
    async def run() -> None:
        for store in (LocalObjectStore(tmp_path_factory.mktemp("objects")), MemoryObjectStore()):
            for name in names:
                await store.put(name, name.encode())
            for beginning in ("", prefix, prefix[:1]):
                assert await keys(store, beginning) == sorted(name for name in names if name.startswith(beginning))
            for name in names:
                assert (await store.get(name))[0] == name.encode()

    asyncio.run(run())

"""The object store in a bucket: what happens when requests, answers or bytes are lost, and what operators are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from google.cloud.storage import Blob

from dashbridge.kit import Invalid, Unavailable
from dashbridge.objects import BadKey, GenerationMismatch, ObjectNotFound
from dashbridge.objects.gcs import GcsObjectStore, Patience, read_gs_url
from fakes.fake_gcs import GcsAddress
from fakes.gcs_server import GcsServer

QUICK = Patience(pauses_s=(0.001, 0.001, 0.001))
BIG = b"x" * (9 << 20)
UPLOAD, FINAL = ("POST", "/upload/"), ("PUT", "/upload/")


@pytest.fixture
def bucket(strict_gcs: GcsServer, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", strict_gcs.url)
    return strict_gcs.bucket()


@pytest.fixture
async def store(bucket: str) -> AsyncIterator[GcsObjectStore]:
    made = GcsObjectStore(bucket, patience=QUICK)
    yield made
    await made.close()


def uploads(server: GcsServer) -> int:
    return sum(method == "POST" and "/upload/" in path for method, path in server.requests)


async def test_every_write_names_a_generation(store: GcsObjectStore, strict_gcs: GcsServer) -> None:
    first = await store.put("k", b"1")
    await store.put("k", b"2", if_generation=first.generation)
    await store.put("k", b"3")
    await store.put("big", BIG)
    await store.delete("k")
    writes = [path for method, path in strict_gcs.requests if method in ("POST", "DELETE")]
    assert len(writes) == 6  # the third put learns the generation by being refused once
    assert all("ifGenerationMatch=" in path for path in writes)


@pytest.mark.parametrize("data", [b"small", BIG], ids=len)
@pytest.mark.parametrize("conditional", [True, False])
async def test_a_lost_answer_is_no_failed_write(
    store: GcsObjectStore, strict_gcs: GcsServer, data: bytes, conditional: bool
) -> None:
    before = await store.put("k", b"before")
    strict_gcs.fail(*(UPLOAD if data != BIG else FINAL), "lose")
    info = await store.put("k", data, if_generation=before.generation if conditional else None)
    assert info.generation > before.generation
    assert await store.get("k") == (data, info)


async def test_a_lost_create_is_still_the_winner(store: GcsObjectStore, strict_gcs: GcsServer) -> None:
    strict_gcs.fail(*UPLOAD, "lose")
    info = await store.put("k", b"ours", if_generation=0)
    assert await store.stat("k") == info
    assert uploads(strict_gcs) == 2
    with pytest.raises(GenerationMismatch, match="exists already"):
        await store.put("k", b"theirs", if_generation=0)


async def test_a_request_that_never_arrived_is_sent_again(store: GcsObjectStore, strict_gcs: GcsServer) -> None:
    strict_gcs.fail(*UPLOAD, "drop", times=2)
    info = await store.put("k", b"1", if_generation=0)
    assert await store.get("k") == (b"1", info)
    assert uploads(strict_gcs) == 3


async def test_an_unarrived_create_that_another_overtook_is_not_claimed(
    store: GcsObjectStore, strict_gcs: GcsServer, bucket: str
) -> None:
    strict_gcs.fail(*UPLOAD, 503, before=lambda: strict_gcs.write(bucket, {"name": "k"}, {}, b"theirs"))
    with pytest.raises(Unavailable) as raised:
        await store.put("k", b"ours", if_generation=0)
    assert raised.value.code == "write_unknown"
    assert (await store.get("k"))[0] == b"theirs"


async def test_a_lost_write_that_was_overwritten_is_not_called_refused(
    store: GcsObjectStore, strict_gcs: GcsServer, bucket: str
) -> None:
    before = await store.put("k", b"before")
    strict_gcs.fail(*UPLOAD, "lose", before=lambda: strict_gcs.write(bucket, {"name": "k"}, {}, b"theirs"))
    with pytest.raises(Unavailable) as raised:
        await store.put("k", b"ours", if_generation=before.generation)
    assert raised.value.code == "write_unknown"


async def test_a_throttled_write_that_another_overtook_was_refused(
    store: GcsObjectStore, strict_gcs: GcsServer, bucket: str
) -> None:
    strict_gcs.fail(*UPLOAD, 429, before=lambda: strict_gcs.write(bucket, {"name": "k"}, {}, b"theirs"))
    with pytest.raises(GenerationMismatch):
        await store.put("k", b"ours", if_generation=0)


async def test_an_unconditional_write_follows_whoever_came_between(
    store: GcsObjectStore, strict_gcs: GcsServer, bucket: str
) -> None:
    strict_gcs.fail(*UPLOAD, "lose", before=lambda: strict_gcs.write(bucket, {"name": "k"}, {}, b"theirs"))
    info = await store.put("k", b"ours")
    assert await store.get("k") == (b"ours", info)


@pytest.mark.parametrize("fault", [UPLOAD, FINAL])
async def test_bytes_changed_on_their_way_in_are_not_kept(
    store: GcsObjectStore, strict_gcs: GcsServer, bucket: str, fault: tuple[str, str]
) -> None:
    data = BIG if fault == FINAL else b"small"
    seen = []
    strict_gcs.fail(*fault, "flip", before=lambda: seen.append(strict_gcs.buckets[bucket].get("k")))
    info = await store.put("k", data, if_generation=0)
    assert seen == [None]
    assert await store.get("k") == (data, info)


async def test_bytes_that_stay_wrong_are_told(store: GcsObjectStore, strict_gcs: GcsServer) -> None:
    strict_gcs.fail(*UPLOAD, "flip", times=9)
    with pytest.raises(Unavailable, match="changed on the way") as raised:
        await store.put("k", b"1")
    assert raised.value.code == "object_corrupted"
    with pytest.raises(ObjectNotFound):
        await store.stat("k")


async def test_a_server_that_checks_nothing_is_checked_and_put_right(
    gcs_server: GcsAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fake-gcs-server keeps changed bytes: its answer gives them away, and they are written over."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs_server.url)
    store = GcsObjectStore(gcs_server.bucket(), patience=QUICK)
    send, spoiled = Blob.upload_from_string, []

    def spoil(blob: Blob, data: bytes, **options: Any) -> None:
        if not spoiled:
            spoiled.append(data)
            data = b"changed"
        send(blob, data, **options)

    monkeypatch.setattr(Blob, "upload_from_string", spoil)
    info = await store.put("k", b"correct", if_generation=0)
    assert await store.get("k") == (b"correct", info)
    assert spoiled == [b"correct"]
    await store.close()


@pytest.mark.parametrize("how", ["flip", "cut", "drop", "lose", 503])
async def test_an_answer_that_arrives_broken_is_asked_for_again(
    store: GcsObjectStore, strict_gcs: GcsServer, how: str | int
) -> None:
    info = await store.put("k", b"0123456789" * 100)
    strict_gcs.fail("GET", "/download/", how)
    assert await store.get("k") == (b"0123456789" * 100, info)
    strict_gcs.fail("GET", "/download/", how, times=9)
    with pytest.raises(Unavailable):
        await store.get("k")


async def test_a_lost_removal_is_done(store: GcsObjectStore, strict_gcs: GcsServer) -> None:
    info = await store.put("k", b"1")
    strict_gcs.fail("DELETE", "/o/k", "lose")
    await store.delete("k", if_generation=info.generation)
    with pytest.raises(ObjectNotFound):
        await store.delete("k")


async def test_a_removal_that_another_write_overtook(store: GcsObjectStore, strict_gcs: GcsServer, bucket: str) -> None:
    info = await store.put("k", b"1")

    def overtake() -> None:
        strict_gcs.write(bucket, {"name": "k"}, {}, b"theirs")

    strict_gcs.fail("DELETE", "/o/k", 429, before=overtake)
    with pytest.raises(GenerationMismatch):
        await store.delete("k", if_generation=info.generation)
    strict_gcs.fail("DELETE", "/o/k", 503, before=overtake)
    with pytest.raises(Unavailable) as raised:
        await store.delete("k")
    assert raised.value.code == "write_unknown"
    assert (await store.get("k"))[0] == b"theirs"
    strict_gcs.fail("DELETE", "/o/k", 429, before=overtake)
    await store.delete("k")
    with pytest.raises(ObjectNotFound):
        await store.stat("k")


async def test_a_page_that_fails_is_asked_for_again(store: GcsObjectStore, strict_gcs: GcsServer, bucket: str) -> None:
    names = [f"k/{number:04}" for number in range(1_500)]
    for name in names:
        strict_gcs.write(bucket, {"name": name}, {}, b"")
    seen = []
    async for info in store.list("k/"):
        if not seen:
            strict_gcs.fail("GET", "pageToken=", "drop")
        seen.append(info.key)
    assert seen == names


async def test_what_others_keep_in_the_bucket_is_left_out(strict_gcs: GcsServer, bucket: str) -> None:
    for name in ("mine/a", "mine/a b", "mine/", "mine//x", "mine/./x", "mine/é", "other", "mine-too/x"):
        strict_gcs.write(bucket, {"name": name}, {}, b"")
    store = GcsObjectStore(bucket, "mine", patience=QUICK)
    assert [info.key async for info in store.list("")] == ["a"]
    info = await store.put("b/c", b"1")
    assert info.uri == f"gs://{bucket}/mine/b/c"
    assert await store.get("b/c") == (b"1", info)
    assert [info.key async for info in store.list("b")] == ["b/c"]
    await store.delete("a")
    assert "mine/a" not in strict_gcs.buckets[bucket]
    with pytest.raises(BadKey, match=r"1,024"):
        await store.put("a/" * 511 + "a", b"")
    await store.close()


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (404, "The specified bucket does not exist.", "bucket_not_found"),
        (403, "me@x does not have storage.objects.get access.", "object_store_forbidden"),
        (400, "Invalid argument.", "object_store_failing"),
        (500, "Backend Error", "object_store_failing"),
    ],
)
async def test_a_refusal_says_what_to_do(
    store: GcsObjectStore, strict_gcs: GcsServer, bucket: str, status: int, message: str, code: str
) -> None:
    await store.put("k", b"1")
    for method in ("GET", "POST", "DELETE"):
        strict_gcs.fail(method, "", status, message, times=200)

    async def listed() -> None:
        async for _ in store.list(""):
            pass

    for call in (store.get("k"), store.put("k", b"2"), store.delete("k"), store.stat("k"), listed(), store.check()):
        with pytest.raises(Unavailable) as raised:
            await call
        assert raised.value.code == code
        assert bucket in raised.value.message
        assert raised.value.hint


async def test_a_bucket_that_is_not_there(strict_gcs: GcsServer, bucket: str) -> None:
    store = GcsObjectStore("no-such-bucket", patience=QUICK)
    for call in (store.check(), store.put("k", b""), store.get("k"), store.stat("k"), store.delete("k")):
        with pytest.raises(Unavailable, match="no such bucket"):
            await call
    await store.close()


async def test_nobody_listening_is_told(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with GcsServer().running() as gone:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", gone.url)
        store = GcsObjectStore("bucket", patience=QUICK)
    with pytest.raises(Unavailable) as raised:
        await store.put("k", b"")
    assert raised.value.code == "object_store_silent"
    await store.close()


async def test_a_server_that_hangs_ends_in_time(strict_gcs: GcsServer, bucket: str) -> None:
    store = GcsObjectStore(bucket, patience=Patience(read_s=0.05, pauses_s=(0.001,)))
    strict_gcs.fail("GET", "/o/k", "hang", times=2)
    with pytest.raises(Unavailable) as raised:
        await store.stat("k")
    assert raised.value.code == "object_store_silent"
    await store.close()


async def test_a_whole_call_ends_in_time(strict_gcs: GcsServer, bucket: str) -> None:
    store = GcsObjectStore(bucket, patience=Patience(call_s=0.05))
    fault = strict_gcs.fail(*UPLOAD, "hang")
    with pytest.raises(Unavailable, match=r"took too long.*all the same") as raised:
        await store.put("k", b"")
    assert raised.value.code == "object_store_slow"
    fault.release.set()
    await store.close()


async def test_a_cancelled_call_ends_at_once_and_others_go_on(store: GcsObjectStore, strict_gcs: GcsServer) -> None:
    fault = strict_gcs.fail("GET", "/o/slow", "hang")
    slow = asyncio.create_task(store.stat("slow"))
    await asyncio.to_thread(fault.reached.wait)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    info = await store.put("k", b"1")
    assert await store.stat("k") == info
    fault.release.set()


async def test_creates_that_race_over_two_stores_have_one_winner(
    gcs_server: GcsAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the real fake-gcs-server, which decides who is first."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs_server.url)
    name = gcs_server.bucket()
    stores = [GcsObjectStore(name) for _ in range(2)]

    async def create(number: int) -> bool:
        try:
            await stores[number % 2].put("k", str(number).encode(), if_generation=0)
        except GenerationMismatch:
            return False
        return True

    won = await asyncio.gather(*(create(number) for number in range(30)))
    assert sum(won) == 1
    assert (await stores[0].get("k"))[0] == str(won.index(True)).encode()
    for store in stores:
        await store.close()


def test_a_gs_url_is_read() -> None:
    assert read_gs_url("gs://my-bucket") == ("my-bucket", "")
    assert read_gs_url("gs://my-bucket/") == ("my-bucket", "")
    assert read_gs_url("gs://my.bucket/a/b/") == ("my.bucket", "a/b")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "my-bucket",
        "gs://",
        "gs:///x",
        "gs://UPPER",
        "s3://b/x",
        "file:///x",
        "gs://b u",
        "gs://bucket/../x",
    ],
)
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_gs_url(url)
    assert raised.value.hint

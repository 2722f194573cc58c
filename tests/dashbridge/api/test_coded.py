"""Large answers are compressed off the event loop, and read back as they were."""

from __future__ import annotations

import gzip
import random
import threading
from collections.abc import AsyncIterator, Callable

import brotli  # type: ignore[import-untyped]
import httpx
import pytest
import zstandard
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette_compress import CompressMiddleware

from dashbridge.api import coded
from dashbridge.api.coded import LARGE_BYTES, CodesLarge

DECODE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}
BODY = random.Random(7).randbytes(40_000).hex().encode()
assert len(BODY) > LARGE_BYTES


async def answer(request: Request) -> Response:
    kind, size = request.query_params.get("kind", "text/csv; charset=utf-8"), int(request.query_params["size"])
    headers = {"Vary": "Accept", "ETag": 'W/"1"'}
    if "streamed" not in request.query_params:
        return Response(BODY[:size], media_type=kind, headers=headers)

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, size, 7_000):
            yield BODY[at : min(at + 7_000, size)]

    return StreamingResponse(pieces(), media_type=kind, headers=headers)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    routes, around = [Route("/", answer)], [Middleware(CompressMiddleware), Middleware(CodesLarge)]
    transport = httpx.ASGITransport(Starlette(routes=routes, middleware=around))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each piece that was compressed, whether that was off the loop."""
    found: list[bool] = []
    real = coded._coded

    def noted(*args: object) -> bytes:
        found.append(threading.current_thread() is not threading.main_thread())
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(coded, "_coded", noted)
    return found


async def get(client: httpx.AsyncClient, coding: str, path: str) -> tuple[httpx.Response, bytes]:
    async with client.stream("GET", path, headers={"Accept-Encoding": coding}) as found:
        return found, b"".join([piece async for piece in found.aiter_raw()])


@pytest.mark.parametrize("coding", list(DECODE))
@pytest.mark.parametrize("how", [f"/?size={len(BODY)}", f"/?size={len(BODY)}&streamed=1", "/?size=20000&streamed=1"])
async def test_it_reads_back(client: httpx.AsyncClient, threads: list[bool], coding: str, how: str) -> None:
    found, raw = await get(client, coding, how)
    size = int(how.removeprefix("/?size=").partition("&")[0])
    assert DECODE[coding](raw) == BODY[:size]
    assert len(raw) < size
    assert found.headers["content-encoding"] == coding
    assert found.headers["vary"] == "Accept, Accept-Encoding"
    assert found.headers["etag"] == 'W/"1"'
    assert "content-length" not in found.headers
    assert threads
    assert all(threads)


async def test_what_is_small_goes_without_a_thread(client: httpx.AsyncClient, threads: list[bool]) -> None:
    found, raw = await get(client, "gzip", "/?size=5000&kind=application/json")
    assert gzip.decompress(raw) == BODY[:5000]
    assert found.headers["content-length"] == str(len(raw))
    assert not threads


@pytest.mark.parametrize(
    ("coding", "kind"), [("identity", "text/csv"), ("gzip", "application/vnd.apache.arrow.stream")]
)
async def test_what_nobody_asked_for_is_sent_as_it_is(
    client: httpx.AsyncClient, threads: list[bool], coding: str, kind: str
) -> None:
    found, raw = await get(client, coding, f"/?size={len(BODY)}&kind={kind}")
    assert raw == BODY
    assert "content-encoding" not in found.headers
    assert not threads

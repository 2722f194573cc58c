"""The front's answer is the application's own: same status, same headers, same body, for whatever is asked."""

from __future__ import annotations

import gzip
import random
from collections.abc import Awaitable, Callable
from typing import Any

import brotli
import httpx
import zstandard
from tests.dashbridge.api.front.conftest import URL, House

from dashbridge.api.front.mark import passing_of

ARROW = "application/vnd.apache.arrow.stream"
QUERIES = ["", "?", "?input.region=n", "?insight=total", "?x=%00", "?input.region=n&input.region=s"]
ACCEPTS = [None, "*/*", "application/json", "text/html", ARROW, "text/csv, */*;q=0.1"]
ENCODINGS = [None, "", "gzip", "br", "zstd;q=0.1, gzip", "gzip, deflate, br, zstd", "identity", "*;q=0", "nonsense"]
HELD = [None, "*", "TAG", '"a", TAG', "W/TAG", '"none"', ""]
IDS = [None, "my-own-id-1", "bad id", "x" * 65]
_BACK: dict[str | None, Callable[[bytes], bytes]] = {
    None: bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
_CHANGING = {"x-request-id", "date", "content-length"}


async def ask(app: Any, method: str, url: str, headers: list[tuple[str, str]]) -> tuple[int, dict[str, str], bytes]:
    """The answer as it is sent, not decoded."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
        client.headers.clear()
        async with client.stream(method, url, headers=headers) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
            names = [name for name, _ in answer.headers.multi_items()]
            assert len(names) == len(set(names))
            if method == "GET":
                assert answer.headers.get("content-length", str(len(raw))) == str(len(raw))
            return answer.status_code, dict(answer.headers), raw


async def test_it_cannot_be_told_from_the_application_but_by_its_speed(
    here: House, saved: httpx.AsyncClient, people: Any, keep_in: Callable[..., Awaitable[Any]]
) -> None:
    behind = super(type(here.app), here.app).__call__
    key = people["viewer"].key
    tag = (await saved.get(URL)).headers["etag"]
    chance, fronted = random.Random(7), 0
    seen: list[bool] = []

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        seen.append(passing_of(scope) is not None)
        await behind(scope, receive, send)

    door = here.front.before(noting)
    for _ in range(60):
        url = URL + chance.choice(QUERIES)
        given = {
            "Authorization": chance.choice(
                [f"Bearer {key}", f"bearer  {key} ", f"Bearer {key}", "Bearer none", "Basic x"]
            ),
            "Accept": chance.choice(ACCEPTS),
            "Accept-Encoding": chance.choice(ENCODINGS),
            "If-None-Match": (held := chance.choice(HELD)) and held.replace("TAG", tag),
            "X-Request-Id": chance.choice(IDS),
        }
        headers = [(name, value) for name, value in given.items() if value is not None]
        method = chance.choice(["GET", "GET", "GET", "HEAD"])
        for _ in range(2):  # what is asked for the first time passes, and its compression is made behind
            await ask(door, method, url, headers)
            await ask(door, "GET", url, [one for one in headers if one[0] != "If-None-Match"])
        await here.front.settled()
        seen.clear()
        front = await ask(door, method, url, headers)
        fronted += not seen
        own = await ask(behind, method, url, headers)
        assert front[0] == own[0], (url, headers)
        assert set(front[1]) == set(own[1]), (url, headers)
        same = {name for name in own[1] if own[1][name] == front[1][name]}
        assert set(own[1]) - same <= _CHANGING, (url, headers)
        bodies = [_BACK[answer[1].get("content-encoding")](answer[2]) for answer in (front, own) if answer[2]]
        if own[0] == 200 and "json" in own[1]["content-type"]:
            plain = [body.replace(_moment(body), b"") for body in bodies]
            assert len(set(plain)) <= 1, (url, headers)
        elif own[0] == 200:
            assert len(set(bodies)) <= 1
    assert fronted > 15


def _moment(body: bytes) -> bytes:
    """When it was made: what two answers of the application do not share either."""
    return body.partition(b'"generated_at":"')[2].partition(b'"')[0] or b"\0"

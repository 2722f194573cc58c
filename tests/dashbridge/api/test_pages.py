"""The page and its files, under a strict policy, and nothing outside their folder."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from dashbridge.api.deps import Rooms
from dashbridge.app import create_app

POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "img-src": "'self' data: blob:",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(answer: httpx.Response) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


async def test_a_page_has_its_policy_and_a_nonce_of_its_own(client: httpx.AsyncClient) -> None:
    nonces = set()
    for url in ("/", "/d/shop", "/index.html", "/d/../x"):
        page = await client.get(url)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        found = policy(page)
        style = re.fullmatch(r"'self' 'nonce-([\w-]{20,})'", found.pop("style-src"))
        assert style is not None
        assert found == POLICY
        assert f'nonce="{style[1]}"' in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"
        nonces.add(style[1])
    assert len(nonces) == 4


async def test_an_asset_has_the_policy_too(client: httpx.AsyncClient) -> None:
    asset = await client.get("/assets/app.js")
    assert asset.headers["content-type"].startswith("text/javascript")
    assert policy(asset)["script-src"] == POLICY["script-src"]
    assert "immutable" in asset.headers["cache-control"]


@pytest.fixture
def engine_file(tmp_path: Path) -> bytes:
    content = b"\0asm" + b"engine " * 5_000
    (tmp_path / "web" / "assets" / "engine.wasm").write_bytes(content)
    (tmp_path / "web" / "assets" / "engine.wasm.gz").write_bytes(gzip.compress(content))
    return content


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP; q=0.5", "*", "*;q=0.1"])
async def test_a_compressed_copy_is_sent_as_it_lies(
    client: httpx.AsyncClient, engine_file: bytes, accepted: str
) -> None:
    url, headers = "/assets/engine.wasm", {"accept-encoding": accepted}
    async with client.stream("GET", url, headers=headers) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])
    assert gzip.decompress(sent) == engine_file
    head = await client.head(url, headers=headers)
    for one in (answer, head):
        assert one.headers["content-encoding"] == "gzip"
        assert one.headers["content-length"] == str(len(sent))
        assert one.headers["content-type"] == "application/wasm"
        assert "accept-encoding" in one.headers["vary"].lower()
        assert "immutable" in one.headers["cache-control"]
        assert policy(one)["script-src"] == POLICY["script-src"]


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "gzip;q=0.000, *;q=1", "", "deflate"])
async def test_a_compressed_copy_is_for_those_who_accept_it(
    client: httpx.AsyncClient, engine_file: bytes, accepted: str
) -> None:
    answer = await client.get("/assets/engine.wasm", headers={"accept-encoding": accepted})
    assert answer.content == engine_file
    assert answer.headers.get("content-encoding") in (None, "br", "zstd")
    assert "accept-encoding" in answer.headers["vary"].lower()
    copy = await client.get("/assets/engine.wasm.gz")
    assert copy.headers["content-type"] == "text/html; charset=utf-8"


ESCAPES = [
    *("../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "%2e%2e%2fsecret.txt", "assets/../../secret.txt"),
    *("assets/%2e%2e/%2e%2e/secret.txt", "....//secret.txt", "..\\secret.txt", "..%5csecret.txt", "%2fetc/passwd"),
    *("/etc/passwd", "//etc/passwd", "etc/passwd%00.js", "%00", "..%00/secret.txt", "link.txt", "folder/secret.txt"),
    *("%c0%ae%c0%ae/secret.txt", "..%c0%afsecret.txt", "．．/secret.txt", "~/.ssh/id_rsa", "a" * 5_000, "a/" * 2_000),
    *("%25%32%65%25%32%65/secret.txt", "assets/%2e%2e%2f%2e%2e%2fsecret.txt", ".", "..", "assets", "assets/"),
]


@pytest.mark.parametrize("path", ESCAPES, ids=range(len(ESCAPES)))
async def test_nothing_outside_the_folder_is_served(
    client: httpx.AsyncClient, app: FastAPI, tmp_path: Path, path: str
) -> None:
    (tmp_path / "web" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "web" / "folder").symlink_to(tmp_path)
    answer = await client.get(f"http://testserver/{path}")
    assert answer.status_code in (200, 404)
    assert "CANARY" not in answer.text
    assert "root:" not in answer.text
    if answer.status_code == 200:
        assert "<style nonce=" in answer.text


async def test_an_unbuilt_page_says_what_to_run(rooms: Rooms, tmp_path: Path) -> None:
    app = create_app(rooms, tmp_path / "nowhere")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
        page = await client.get("/")
        assert page.status_code == 503
        assert "make setup" in page.json()["hint"]
        assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_a_page_is_only_read(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/d/shop")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"

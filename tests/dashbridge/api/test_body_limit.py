"""A body over 1 MiB is refused before it is read, whether or not it says how long it is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from dashbridge.api.body_limit import MAX_BODY_BYTES

ROUTES = [
    ("PUT", "/v1/dashboards/shop"),
    ("POST", "/v1/validate"),
    ("POST", "/v1/sign-in"),
    ("POST", "/v1/connections"),
    ("POST", "/v1/chat"),
    ("POST", "/v1/dashboards/shop/restore"),
]


class Chunks:
    """A body without a length, which knows how much of it was taken."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < self.size:
            part = b"x" * min(65_536, self.size - self.taken)
            self.taken += len(part)
            yield part


@pytest.mark.parametrize(("method", "url"), ROUTES)
@pytest.mark.parametrize("chunked", [True, False])
async def test_too_much_is_413(client: httpx.AsyncClient, method: str, url: str, chunked: bool) -> None:
    body = Chunks(20 * MAX_BODY_BYTES)
    content = body if chunked else b"x" * (MAX_BODY_BYTES + 1)
    headers = {"If-None-Match": "*", "Content-Type": "application/json"}
    answer = await client.request(method, url, content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["content-type"] == "application/problem+json"
    assert body.taken <= MAX_BODY_BYTES + 65_536


@pytest.mark.parametrize("chunked", [True, False])
async def test_exactly_the_limit_is_read(client: httpx.AsyncClient, chunked: bool) -> None:
    body = Chunks(MAX_BODY_BYTES) if chunked else b"x" * MAX_BODY_BYTES
    answer = await client.post("/v1/sign-in", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_length_that_is_a_lie_or_none(client: httpx.AsyncClient) -> None:
    for length in ("1", "x", "-5", "9" * 400):
        answer = await client.post(
            "/v1/sign-in", content=b"{}", headers={"Content-Type": "application/json", "Content-Length": length}
        )
        assert answer.status_code in (413, 422)

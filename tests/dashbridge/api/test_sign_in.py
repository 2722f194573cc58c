"""A one-time token becomes a cookie that no script reads and no other site uses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from dashbridge.api.credentials import SESSION_COOKIE
from dashbridge.api.deps import Rooms
from dashbridge.sharing import issue_sign_in

OURS = {"X-Dashbridge": "1"}


@pytest_asyncio.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest_asyncio.fixture
async def token(rooms: Rooms, people: Any) -> str:
    actor = people["editor"].actor
    async with rooms.database.team(actor.team_id) as session:
        return await issue_sign_in(session, actor.principal_id)


async def sign_in(browser: httpx.AsyncClient, token: str) -> httpx.Response:
    return await browser.post("/v1/sign-in", json={"token": token})


async def test_a_token_signs_in_once(browser: httpx.AsyncClient, token: str) -> None:
    assert (await browser.get("/v1/me")).status_code == 401
    answer = await sign_in(browser, token)
    assert (answer.status_code, answer.content) == (204, b"")
    me = await browser.get("/v1/me")
    assert (me.json()["name"], me.json()["role"]) == ("editor", "editor")
    assert me.json()["actions"] == ["view", "browse", "chat", "edit", "delete"]
    used = await sign_in(browser, token)
    assert (used.status_code, used.json()["code"]) == (401, "sign_in_used")
    assert "set-cookie" not in used.headers


async def test_the_cookie_is_for_our_page_alone(browser: httpx.AsyncClient, token: str) -> None:
    cookie = SimpleCookie((await sign_in(browser, token)).headers["set-cookie"])[SESSION_COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "strict"
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) == 14 * 86_400
    assert cookie["domain"] == ""
    assert not cookie["secure"]
    assert token not in cookie.value


async def test_over_https_the_cookie_is_secure(app: FastAPI, token: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://testserver") as browser:
        cookie = SimpleCookie((await sign_in(browser, token)).headers["set-cookie"])[SESSION_COOKIE]
    assert cookie["secure"] is True


async def test_an_api_key_signs_in_too_and_a_revoked_one_does_not(browser: httpx.AsyncClient, people: Any) -> None:
    assert (await sign_in(browser, f" {people['viewer'].key}\n")).status_code == 204
    me = (await browser.get("/v1/me")).json()
    assert (me["role"], me["actions"]) == ("viewer", ["view"])
    assert (await sign_in(browser, people["revoked"].key)).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Dashbridge": "0"},
        {**OURS, "Origin": "http://evil.example"},
        {**OURS, "Origin": "http://testserver.evil.example"},
        {**OURS, "Origin": "http://testserver:81"},
        {**OURS, "Origin": "null"},
        {**OURS, "Origin": "http://["},
        {**OURS, "Origin": "http://x@testserver"},
        {**OURS, "Origin": ""},
    ],
)
async def test_a_write_by_cookie_from_elsewhere_is_refused(
    browser: httpx.AsyncClient, token: str, headers: dict[str, str]
) -> None:
    await sign_in(browser, token)
    for method, url in (("POST", "/v1/sign-out"), ("POST", "/v1/validate"), ("DELETE", "/v1/dashboards/x")):
        answer = await browser.request(method, url, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert (await browser.get("/v1/me", headers=headers)).status_code == 200


async def test_signing_out_ends_the_session_itself(browser: httpx.AsyncClient, token: str) -> None:
    await sign_in(browser, token)
    held = browser.cookies[SESSION_COOKIE]
    answer = await browser.post("/v1/sign-out", headers={**OURS, "Origin": "http://testserver"})
    assert answer.status_code == 204
    assert SESSION_COOKIE not in browser.cookies
    assert (await browser.get("/v1/me", headers={"Cookie": f"{SESSION_COOKIE}={held}"})).status_code == 401


@pytest.mark.parametrize(
    "held", ["", "x", "Bearer", "dbs_" + "x" * 43, "dbi_" + "x" * 43, "'; DROP TABLE sign_ins; --", "\xff", "x" * 8_000]
)
async def test_a_credential_that_is_none_is_401(browser: httpx.AsyncClient, held: str) -> None:
    value = held.encode("latin-1")
    for headers in ({b"Authorization": b"Bearer " + value}, {b"Cookie": b"dashbridge_session=" + value}):
        answer = await browser.get("/v1/me", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_one_time_token_is_no_key(browser: httpx.AsyncClient, token: str) -> None:
    assert (await browser.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 401
    assert (await browser.get("/v1/me", headers={"Cookie": f"{SESSION_COOKIE}={token}"})).status_code == 401
    assert (await sign_in(browser, token)).status_code == 204

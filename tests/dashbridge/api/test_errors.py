"""Every failure is one RFC 9457 document, and none shows what happened inside."""

from __future__ import annotations

import logging

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import ClientDisconnect

from dashbridge.api.errors import install_error_handlers
from dashbridge.kit import Conflict, DashbridgeError, Invalid, Place, Problem, TimedOut, Unauthenticated, Unavailable

FAILURES: dict[str, tuple[Exception, int, str]] = {
    "conflict": (Conflict("Taken", revision=3), 409, "conflict"),
    "unavailable": (Unavailable("Away", code="away"), 503, "away"),
    "slow": (TimedOut("Too slow"), 504, "timed_out"),
    "nobody": (Unauthenticated("Who?"), 401, "unauthenticated"),
    "left while sending": (ClientDisconnect(), 408, "asker_gone"),
    "ours": (DashbridgeError("SECRET path /srv/x"), 500, "internal"),
    "bug": (RuntimeError("SECRET password"), 500, "internal"),
}


def app_that_raises(error: Exception) -> httpx.AsyncClient:
    app = FastAPI()
    install_error_handlers(app)

    @app.get("/")
    async def fail() -> None:
        raise error

    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://testserver"
    )


@pytest.mark.parametrize("name", FAILURES)
async def test_a_failure_is_a_problem_document(name: str, caplog: pytest.LogCaptureFixture) -> None:
    error, status, code = FAILURES[name]
    async with app_that_raises(error) as client:
        answer = await client.get("/")
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"urn:dashbridge:problem:{code}"
    assert body["title"]
    assert body["detail"]
    assert "SECRET" not in answer.text or status < 500
    assert "Traceback" not in answer.text
    assert bool([record for record in caplog.records if record.levelno >= logging.ERROR]) == (status >= 500)


async def test_what_a_client_can_act_on_is_there() -> None:
    async with app_that_raises(FAILURES["conflict"][0]) as client:
        assert (await client.get("/")).json()["revision"] == 3
    async with app_that_raises(FAILURES["unavailable"][0]) as client:
        assert (await client.get("/")).headers["retry-after"] == "5"
    async with app_that_raises(FAILURES["nobody"][0]) as client:
        assert (await client.get("/")).headers["www-authenticate"] == "Bearer"


async def test_findings_keep_their_places() -> None:
    found = [Problem("a", "first", Place("/x", 3, 4), "do"), Problem("b", "second")]
    async with app_that_raises(Invalid.of(found)) as client:
        body = (await client.get("/")).json()
    assert (body["detail"], body["hint"]) == ("first", "do")
    assert body["errors"] == [
        {"code": "a", "message": "first", "path": "/x", "line": 3, "column": 4, "hint": "do"},
        {"code": "b", "message": "second"},
    ]

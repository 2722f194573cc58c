"""A request has one id: in its answer, in its problem document and in the log, whatever becomes of it."""

from __future__ import annotations

import logging

import httpx
import pytest
from fastapi import FastAPI

from dashbridge.api.errors import install_error_handlers
from dashbridge.api.observed import Observed
from dashbridge.telemetry import current_request, current_trace

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def caller() -> httpx.AsyncClient:
    app = FastAPI()
    install_error_handlers(app)

    @app.get("/things/{name}")
    async def thing(name: str) -> dict[str, str]:
        trace = current_trace.get()
        assert trace is not None
        if name == "bug":
            raise ValueError("CANARY")
        return {"trace": trace.trace_id, "request": str(current_request.get())}

    app.add_middleware(Observed)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


async def test_the_callers_id_and_trace_are_taken_up(caller: httpx.AsyncClient) -> None:
    answer = await caller.get("/things/one", headers={"x-request-id": "caller-0001", "traceparent": PARENT})
    assert answer.headers.get_list("x-request-id") == ["caller-0001"]
    assert answer.json() == {"trace": PARENT.split("-")[1], "request": "caller-0001"}


@pytest.mark.parametrize("given", ["", "short", "x" * 65, 'a"b\\c<script>', "line\u00e9line", "spaces are not ids"])
async def test_an_id_that_is_none_is_replaced(caller: httpx.AsyncClient, given: str) -> None:
    answer = await caller.get("/things/one", headers={"x-request-id": given.encode("latin-1")})
    (made,) = answer.headers.get_list("x-request-id")
    assert made != given
    assert answer.json()["request"] == made


@pytest.mark.parametrize(("path", "status"), [("/things/bug", 500), ("/nothing", 404)])
async def test_a_problem_carries_the_same_id(
    caller: httpx.AsyncClient, path: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await caller.get(path, headers={"x-request-id": "caller-0002"})
    assert answer.status_code == status
    assert answer.headers.get_list("x-request-id") == ["caller-0002"]
    assert answer.json()["request_id"] == "caller-0002"
    assert "CANARY" not in answer.text


async def test_the_log_tells_the_route_and_never_the_address(
    caller: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="dashbridge.api"):
        await caller.get("/things/CANARY-NAME?input.region=CANARY-VALUE&token=CANARY-TOKEN")
        await caller.get("/things/bug?input.region=CANARY-VALUE")
    assert [record.getMessage() for record in caplog.records if record.name == "dashbridge.api.observed"] == [
        "GET /things/{name} 200",
        "GET /things/{name} 500",
    ]
    assert not [
        record for record in caplog.records if "CANARY-" in record.getMessage() + repr(vars(record).get("facts"))
    ]

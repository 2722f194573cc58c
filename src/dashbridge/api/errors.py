"""Every error as an RFC 9457 problem document, rendered here and nowhere else."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from dashbridge.api.leaving import AskerGone
from dashbridge.kit import DashbridgeError
from dashbridge.telemetry import current_request

_log = logging.getLogger(__name__)


def install_error_handlers(app: FastAPI) -> None:
    """Make `app` answer every failure with a problem document."""
    app.add_exception_handler(DashbridgeError, _expected)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unexpected)


def problem_response(
    status: int, code: str, message: str, *, headers: dict[str, str] | None = None, **members: Any
) -> Response:
    """One problem document."""
    request_id = current_request.get()
    if request_id is not None:
        members = {**members, "request_id": request_id}
        headers = {**(headers or {}), "X-Request-Id": request_id}
    body = {
        "type": f"urn:dashbridge:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": message,
        **{name: value for name, value in members.items() if value is not None},
    }
    return Response(
        orjson.dumps(body, default=str), status_code=status, media_type="application/problem+json", headers=headers
    )


async def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, DashbridgeError)  # noqa: S101  # registered for this class alone
    if error.status >= 500:
        _log.error("%s %s: %s", request.method, _route(request), error, exc_info=error if error.status == 500 else None)
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    if error.status == 503:
        headers = {"Retry-After": "5"}
    if error.status == 500:
        return problem_response(500, error.code, "Something went wrong on our side")
    problems = [problem.as_dict() for problem in error.problems]
    return problem_response(
        error.status, error.code, error.message, headers=headers, hint=error.hint, errors=problems, **error.details
    )


async def _bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for this class alone
    found = [
        {"code": "invalid_request", "path": "/" + "/".join(map(str, item["loc"])), "message": item["msg"]}
        for item in error.errors()
    ]
    return problem_response(422, "invalid_request", found[0]["message"] if found else "Invalid request", errors=found)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for this class alone
    phrase = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    code = "too_large" if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else phrase
    return problem_response(error.status_code, code, str(error.detail), headers=dict(error.headers or {}))


async def _gone(request: Request, _error: Exception) -> Response:
    """Left while still sending: nobody reads this, and nothing of ours failed."""
    return await _expected(request, AskerGone("Whoever asked left before all of it had come"))


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, _route(request), exc_info=error)
    return problem_response(500, "internal", "Something went wrong on our side")


def _route(request: Request) -> str:
    """The route without what its address says: slugs, inputs and tokens stay out of the log."""
    return str(getattr(request.scope.get("route"), "path", "no route"))

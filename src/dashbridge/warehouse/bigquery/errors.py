"""BigQuery's failures in the port's words."""

from __future__ import annotations

import concurrent.futures
import re
from typing import Final

import requests
from google.api_core import exceptions as api
from google.auth import exceptions as auth

from dashbridge.kit import DashbridgeError, NotFound, Place, TimedOut, Unavailable
from dashbridge.warehouse.base import WarehouseRefused

FAILURES: Final = (
    api.GoogleAPIError,
    auth.GoogleAuthError,
    requests.RequestException,
    concurrent.futures.TimeoutError,
    ConnectionError,
)
RETRIED_JOBS: Final = frozenset({"rateLimitExceeded", "jobRateLimitExceeded", "backendError", "jobBackendError"})
_PLACE = re.compile(r"\s*(?:at )?\[(\d+):(\d+)\]")
_TAIL = re.compile(r"\s*(?:; reason: .*|\n+\s*Location: .*)", re.DOTALL)
_HEAD = re.compile(r"^\d{3} (?:GET|POST|PUT|DELETE) \S+: ")
# Of a job that failed the client knows few reasons, and makes a server's fault of the others.
_REFUSALS = frozenset({"bytesBilledLimitExceeded", "billingTierLimitExceeded", "billingNotEnabled", "invalidUser"})
_QUOTA = frozenset({"quotaExceeded", "rateLimitExceeded", "jobRateLimitExceeded"})


def reason_of(error: BaseException) -> str:
    """BigQuery's short word for an error, or an empty text."""
    errors = getattr(error, "errors", None) or ()
    return str(errors[0].get("reason", "")) if errors and isinstance(errors[0], dict) else ""


def translated(error: BaseException, *, sql: str | None = None) -> DashbridgeError:
    """What to raise for a failure of a statement (`sql`), or of a look at metadata where there is none."""
    reason = reason_of(error)
    if isinstance(error, auth.GoogleAuthError) and not isinstance(error, auth.TransportError):
        return WarehouseRefused(
            "Google refuses the credentials of this connection",
            code="bad_credentials",
            hint="check that the key is not deleted or disabled, and that impersonation is granted; then connect anew",
        )
    if isinstance(error, concurrent.futures.TimeoutError) or reason in ("timeout", "jobTimeout", "stopped"):
        return TimedOut("The query ran past its limit and was stopped.", hint="read less, or raise the time limit")
    if isinstance(error, api.TooManyRequests) or reason in _QUOTA:
        return _over_quota(error)
    if isinstance(error, api.ClientError) or reason in _REFUSALS:
        return _refusal(error, reason, sql)
    return Unavailable("BigQuery does not answer", code="warehouse_unavailable", hint="try again in a moment")


def _refusal(error: BaseException, reason: str, sql: str | None) -> DashbridgeError:
    said = _message(error)
    if reason == "bytesBilledLimitExceeded":
        return WarehouseRefused(said, code="too_many_bytes", hint="select fewer columns or partitions")
    if isinstance(error, api.Forbidden):
        return WarehouseRefused(
            f"BigQuery denies it: {said}",
            code="warehouse_denied",
            hint="grant the connection's account BigQuery Data Viewer on the dataset and BigQuery Job User on the "
            "project, and check that billing is enabled",
        )
    if isinstance(error, api.Unauthorized):
        return WarehouseRefused("Google refuses the credentials", code="bad_credentials", hint="connect anew")
    if isinstance(error, api.NotFound) and sql is None:
        return NotFound("There is no such dataset or table on this connection", code="table_not_found")
    if reason == "resourcesExceeded":
        return WarehouseRefused(said, code="too_heavy", hint="aggregate earlier, or sort fewer rows")
    place = _place(said)
    return WarehouseRefused(_PLACE.sub("", said), place=place)


def _over_quota(error: BaseException) -> Unavailable:
    return Unavailable(
        f"BigQuery's quota is used up: {_message(error)}",
        code="quota_exceeded",
        hint="wait for the quota to come back, or ask the owner of the project to raise it",
    )


def _message(error: BaseException) -> str:
    errors = getattr(error, "errors", None) or ()
    first = errors[0].get("message") if errors and isinstance(errors[0], dict) else None
    text = str(first or getattr(error, "message", None) or "the request failed")
    return _TAIL.sub("", _HEAD.sub("", text)).strip()[:2_000] or "the request failed"


def _place(message: str) -> Place:
    found = _PLACE.search(message)
    return Place(line=int(found[1]), column=int(found[2])) if found else Place()

"""What goes wrong on the way to Google Cloud Storage: what passes by itself, and what an operator is told."""

from __future__ import annotations

import http.client

import requests
import urllib3
from google.api_core.exceptions import (
    BadRequest,
    Forbidden,
    GoogleAPICallError,
    NotFound,
    TooManyRequests,
    Unauthorized,
)
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError

from dashbridge.kit import DashbridgeError, Unavailable
from dashbridge.objects.base import ObjectNotFound

_PASSING_CODES = frozenset({408, 429, 500, 502, 503, 504})
_BUCKET_GONE = "bucket does not exist"


class Corrupted(Exception):
    """The bytes that arrived do not have the CRC32C of those that were sent."""


FAILURES = (
    Corrupted,
    GoogleAPICallError,
    GoogleAuthError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
)


def is_passing(error: Exception) -> bool:
    """Whether the same request may well succeed a moment later."""
    if isinstance(error, GoogleAPICallError):
        # The server compares the CRC32C that we send along: a mismatch means that the bytes changed on the way.
        return error.code in _PASSING_CODES or (isinstance(error, BadRequest) and "crc32c" in str(error).lower())
    if isinstance(error, GoogleAuthError):
        return isinstance(error, TransportError) or bool(error.retryable)
    return not isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema)


def is_of_bucket(error: NotFound) -> bool:
    """Whether it is the bucket that is not there, as Google words it."""
    return _BUCKET_GONE in str(error)


def told(error: Exception, verb: str, subject: str, bucket: str) -> DashbridgeError:
    """The failure in words: `verb` (read, write, remove, list, open) and the `subject`'s key, of a `gs://` bucket."""
    if isinstance(error, NotFound) and verb in ("read", "remove") and not is_of_bucket(error):
        return ObjectNotFound(f"no object {subject}")
    reason, code, hint = _reason(error, bucket)
    if verb in ("write", "remove") and is_passing(error) and not isinstance(error, TooManyRequests):
        hint = "it may have been done all the same: look at it before you try again"
    return Unavailable(f"cannot {verb} {subject} in {bucket}: {reason}", code=code, hint=hint)


def unfinished(verb: str, subject: str, bucket: str) -> Unavailable:
    """An answer was lost, and what is there now does not tell whether the request was carried out."""
    return Unavailable(
        f"cannot tell whether {subject} in {bucket} was changed: the answer was lost, then another write came",
        code="write_unknown",
        hint=f"look at it again before you {verb} it again",
    )


def _reason(error: Exception, bucket: str) -> tuple[str, str, str]:
    """What happened, its code, and what to do."""
    if isinstance(error, NotFound):
        return "there is no such bucket", "bucket_not_found", "make it, or correct DASHBRIDGE_OBJECT_STORE"
    if isinstance(error, Forbidden | Unauthorized):
        hint = f"give the service account roles/storage.objectUser on {bucket}"
        return "Google refused us", "object_store_forbidden", hint
    if isinstance(error, DefaultCredentialsError):
        hint = "run under a service account, or run `gcloud auth application-default login`"
        return "there are no Google credentials", "credentials_missing", hint
    if isinstance(error, GoogleAuthError) and not is_passing(error):
        return "the Google credentials do not work", "credentials_refused", "check the service account and its key"
    if isinstance(error, Corrupted) or (isinstance(error, BadRequest) and is_passing(error)):
        return "the bytes changed on the way", "object_corrupted", "try again; if it stays so, look at the network"
    if isinstance(error, TimeoutError) and not isinstance(error, GoogleAPICallError):
        return "it took too long", "object_store_slow", "try again in a moment"
    if isinstance(error, GoogleAPICallError):
        answered = " ".join(str(error.message).split())[-200:]
        return f"Google answered {error.code}: {answered}", "object_store_failing", "try again in a moment"
    return f"no answer ({type(error).__name__})", "object_store_silent", "check the network; try again in a moment"

"""What a request knocks with: an API key in `Authorization`, else the page's cookie."""

from __future__ import annotations

from starlette.requests import HTTPConnection

SESSION_COOKIE = "dashbridge_session"


def credential_of(request: HTTPConnection) -> tuple[str, bool]:
    """The credential, "" without one, and whether the browser sent it by itself."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key:
        return key.strip(), False
    cookie = request.cookies.get(SESSION_COOKIE, "")
    return cookie, bool(cookie)

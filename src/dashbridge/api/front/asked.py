"""A question to the front: what of a request bears on its answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from dashbridge.api.front.codings import negotiate
from dashbridge.api.front.kept import Entry, Form, Key

BEFORE, _AFTER = "/v1/dashboards/", "/data"
_METHODS = ("GET", "HEAD")
_READ = frozenset((b"authorization", b"cookie", b"accept", b"accept-encoding", b"if-none-match", b"x-request-id"))
_UNKNOWN = frozenset((b"content-length", b"transfer-encoding", b"expect", b"upgrade"))

NOT_RENEWED = (b"if-none-match", b"accept-encoding", b"x-request-id", b"traceparent", b"x-cloud-trace-context")
"""Headers of the asker that an answer to everyone does not bear."""


@dataclass(slots=True)
class Asked:
    """A request as far as it bears on the answer; `digest` names the credential without telling it.

    `held` are the tags of `If-None-Match`, `coding` what `Accept-Encoding` comes to, `given_id` the id it brought.
    """

    digest: bytes
    path: str
    query: bytes
    headers: dict[bytes, bytes]
    held: bytes | None
    coding: str
    given_id: str

    def key(self, audience: str) -> Key:
        """What its answer is kept under."""
        return (audience, self.path, self.query, self.headers.get(b"accept", b""))

    def form(self, entry: Entry) -> Form | None:
        """The form it is answered in; None where nobody has begun to make that one."""
        return entry.form(self.held, self.coding)


def read(method: str, path: str, query: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Asked | None:
    """What is asked, None where it is not for the front, or where anything about it is unusual."""
    if not (path.endswith(_AFTER) and path.startswith(BEFORE) and method in _METHODS):
        return None
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _READ:
            if name in found:
                return None
            found[name] = value
        elif name in _UNKNOWN:
            return None
    secret = found.get(b"authorization", b"") + b"\n" + found.get(b"cookie", b"")
    return Asked(
        hashlib.sha256(secret).digest(),
        path,
        query,
        found,
        found.get(b"if-none-match"),
        negotiate(found.get(b"accept-encoding", b"")),
        found.get(b"x-request-id", b"").decode("latin-1"),
    )

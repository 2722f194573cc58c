"""The built web UI, served with a strict Content-Security-Policy on every response.

A big file lies there compressed too, as `NAME.gz`: it is sent as it lies to whoever accepts gzip. The page says at its
head what it will ask for, so that the browser fetches that while the code is still on its way.
"""

from __future__ import annotations

import mimetypes
import re
import secrets
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse

from dashbridge.api.ahead import links_ahead
from dashbridge.api.credentials import SESSION_COOKIE
from dashbridge.kit import NotFound, Unavailable

_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data: blob:; worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/wasm", ".wasm")


def content_security_policy(nonce: str) -> str:
    """The policy of a page whose own styles carry `nonce`."""
    return _POLICY.format(nonce=nonce)


def pages_router(folder: Path) -> APIRouter:
    """Files of the built UI under their own names; every other path outside `/v1` is the app's page."""
    router = APIRouter(include_in_schema=False)
    root = folder.resolve()

    @router.get("/{path:path}")
    @router.head("/{path:path}")
    async def page(path: str, request: Request) -> Response:
        if path.startswith("v1/") or path == "v1":
            raise NotFound(f"There is nothing at /{path[:200]}", hint="the API is described at /openapi.json")
        nonce = secrets.token_urlsafe(16)
        headers = {**_SAFE_HEADERS, "Content-Security-Policy": content_security_policy(nonce)}
        file = _file(root, path)
        if file is not None:
            kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            return _file_response(file, request, {**headers, "Cache-Control": kept})
        index = root / "index.html"
        if not index.is_file():
            raise Unavailable("The web UI is not built", hint="run `make setup`; the API works without it")
        html = index.read_text(encoding="utf-8").replace("__CSP_NONCE__", nonce)
        ahead = links_ahead(root, path, request.query_params.multi_items(), signed_in=SESSION_COOKIE in request.cookies)
        html = html.replace("</head>", f"{ahead}</head>", 1)
        return Response(html, media_type="text/html", headers={**headers, "Cache-Control": "no-store"})

    return router


def _file_response(file: Path, request: Request, headers: dict[str, str]) -> FileResponse:
    compressed = file.with_name(f"{file.name}.gz")
    if not compressed.is_file():
        return FileResponse(file, headers=headers)
    headers = {**headers, "Vary": "Accept-Encoding"}
    if not _accepts_gzip(request.headers.get("accept-encoding", "")):
        return FileResponse(file, headers=headers)
    kind = mimetypes.guess_type(file.name)[0]
    return FileResponse(compressed, media_type=kind, headers={**headers, "Content-Encoding": "gzip"})


def _accepts_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header names gzip, or everything, and not with a weight of 0."""
    weights = {}
    for item in accepted.lower().split(","):
        coding, _, weight = item.replace(" ", "").partition(";q=")
        weights[coding] = weight
    weight = weights.get("gzip", weights.get("*", "0"))
    return not re.fullmatch(r"0(\.0*)?", weight)


def _file(root: Path, path: str) -> Path | None:
    if not path or "\0" in path or path == "index.html" or path.endswith(".gz"):
        return None
    try:
        candidate = (root / path).resolve()
        return candidate if candidate.is_relative_to(root) and candidate.is_file() else None
    except OSError:  # a name that no file can have
        return None

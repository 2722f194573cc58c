"""Which compression an answer is sent in, and making it: by the weights of `Accept-Encoding`, ours among equals."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import brotli  # type: ignore[import-untyped]
import zstandard
from starlette.types import ASGIApp, Receive, Scope, Send

MIN_CODED_BYTES: Final = 1_000
_SMALL = 1 << 20
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")

Encode = Callable[[bytes], bytes]
_CODINGS: dict[str, Encode] = {
    # Made once for many: smaller than a middleware would take the time for, while it takes milliseconds.
    "zstd": lambda body: zstandard.ZstdCompressor(level=12 if len(body) <= _SMALL else 4).compress(body),
    "br": lambda body: brotli.compress(body, quality=9 if len(body) <= _SMALL else 5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}


def encode(coding: str, body: bytes) -> bytes:
    """The body in that coding. Takes a while: not for the event loop."""
    return _CODINGS[coding](body)


@lru_cache(maxsize=512)
def negotiate(accept_encoding: bytes) -> str:
    """The coding with the greatest weight, "" for none: where identity weighs more, or nothing fits."""
    weights: dict[str, float] = {}
    for item in accept_encoding.decode("latin-1").lower().split(","):
        coding, *parameters = (part.strip() for part in item.split(";"))
        if coding:
            weights[coding] = _weight(parameters)
    others = weights.get("*", 0.0)
    best = max(_CODINGS, key=lambda coding: weights.get(coding, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else ""


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            value = value.strip()
            return float(value) if _WEIGHT.fullmatch(value) else 0.0
    return 1.0


class OneCoding:
    """Leaves the API one coding to choose from, the best; the page's files are compressed ahead, in what there is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["path"].startswith("/v1/"):
            accepted = [value for name, value in scope["headers"] if name == b"accept-encoding"]
            if accepted:
                chosen = negotiate(b",".join(accepted)).encode()
                rest = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
                # In place: who is outside reads from the scope which route it was.
                scope["headers"] = [*rest, (b"accept-encoding", chosen)] if chosen else rest
        await self._app(scope, receive, send)

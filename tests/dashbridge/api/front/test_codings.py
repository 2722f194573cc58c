"""Which coding an asker gets: by weight, ours among equals, and the bytes come back whole."""

from __future__ import annotations

import gzip

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.api.front.codings import encode, negotiate

_BACK = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0.9, zstd;q=0.5", "gzip"),
        ("br;q=0.9, zstd;q=0.8", "br"),
        ("BR", "br"),
        ("*", "zstd"),
        ("*;q=0.1, zstd;q=0", "br"),
        ("gzip;q=0, br;q=0, zstd;q=0", ""),
        ("identity;q=1, br;q=0.5", ""),
        ("identity;q=0.5, br", "br"),
        ("deflate", ""),
        ("gzip;q=nan, br;q=2, zstd;q=-1", ""),
        ("gzip ; q = 0.4 ,, br;q=0.3", "gzip"),
        ("*;q=0", ""),
    ],
)
def test_the_weights_decide(accepted: str, chosen: str) -> None:
    assert negotiate(accepted.encode()) == chosen


@given(st.binary(max_size=200))
def test_nothing_said_is_an_error(accepted: bytes) -> None:
    assert negotiate(accepted) in {"", "gzip", "br", "zstd"}


@given(st.binary(max_size=5_000), st.sampled_from(sorted(_BACK)))
def test_bytes_come_back(body: bytes, coding: str) -> None:
    assert _BACK[coding](encode(coding, body)) == body

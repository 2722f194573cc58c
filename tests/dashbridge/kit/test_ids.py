from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.kit import is_slug, new_id, sha256_hex, slugify

SLUGS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)


@given(title=st.text(max_size=200))
def test_every_title_has_a_slug(title: str) -> None:
    assert is_slug(slugify(title))


@given(title=st.text(max_size=200))
def test_a_slug_of_a_title_is_its_own_slug(title: str) -> None:
    slug = slugify(title)
    assert slugify(slug) == slug
    assert not slug.endswith("-")
    assert "--" not in slug


@given(slug=SLUGS)
def test_what_the_rule_allows_is_a_slug(slug: str) -> None:
    assert is_slug(slug)


@given(text=st.text(max_size=70))
def test_a_slug_is_nothing_but_the_rule(text: str) -> None:
    assert is_slug(text) == bool(text.isascii() and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", text))


@pytest.mark.parametrize(
    "text",
    ["", "-a", "A", "a b", "a_b", "../x", "a/b", "a.b", "a\n", "\na", "a\x00", "é", "ａ", "٣", "a" * 64, "a%2f"],
)
def test_what_is_no_slug(text: str) -> None:
    assert not is_slug(text)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("NYC departures, 2013", "nyc-departures-2013"),
        ("  Über   Städte  ", "uber-stadte"),
        ("A/B & C", "a-b-c"),
        ("../../etc/passwd", "etc-passwd"),
        ("飛行機", "dashboard"),
        ("", "dashboard"),
        ("x" * 62 + " yz", "x" * 62),
        ("x" * 100, "x" * 63),
        ("ﬁve stars", "five-stars"),
    ],
)
def test_titles_as_slugs(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_the_fallback_is_the_callers() -> None:
    assert slugify("!!!", fallback="view") == "view"


def test_ids_never_repeat() -> None:
    ids = {new_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert {found.version for found in ids} == {4}


@given(data=st.binary())
def test_a_content_address_is_sha256_in_hex(data: bytes) -> None:
    assert sha256_hex(data) == hashlib.sha256(data).hexdigest()

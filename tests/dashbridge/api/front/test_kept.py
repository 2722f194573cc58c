"""Kept answers never take more than they may, whatever is put, coded, renewed and told of."""

from __future__ import annotations

import sys
import tracemalloc
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.api.front.kept import Entry, Form, Kept, Key
from dashbridge.api.front.mark import Keepable
from dashbridge.postgres import Change
from dashbridge.sharing import Actor, Role

TEAMS = [UUID(int=number) for number in range(3)]
SLUGS = ["a", "b", "c"]
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "code", "tell", "gap", "get"]),
        st.sampled_from(TEAMS),
        st.sampled_from(SLUGS),
        st.integers(0, 40_000),
    ),
    max_size=60,
)


def marked(team: UUID, slug: str, tag: str = "t") -> Keepable:
    return Keepable(
        actor=Actor(team, UUID(int=9), "p", Role.VIEWER),
        slug=slug,
        revision=1,
        yaml_sha256="0" * 64,
        connection_id="c",
        etag=tag,
        fresh_for_s=1.0,
        stale_for_s=0.0,
        good_for_s=100.0,
    )


def named(team: UUID, slug: str) -> Key:
    return (f"{team} viewer", f"/v1/dashboards/{slug}/data", b"", b"")


def answered(team: UUID, slug: str, body: bytes) -> Entry:
    headers = [(b"content-type", b"application/json"), (b"etag", b"t"), (b"vary", b"Accept")]
    return Entry.of(marked(team, slug), headers, body, 10.0)


@settings(max_examples=60)
@given(_STEPS)
def test_the_bytes_are_counted_and_bounded(steps: list[tuple[str, UUID, str, int]]) -> None:
    kept = Kept(100_000)
    for what, team, slug, size in steps:
        key = named(team, slug)
        entry = kept.get(key)
        if what == "put":
            kept.put(key, answered(team, slug, b"x" * size))
        elif what == "code" and entry is not None:
            kept.add_form(key, entry, "br", b"y" * (size // 10))
        elif what == "tell":
            kept.hear(Change("dashboard", str(team), slug))
            assert kept.get(key) is None
            assert not kept.asked_before(key[1], b"") or any(kept.get(named(one, slug)) for one in TEAMS)
        elif what == "gap":
            kept.hear(None)
            assert (len(kept), kept.bytes) == (0, 0)
        entries = list(kept._entries.values())
        assert kept.bytes == sum(entry.size for entry in entries) <= kept.max_bytes
        for entry in entries:
            bodies = [form.body for form in entry.forms.values() if form is not None]
            assert entry.size > sum(map(sys.getsizeof, bodies)) - 100
    kept.hear(None)
    assert not kept._of


def test_a_change_of_one_team_leaves_the_others() -> None:
    kept = Kept(1_000_000)
    for team in TEAMS:
        for slug in SLUGS:
            kept.put(named(team, slug), answered(team, slug, b"x" * 2_000))
    kept.hear(Change("dashboard", str(TEAMS[0]), "a"))
    assert len(kept) == 8
    kept.hear(Change("connection", str(TEAMS[0]), "c"))
    assert len(kept) == 6
    kept.hear(Change("who", str(TEAMS[1]), "p"))
    assert len(kept) == 6
    assert kept.get(named(TEAMS[1], "a")) is not None


def test_what_was_told_while_an_answer_was_on_its_way_keeps_it_out() -> None:
    clock = 5.0
    kept = Kept(1_000_000, lambda: clock)
    actor = marked(TEAMS[0], "a").actor
    kept.hear(None)
    assert not kept.unchanged_since(actor, 4.0)
    assert kept.unchanged_since(actor, 6.0)
    clock = 7.0
    kept.hear(Change("dashboard", str(TEAMS[0]), "other"))
    assert not kept.unchanged_since(actor, 6.0)
    assert kept.unchanged_since(replace(actor, team_id=TEAMS[1]), 6.0)


def test_one_answer_does_not_push_out_all_others() -> None:
    kept = Kept(100_000)
    kept.put(named(TEAMS[0], "a"), answered(TEAMS[0], "a", b"x" * 10_000))
    kept.put(named(TEAMS[0], "b"), answered(TEAMS[0], "b", b"x" * 30_000))
    assert kept.get(named(TEAMS[0], "b")) is None
    assert kept.get(named(TEAMS[0], "a")) is not None


def test_what_is_counted_is_no_less_than_what_it_takes() -> None:
    headers = [(f"header-{number}".encode(), b"x" * 30) for number in range(9)]
    headers.append((b"content-type", b"application/json"))
    kept = Kept(100_000_000)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(300):
        slug = f"dashboard-{number}"
        copied = [(bytes(bytearray(name)), bytes(bytearray(value))) for name, value in headers]
        entry = Entry.of(marked(UUID(int=number), slug), copied, bytes(3_000), 10.0)
        kept.put(named(UUID(int=number), slug), entry)
        for coding in ("br", "gzip", "zstd"):
            kept.add_form(entry.key, entry, coding, bytes(1_000))
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert taken <= kept.bytes < 1.5 * taken


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"etag", b"a\r\nset-cookie: b"),
        (b"etag", b"a\nb"),
        (b"etag", b"a\0"),
        (b"x y", b"a"),
        (b"x:", b"a"),
        (b"X-Cased", b"a"),
        (b"connection", b"close"),
        (b"transfer-encoding", b"chunked"),
        (b"date", b"today"),
        (b"x-request-id", b"the-same-for-all"),
    ],
)
def test_what_a_server_would_not_send_so_has_no_lines(name: bytes, value: bytes) -> None:
    usual = [(b"content-type", b"application/json"), (b"x", b"\xe9\ta")]
    assert Form(usual, b"").lines == b"content-type: application/json\r\nx: \xe9\ta\r\n"
    assert Form([*usual, (name, value)], b"").lines is None

"""What is answered on the doorstep is what the server would have sent, byte for byte, in the same order."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import httptools
from tests.dashbridge.api.front.lines import Told, asking, hang_up
from tests.dashbridge.api.front.small import CODINGS, TAG, URL, VIEWER, Small, odd_requests, question

from dashbridge.api.front import doorstep as module
from dashbridge.postgres import Change


async def test_every_form_goes_over_the_wire_as_the_server_sends_it(small: Small) -> None:
    bodies = set()
    for method in ("GET", "HEAD"):
        for coding in CODINGS:
            for held in ("none", TAG, f'"x", {TAG}', "*"):
                headers = VIEWER | {"Accept-Encoding": coding, "If-None-Match": held}
                answer = await small.both([asking(URL, headers, method)])
                head, _, body = answer.partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200 OK" if held == "none" else b"HTTP/1.1 304 Not Modified")
                assert (method == "GET" and held == "none") == bool(body)
                bodies.add(body)
    assert len(bodies) == len(CODINGS) + 1
    assert (small.ours.ways, small.ours.state.total_requests) == (0, 32)


async def test_what_is_unusual_takes_the_servers_own_way(small: Small) -> None:
    usual, other = question(), question(X_Request_Id="the-next-one")
    for odd in odd_requests():
        await small.both([odd])
        await small.both([usual, odd, usual])
        await small.both([usual, odd, other], [usual + odd + other])
        await small.both([odd, usual, usual, other], [odd + usual, usual, other])


async def test_pipelined_requests_are_answered_in_their_order(small: Small) -> None:
    chance = random.Random(5)
    odd = odd_requests()
    for _ in range(150):
        said = []
        for number in range(chance.randrange(2, 12)):
            named = VIEWER | ({"X-Request-Id": f"request-{number}"} if chance.random() < 0.7 else {})
            said.append(
                chance.choice(
                    [
                        question(),
                        asking(URL, named),
                        asking(URL, named | {"Accept-Encoding": chance.choice(CODINGS)}),
                        asking(URL, named | {"If-None-Match": TAG}),
                        asking(URL, named | {"Authorization": "Bearer of-bell"}),
                        asking(URL, named, "HEAD"),
                        asking("/healthz", named),
                        asking("/v1/dashboards/none/data", named),
                        asking(URL, named | {"Content-Length": "3"}, "POST") + b"abc",
                    ]
                )
            )
        if chance.random() < 0.2:
            said.insert(chance.randrange(len(said)), chance.choice(odd))
        whole = b"".join(said)
        cuts = sorted(chance.sample(range(1, len(whole)), chance.choice([0, 1, 3, 10, 100])))
        pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
        await small.both(said, chance.choice([pieces, said]))
    assert small.ours.state.total_requests - small.ours.ways > 200


async def test_broken_requests_are_refused_as_ever(small: Small) -> None:
    chance = random.Random(3)
    whole = question(Accept_Encoding="br", If_None_Match='"x"')
    for _ in range(500):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(broken))
            broken[at : at + chance.randrange(2)] = bytes(
                chance.choices(b"\r\n\0 :/?%#,\x80azAZ09", k=chance.randrange(3))
            )
        await small.both([whole, bytes(broken), whole][chance.randrange(2) :])


async def test_the_same_bytes_are_answered_anew_each_time(small: Small) -> None:
    said = question()
    line = small.ours.connect()
    first, _ = await small.ours.say([said], line)
    assert (await small.ours.say([said, said], line))[0] == first * 2
    assert small.ours.ways == 0
    other = said.replace(b"acme", b"bell")
    for _ in range(3):
        assert b'"to": "bell"' in (await small.ours.say([other], line))[0]
        assert b'"to": "acme"' in (await small.ours.say([said], line))[0]
    small.front.known.hear(
        Change("who", str(small.people["of-acme"].team_id), str(small.people["of-acme"].principal_id))
    )
    del small.people["of-acme"]
    assert (await small.ours.say([said], line))[0].startswith(b"HTTP/1.1 401 ")
    assert b'"to": "bell"' in (await small.ours.say([other], line))[0]
    ways = small.ours.ways
    small.front.written_at = small.front.now()
    assert b'"to": "bell"' in (await small.ours.say([other], line))[0]
    assert small.ours.ways == ways + 1
    hang_up(line)


async def test_only_a_whole_request_is_known_again(small: Small) -> None:
    usual = question()
    line = small.ours.connect()
    await small.ours.say([usual, asking("/healthz", {})], line)
    first, _ = await small.ours.say([usual], line)
    line.protocol.parser = None  # the same bytes need not be read
    assert (await small.ours.say([usual, usual], line))[0] == first * 2
    for at in (1, 20, len(usual) - 2):
        await small.both([usual, usual, usual[at:] + usual], [usual[:at], usual[at:] + usual, usual[at:] + usual])
        await small.both([usual, usual[:at] + usual[:at] + usual], [usual, usual[:at], usual[:at], usual])
        await small.both([usual] * 4, [usual + usual[:at], usual[at:] + usual[:at], usual[at:] + usual])


async def test_an_address_is_taken_apart_as_the_server_does(small: Small) -> None:
    chance, taken = random.Random(1), 0
    for _ in range(3_000):
        url = bytearray(URL.encode() + b"?input.region=n"[: chance.choice([0, 0, 1, 15])])
        for _ in range(chance.randrange(3)):
            at = chance.randrange(len("/v1/dashboards/"), len(url) + 1)
            url[at:at] = chance.choice([b"%6f", b"%2f", *(bytes([odd]) for odd in b"?#%&=;:/@\\\x80a[]*|")])
        asked = module._asked(b"GET", bytes(url), [])
        if asked is None:
            continue
        with suppress(httptools.HttpParserInvalidURLError):  # nothing was ever answered to that
            parsed = httptools.parse_url(bytes(url))
            assert (asked.path, asked.query) == (unquote(parsed.path.decode("ascii")), parsed.query or b"")
            taken += 1
    assert taken > 500


async def test_headers_that_the_application_changes_are_not_those_that_came(small: Small) -> None:
    app: Any = small.front.before(small._app)

    async def changing(scope: Any, receive: Any, send: Any) -> None:
        scope["headers"].append((b"accept", b"text/csv"))
        await app(scope, receive, send)

    server, bare = Told(changing, module.doorstep(small.front)), {"Authorization": VIEWER["Authorization"]}
    line = server.connect()
    for _ in range(3):
        await small.servers.say([asking(URL, bare)])
        small.front.known._found.clear()
        await server.say([asking(URL, bare)], line)
        await small.servers.say([asking(URL, bare)])
        answer, _ = await server.say([asking(URL, bare | {"accept": "text/csv"})], line)
        assert b'"accept": "text/csv"' in answer
    hang_up(line)


async def test_nobody_is_known_for_more_than_two_seconds(small: Small) -> None:
    said, line = question(), small.ours.connect()
    for entry in small.front.kept._entries.values():
        entry.fresh_until = entry.hard_until = float("inf")
    await small.ours.say([said], line)
    small.clock.forward(1.5)
    before = small.looked_up
    await small.ours.say([said] * 5, line)
    await small.front.settled()
    assert (small.looked_up, small.ours.ways) == (before + 1, 0)
    del small.people["of-acme"]
    assert (await small.ours.say([said], line))[0].startswith(b"HTTP/1.1 200 ")
    small.clock.forward(1.99)
    assert (await small.ours.say([said], line))[0].startswith(b"HTTP/1.1 200 ")
    await small.front.settled()
    assert (await small.ours.say([said], line))[0].startswith(b"HTTP/1.1 401 ")
    hang_up(line)


async def test_what_is_to_be_renewed_or_was_never_made_goes_through_the_door(small: Small) -> None:
    small.clock.forward(1.5)
    answer, _ = await small.ours.say([question()])
    assert b"cache-status: dashbridge; hit; ttl=" in answer
    await small.front.settled()
    answer, _ = await small.ours.say([question()])
    assert b"cache-status" not in answer
    assert small.ours.ways == 1
    small.front.changes._now = lambda: float("inf")  # nothing was heard for long
    await small.ours.say([question()])
    assert small.ours.ways == 2

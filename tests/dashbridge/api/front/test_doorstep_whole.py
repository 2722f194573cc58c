"""The doorstep of the whole application, over real sockets: it cannot be told from the server, and learns as fast."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from itertools import product
from typing import Any

import httpx
from tests.dashbridge.api.front.conftest import URL, House
from tests.dashbridge.api.front.lines import OWN_ID, Told, asking

from dashbridge.api.front.doorstep import doorstep
from dashbridge.directory import principals

KeepIn = Callable[..., Awaitable[httpx.AsyncClient]]
LAST = asking("/healthz", {"Connection": "close", "X-Request-Id": "the-last-one"})
HEADERS: dict[str, list[str | None]] = {
    "Authorization": ["KEY"] * 8 + [None, "Bearer none", "Basic x"],
    "Cookie": [None] * 6 + ["a=b", "dashbridge_session=none"],
    "Accept": ["*/*"] * 6 + [None, "application/json", "text/csv"],
    "Accept-Encoding": [None, "", "gzip", "br", "zstd;q=0.1, gzip", "gzip, deflate, br, zstd", "*;q=0", "non sense"],
    "If-None-Match": [None, None, "*", "TAG", '"a", TAG', '"none"', ""],
    "X-Request-Id": [None, "my-own-id-1", "bad id", "x" * 65],
    "Connection": [None] * 9 + ["keep-alive", "close"],
    "User-Agent": [None, "x", "\xff\t\x80"],
}


async def told(port: int, said: bytes) -> bytes:
    """All that a server says until it hangs up, but for ids that it made."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    found = await reader.read(-1)
    writer.close()
    await writer.wait_closed()
    return OWN_ID.sub(b"an id", found)


async def test_two_hundred_ways_to_ask_are_answered_alike(
    here: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn
) -> None:
    chance, app = random.Random(11), here.app.door
    assert app is not None
    tag = (await (await keep_in(here, people["viewer"].key)).get(URL)).headers["etag"]
    ours, servers = Told(app, doorstep(here.front)), Told(app)
    async with ours.listening() as port, servers.listening() as other:
        for accept, coding in product(HEADERS["Accept"][-4:], set(HEADERS["Accept-Encoding"])):
            given = {"Authorization": f"Bearer {people['viewer'].key}", "Accept": accept, "Accept-Encoding": coding}
            said = asking(URL, {name: value for name, value in given.items() if value is not None})
            for _ in range(2):  # kept, and compressed behind
                await told(other, said * 2 + LAST)
                await here.front.settled()
        for _ in range(200):
            headers = {}
            for name in chance.sample(list(HEADERS), len(HEADERS)):
                value = chance.choice(HEADERS[name])
                if value is not None:
                    value = value.replace("TAG", tag).replace("KEY", f"Bearer {people['viewer'].key}")
                    headers[chance.choice([name, name.lower(), name.upper()])] = value
            method, query = chance.choice(["GET"] * 3 + ["HEAD"]), chance.choice(["", "", "", "?", "?insight=no"])
            said = asking(URL + query, headers, method) * chance.choice([1, 3]) + LAST
            answer = await told(port, said)
            assert answer == await told(other, said), said
            assert answer.startswith(b"HTTP/1.1 ")
            assert not answer.startswith(b"HTTP/1.1 500")
    assert ours.state.total_requests - ours.ways > 100


class Talk:
    """One connection, on which the same bytes are sent again and again."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes) -> None:
        self._reader, self._writer, self._said = reader, writer, said

    async def ask(self) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        self._writer.write(self._said)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return int(head.split(b" ")[1]), await self._reader.readexactly(length)


async def test_the_same_bytes_are_answered_by_what_holds_now(
    here: House, there: House, saved: httpx.AsyncClient, people: Any, keep_in: KeepIn, shop_yaml: str
) -> None:
    viewer, app = people["viewer"], there.app.door
    assert app is not None
    await keep_in(there, viewer.key)
    await keep_in(there, people["admin"].key)
    server = Told(app, doorstep(there.front))
    async with server.listening() as port:
        talks = []
        for key in (viewer.key, people["admin"].key, people["stranger"].key):
            said = asking(URL, {"Authorization": f"Bearer {key}"})
            talks.append(Talk(*await asyncio.open_connection("127.0.0.1", port), said))
        mine, admins, strangers = talks
        for _ in range(3):
            assert (await mine.ask())[0] == (await admins.ask())[0] == 200
            assert (await strangers.ask())[0] == 404
        moved = shop_yaml.replace("title: Shop", "title: Moved")
        await saved.put("/v1/dashboards/shop", content=moved, headers={"If-Match": '"1"'})
        await there.until(lambda: len(there.front.kept) == 0)
        for _ in range(4):
            assert b'"revision":2' in (await mine.ask())[1]
        ways = server.ways
        assert b'"revision":2' in (await mine.ask())[1]
        assert server.ways == ways
        news = there.front.known.news
        async with here.rooms.database.team(viewer.actor.team_id) as session:
            await principals.revoke_api_key(session, viewer.key_id)
        await there.until(lambda: there.front.known.news > news)
        assert (await mine.ask())[0] == 401
        assert (await admins.ask())[0] == 200
        await saved.delete("/v1/dashboards/shop", headers={"If-Match": '"2"'})
        await there.until(lambda: len(there.front.kept) == 0)
        assert (await admins.ask())[0] == 404
        for talk in talks:
            talk._writer.close()

"""The web process is set up so that what the front knows does not reach the application."""

from __future__ import annotations

import asyncio

import pytest
from tests.dashbridge.api.front.lines import asking
from tests.dashbridge.api.front.small import URL, VIEWER, Small
from uvicorn.server import Server

from dashbridge.cli.serve import config_of


async def test_it_answers_on_the_doorstep(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Small(monkeypatch)
    await small.servers.say([asking(URL, VIEWER)])
    before = small.servers.ways
    server = Server(config_of(small.servers.config.app, small.front))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    server.config.port = 0
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(asking(URL, VIEWER))
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"server:" not in head
    assert small.servers.ways == before
    writer.close()
    await server.shutdown()
    await small.front.close()

"""`dashbridge serve`: the web process."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager

import click
import uvicorn

from dashbridge.api.deps import Rooms
from dashbridge.app import create_app
from dashbridge.kit import Unavailable, resource_folder
from dashbridge.settings import Settings, read_settings
from dashbridge.sharing import Actor
from dashbridge.wiring import admin, open_rooms, sign_in_link

Prepare = Callable[[Settings, Rooms, Actor], Awaitable[None]]


@click.command(name="serve", help="Serve the API and the web page (DASHBRIDGE_HOST, DASHBRIDGE_PORT).")
def command() -> None:
    """Until interrupted."""
    asyncio.run(serve(read_settings()))


async def serve(settings: Settings, prepare: Prepare | None = None, ready_text: str | None = None) -> None:
    """Open the rooms, prepare, listen, print the address to open, and serve until interrupted.

    Raises Unavailable when the port is taken.
    """
    with closing(_listen(settings)) as listening:
        port = int(listening.getsockname()[1])
        async with open_rooms(settings, port=port) as rooms:
            actor, _ = await admin(settings, rooms)
            if prepare is not None:
                await prepare(settings, rooms, actor)
            app = create_app(rooms, resource_folder("web") / "dist")
            config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=5)
            link = await sign_in_link(settings, rooms, actor, port)
            text = "\n".join(filter(None, [f"Open {link}", ready_text]))
            await _Announcing(config, text).serve(sockets=[listening])


class _Announcing(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, text: str) -> None:
        super().__init__(config)
        self._text = text

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; unlike the base class, do not raise them again: the rooms are closed after us."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            click.echo(self._text)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen()
    except OSError as error:
        listening.close()
        named = isinstance(error, socket.gaierror)
        if not named and error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        raise Unavailable(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}",
            code="address_in_use",
            hint="set DASHBRIDGE_HOST to an address of this machine"
            if named
            else "set DASHBRIDGE_PORT to another port, or stop what uses this one",
        ) from error
    return listening

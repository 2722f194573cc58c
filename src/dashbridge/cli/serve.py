"""`dashbridge serve`: the web process."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

import click
import uvicorn
import uvloop
from starlette.types import ASGIApp

from dashbridge.api.deps import Rooms
from dashbridge.api.front import Front
from dashbridge.api.front.doorstep import doorstep
from dashbridge.api.stopping import drain
from dashbridge.app import create_app
from dashbridge.cli.signals import until_signalled
from dashbridge.kit import Unavailable, resource_folder
from dashbridge.settings import Settings, read_settings
from dashbridge.sharing import Actor
from dashbridge.wiring import admin, open_logs, open_rooms, sign_in_link

_log = logging.getLogger(__name__)
Prepare = Callable[[Settings, Rooms, Actor], Awaitable[None]]


@click.command(name="serve", help="Serve the API and the web page (DASHBRIDGE_HOST, DASHBRIDGE_PORT).")
def command() -> None:
    """Until interrupted."""
    uvloop.run(until_signalled(serve(read_settings())))


async def serve(settings: Settings, prepare: Prepare | None = None, ready_text: str | None = None) -> None:
    """Open the rooms, prepare, listen, print the address to open, and serve until interrupted.

    Raises Unavailable when the port is taken.
    """
    open_logs(settings)
    with closing(listen(settings)) as listening:
        port = int(listening.getsockname()[1])
        async with open_rooms(settings, port=port) as rooms:
            actor, _ = await admin(settings, rooms)
            if prepare is not None:
                await prepare(settings, rooms, actor)
            app = create_app(rooms, resource_folder("web") / "dist")
            config = config_of(app.door or app, rooms.front)
            text = "" if settings.log_format == "json" else f"Open {await sign_in_link(settings, rooms, actor, port)}"
            text = "\n".join(filter(None, [text, ready_text]))
            stopping = partial(drain, rooms, app.state.requests, settings.stop_s)
            gc.collect()
            gc.freeze()  # all that stays; to look it over again would hold up every answer for a tenth of a second
            await _Announcing(config, stopping, text, port=port).serve([listening])


def config_of(app: ASGIApp, front: Front) -> uvicorn.Config:
    """How an application is served that has this front before it: what the front knows is answered on its doorstep."""
    return uvicorn.Config(
        app,
        http=doorstep(front),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        server_header=False,
    )


class _Announcing(uvicorn.Server):
    """A server that says when it is ready, and is drained before it stops."""

    def __init__(
        self, config: uvicorn.Config, stopping: Callable[[], Awaitable[None]], text: str, *, port: int
    ) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._text = text
        self._port = port
        self._draining: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; unlike the base class, do not raise them again: the rooms are closed after us."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._asked_to_stop, number)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._text:
            click.echo(self._text)
        _log.info("ready", extra={"facts": {"port": self._port}})

    def _asked_to_stop(self, number: int) -> None:
        if self._draining is None:
            self._draining = asyncio.get_running_loop().create_task(self._drain())
        elif number == signal.SIGINT:  # asked again, at a terminal: at once
            self._draining.cancel()

    async def _drain(self) -> None:
        try:
            await self._stopping()
        except asyncio.CancelledError:
            self.force_exit = True
        finally:
            self.handle_exit(signal.SIGTERM, None)


def listen(settings: Settings) -> socket.socket:
    """A socket on the address of the settings. Raises Unavailable when it is taken, or not of this machine."""
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

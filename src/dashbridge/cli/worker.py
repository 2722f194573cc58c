"""`dashbridge worker`: rounds over every team, until told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import asdict, dataclass

import click
import orjson
import uvicorn
from fastapi import FastAPI

from dashbridge.api.errors import install_error_handlers
from dashbridge.api.observed import Observed
from dashbridge.api.routes import health
from dashbridge.cli.serve import listen
from dashbridge.cli.signals import until_signalled
from dashbridge.kit import Unavailable
from dashbridge.settings import Settings, read_settings
from dashbridge.telemetry import Readiness
from dashbridge.wiring import open_logs, open_rounds

_log = logging.getLogger(__name__)


@click.command(name="worker", help="Close what was left behind, and keep the ledger, until interrupted.")
@click.option(
    "--every", "period_s", type=click.FloatRange(min=1), default=30.0, show_default=True, help="Seconds between rounds."
)
@click.option("--once", is_flag=True, help="One round, told as JSON; exit 1 if a team's part of it failed.")
@click.option("--probes", is_flag=True, help="Answer /healthz and /readyz on DASHBRIDGE_HOST and DASHBRIDGE_PORT.")
def command(period_s: float, once: bool, probes: bool) -> None:
    """Rounds over every team."""
    settings = read_settings()
    open_logs(settings)
    asyncio.run(_once(settings) if once else until_signalled(_work(settings, period_s, probes=probes)))


async def _once(settings: Settings) -> None:
    async with open_rounds(settings) as (rounds, _):
        done = await rounds.once()
    click.echo(orjson.dumps(asdict(done)))
    if done.failed:
        raise click.exceptions.Exit(1)


async def _work(settings: Settings, period_s: float, *, probes: bool) -> None:
    async with open_rounds(settings) as (rounds, readiness), _probed(settings, readiness, wanted=probes):
        while True:
            try:
                await rounds.once()
            except Unavailable as error:
                _log.warning("no round now: %s", error.message)
            await asyncio.sleep(period_s)


@dataclass(frozen=True, slots=True)
class _Behind:
    """As much as the health routes need of the rooms."""

    readiness: Readiness


class _Probes(uvicorn.Server):
    """A server that leaves the signals to the worker."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _probed(settings: Settings, readiness: Readiness, *, wanted: bool) -> AsyncIterator[None]:
    if not wanted:
        yield
        return
    app = FastAPI(openapi_url=None)
    app.state.rooms = _Behind(readiness)
    install_error_handlers(app)
    app.include_router(health.router)
    app.add_middleware(Observed)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    with closing(listen(settings)) as listening:
        server = _Probes(config)
        serving = asyncio.create_task(server.serve([listening]))
        _log.info("ready", extra={"facts": {"port": int(listening.getsockname()[1])}})
        try:
            yield
        finally:
            server.should_exit = True
            await serving

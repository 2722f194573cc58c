"""The web process: the API and the page over the rooms of this process.

`python -m dashbridge.app` writes the description of the API into the checkout.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

from dashbridge.api.body_limit import BodyLimit
from dashbridge.api.coded import CodesLarge
from dashbridge.api.deps import Rooms
from dashbridge.api.errors import install_error_handlers
from dashbridge.api.front import MIN_CODED_BYTES, Capture, OneCoding
from dashbridge.api.observed import Observed
from dashbridge.api.openapi import FILE, describe_api, description_text
from dashbridge.api.pages import pages_router
from dashbridge.api.routes import (
    chat,
    connections,
    costs,
    dashboards,
    data,
    health,
    insights,
    preview,
    sign_in,
    thumbnail,
    uploads,
    validate,
)
from dashbridge.api.stopping import InFlight, Requests
from dashbridge.kit import resource_folder


class Application(FastAPI):
    """The routes, and in front of them what is answered again without them."""

    door: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Through the front, where there is one."""
        await (self.door or super().__call__)(scope, receive, send)


def create_app(rooms: Rooms, web_folder: Path) -> Application:
    """The application over rooms that are open already, and stay so while it serves."""
    app = bare_app()
    app.door = rooms.front.before(super(Application, app).__call__)
    app.state.rooms = rooms
    app.state.requests = Requests()
    install_error_handlers(app)
    app.include_router(pages_router(web_folder))
    app.add_middleware(BodyLimit, larger={uploads.PATH: rooms.uploads.max_bytes})
    add_compress_type("text/csv")
    remove_compress_type("text/event-stream")  # an event must not wait in anyone's buffer
    app.add_middleware(Capture)
    app.add_middleware(CodesLarge)
    app.add_middleware(CompressMiddleware, minimum_size=MIN_CODED_BYTES)
    app.add_middleware(OneCoding)
    app.add_middleware(InFlight, requests=app.state.requests)
    app.add_middleware(Observed)
    return app


def bare_app() -> Application:
    """The routes and their description, with nothing behind them."""
    app = Application(title="Dashbridge", version="1", docs_url=None, redoc_url=None)
    of_dashboards = (validate, preview, dashboards, costs, data, insights, thumbnail)
    for module in (health, sign_in, connections, uploads, chat, *of_dashboards):
        app.include_router(module.router)
    describe_api(app)
    return app


if __name__ == "__main__":
    (resource_folder("schemas") / FILE).write_text(description_text(bare_app()), encoding="utf-8")

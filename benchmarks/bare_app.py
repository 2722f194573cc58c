"""A bare ASGI application that returns ready answers, on the server that Dashbridge uses."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn


def bare_app(folder: Path) -> Any:
    """Answers `/NAME` with what `NAME.json` says of status and headers, and the bytes of `NAME`."""
    known = {}
    for described in folder.glob("*.json"):
        said = json.loads(described.read_text())
        headers = [(name.encode(), value.encode()) for name, value in said["headers"].items()]
        start = {"type": "http.response.start", "status": said["status"], "headers": headers}
        known[f"/{described.stem}"] = (
            start,
            {"type": "http.response.body", "body": (folder / described.stem).read_bytes()},
        )

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        start, body = known[scope["path"]]
        await send(start)
        await send(body)

    return app


if __name__ == "__main__":
    uvicorn.run(
        bare_app(Path(sys.argv[1])),
        port=int(sys.argv[2]),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )

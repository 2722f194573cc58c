"""Files that people upload: tables of the team's own DuckDB file, behind a connection of its own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from dashbridge.connections.connections import ConnectionInfo, Connections
from dashbridge.connections.kinds import DuckDBSettings
from dashbridge.kit import Conflict, Invalid, TooLarge
from dashbridge.sharing import Action, Actor, require
from dashbridge.warehouse.intake import Taken, table_name

CONNECTION = "uploads"
DATASET = "main"
_SETTINGS = DuckDBSettings(path="uploads.duckdb")
_CAP_BYTES = 1_000_000_000
_PIECE = 1 << 20


class TakesFiles(Protocol):
    """Makes a table of a CSV or Parquet file."""

    async def take(self, source: Path, target: Path, table: str, *, replace: bool) -> Taken:
        """Raises Invalid, Conflict (the table is there), TooLarge, TimedOut, Unavailable."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A table made of an uploaded file, and the connection it is asked through."""

    connection: ConnectionInfo
    table: str
    taken: Taken


class Uploads:
    """The uploads of every team; `folder` gives a team's folder of DuckDB files."""

    def __init__(
        self, connections: Connections, intake: TakesFiles, folder: Callable[[UUID], Path], *, max_bytes: int
    ) -> None:
        self._connections = connections
        self._intake = intake
        self._folder = folder
        self._making = asyncio.Lock()
        self.max_bytes = max_bytes

    async def add(self, actor: Actor, name: str, body: AsyncIterator[bytes], *, replace: bool = False) -> Uploaded:
        """Make a table of a CSV or Parquet file, and the connection `uploads` with the team's first.

        Raises Forbidden, Invalid (no such file, no name), Conflict (the table is there and may not be replaced, or
        another connection is called `uploads`), TooLarge, TimedOut, Unavailable.
        """
        require(actor, Action.CONNECT)
        table = table_name(name)
        if not table:
            raise Invalid(f"{name[:80]!r} gives no table name", code="bad_table_name", hint="use letters and digits")
        connection = await self._connections.named_so(actor, CONNECTION, _SETTINGS)
        target = self._folder(actor.team_id) / _SETTINGS.path
        with tempfile.TemporaryDirectory(prefix="dashbridge-upload-") as scratch:
            source = Path(scratch) / "file"
            await self._receive(source, body)
            await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
            taken = await self._intake.take(source, target, table, replace=replace)
        return Uploaded(connection or await self._connect(actor), table, taken)

    async def _receive(self, source: Path, body: AsyncIterator[bytes]) -> None:
        size, held = 0, bytearray()
        with await asyncio.to_thread(source.open, "wb") as file:
            async for piece in body:
                size += len(piece)
                if size > self.max_bytes:
                    raise TooLarge(
                        f"The file is over {self.max_bytes:,} bytes",
                        hint="upload it in parts; the server's limit is DASHBRIDGE_MAX_UPLOAD_BYTES",
                    )
                held += piece
                if len(held) >= _PIECE:
                    await asyncio.to_thread(file.write, held)
                    held = bytearray()
            await asyncio.to_thread(file.write, held)

    async def _connect(self, actor: Actor) -> ConnectionInfo:
        async with self._making:
            try:
                return await self._connections.create(
                    actor, CONNECTION, _SETTINGS, max_bytes_per_query=_CAP_BYTES, allowed_datasets=[DATASET]
                )
            except Conflict:
                found = await self._connections.named_so(actor, CONNECTION, _SETTINGS)
                if found is None:
                    raise
                return found

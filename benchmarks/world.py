"""A world to measure in: every room over a temporary data dir, with the flights and the demo dashboard."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ai_sdk.providers import Provider
from dashbridge.api.deps import Rooms
from dashbridge.cli.demo import prepare_demo
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from dashbridge.wiring import admin, duckdb_folder, open_rooms


@dataclass(frozen=True)
class World:
    """What a benchmark needs."""

    settings: Settings
    rooms: Rooms
    actor: Actor
    key: str

    @property
    def flights(self) -> Path:
        """The DuckDB file."""
        return duckdb_folder(self.settings, self.actor.team_id) / "flights.duckdb"


@asynccontextmanager
async def open_world(provider: Callable[[], Provider] | None = None) -> AsyncIterator[World]:
    """The demo's world in a folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="dashbridge-bench-") as folder:
        settings = Settings(data_dir=Path(folder), warm_on_save="off")
        async with open_rooms(settings, provider=provider) as rooms:
            actor, key = await admin(settings, rooms)
            await prepare_demo(settings, rooms, actor)
            yield World(settings, rooms, actor, key)

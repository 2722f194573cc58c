"""A table of a million orders and a dashboard over it whose insights a browser or the server finishes."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dashbridge.api.deps import Rooms
from dashbridge.connections import DuckDBSettings
from dashbridge.kit import Conflict
from dashbridge.library import Opened
from dashbridge.serving import Asked
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from dashbridge.wiring import admin, duckdb_folder, open_rooms

NEEDED = "product, amount, region, day"  # what the insight `medians` needs of each row

# By dashboard, what is drawn over what. Medians and spreads need every row, ratios of sums are merged from groups.
INSIGHTS = {
    "medians": ("product", "median(amount)"),
    "spread": ("date_trunc('month', day)", "stddev(amount)"),
    "sums": ("channel", "sum(amount) / sum(quantity)"),
}
_TABLE = """
CREATE TABLE orders AS SELECT
    i AS id, DATE '2025-01-01' + CAST(hash(i) % 365 AS INTEGER) AS day,
    ['north', 'south', 'east', 'west', 'abroad'][CAST(1 + hash(i, 1) % 5 AS INTEGER)] AS region,
    ['web', 'shop', 'phone'][CAST(1 + hash(i, 2) % 3 AS INTEGER)] AS channel,
    'product ' || (hash(i, 3) % 200) AS product,
    CAST(1 + hash(i, 4) % 9 AS INTEGER) AS quantity, round((hash(i, 5) % 100000) / 100.0, 2)::DOUBLE AS amount
FROM range({rows}) t(i)
"""
_FILE = """
version: 1
title: Orders
connection: orders
inputs:
  region: {type: multi_select, options: [north, south, east, west, abroad], default: [north, west]}
  period: {type: date_range, default: {from: 2025-01-01, to: 2025-12-31}}
queries:
  orders: {sql: SELECT * FROM orders}
insights:
  NAME:
    query: orders
    props: {x: "OVER", y: "MEASURE"}
    interactions:
      - filter: region IN ${ref(region).values}
      - filter: day >= ${ref(period).from} AND day < ${ref(period).until}
      - sort: "OVER"
views:
  bars: {type: bar, insight: NAME}
layout: {rows: [{items: [{view: bars}]}]}
"""


@dataclass(frozen=True)
class RowsWorld:
    """What is measured: the settings to open rooms with, the file of the table, who asks."""

    settings: Settings
    file: Path
    actor: Actor

    async def opened(self, rooms: Rooms, slug: str) -> tuple[Opened, Asked]:
        """A dashboard of it and the words to ask for its data."""
        opened = await rooms.library.open(self.actor, slug)
        warehouse = await rooms.connections.open(self.actor, "orders")
        row = opened.pointer
        team, connection = str(self.actor.team_id), str(warehouse.connection_id)
        return opened, Asked(team, connection, row.slug, row.revision, row.yaml_sha256)


@asynccontextmanager
async def open_rows_world(rows: int) -> AsyncIterator[RowsWorld]:
    """A world in a folder that is removed at the end, with a dashboard for each of INSIGHTS."""
    with tempfile.TemporaryDirectory(prefix="dashbridge-bench-") as folder:
        settings = Settings(data_dir=Path(folder), warm_on_save="off")
        async with open_rooms(settings) as rooms:
            actor, _ = await admin(settings, rooms)
            file = duckdb_folder(settings, actor.team_id) / "orders.duckdb"
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with duckdb.connect(str(file)) as connection:
                connection.execute(_TABLE.format(rows=rows))
            with suppress(Conflict):
                await rooms.connections.create(actor, "orders", DuckDBSettings(path="orders.duckdb"))
            for name, (over, measure) in INSIGHTS.items():
                text = _FILE.replace("NAME", name).replace("OVER", over).replace("MEASURE", measure)
                await rooms.library.save(actor, text.encode(), name, expected=None)
        yield RowsWorld(settings, file, actor)

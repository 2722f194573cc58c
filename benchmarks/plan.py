"""Planning over a large catalog: 500 tables of 20 columns.

Limits: 20 s to build the index of names from cold; 300 ms of planning for one question, 600 ms for the worst, the
tools' time not counted, once the index is warm. Planning is counted in processor time of its thread.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

import duckdb
from benchmarks.figures import report
from benchmarks.world import World, open_world

from ai_sdk.messages import ToolUse
from ai_sdk.providers import Finished, Provider, Request, TextDelta
from dashbridge.connections.kinds import DuckDBSettings
from dashbridge.planner import OfflinePlanner
from dashbridge.wiring import duckdb_folder

TABLES = 500
THINGS = ("order", "invoice", "parcel", "ticket", "visit", "repair", "course", "booking", "claim", "payment", "trip")
PLACES = ("north", "south", "east", "west", "central", "coastal", "urban", "rural", "remote", "alpine")
TEXTS = ("status", "region", "country", "city", "name", "type", "code")
NUMBERS = ("amount", "weight", "height", "score", "price", "distance", "duration", "rating")
COLUMNS = NUMBERS + TEXTS
QUESTIONS = (
    "A bar chart of the number of coastal repairs by status",
    "average price of alpine trips by country",
    "Pie chart of the total amount of rural claims for each region",
    "number of east orders per month",
    "How many north invoices have a status of 'status 1'?",
    "What is the weather like tomorrow?",
    "Overview of urban bookings",
)
FOLLOW_UPS = ("Top 3", "only region 'region 3'", "Add a breakdown by city")


class _Timed:
    """The offline planner, with the time it takes itself."""

    name = "offline"
    model = "offline"

    def __init__(self) -> None:
        self.spent = 0.0
        self._planner = OfflinePlanner()

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | ToolUse | Finished]:
        begun = time.thread_time()
        pieces = [piece async for piece in self._planner.stream(request)]
        self.spent += time.thread_time() - begun
        for piece in pieces:
            yield piece


def main() -> None:
    """Print both ratios."""
    asyncio.run(_measure())


async def _measure() -> None:
    planners: list[_Timed] = [_Timed()]

    def provider() -> Provider:
        planners.append(_Timed())
        return planners[-1]

    async with open_world(provider) as world:
        target = duckdb_folder(world.settings, world.actor.team_id) / "many.duckdb"
        await asyncio.to_thread(_many_tables, str(target))
        await world.rooms.connections.create(world.actor, "many", DuckDBSettings(path=target.name))
        warehouse = await world.rooms.connections.open(world.actor, "many")
        begun = time.perf_counter()
        read = await world.rooms.catalog.index.refresh(world.actor, warehouse)
        assert read == TABLES, read
        report("index of 500 tables", [time.perf_counter() - begun], 20.0, "10,500 names read, embedded and stored")
        times = []
        for run, question in enumerate((*QUESTIONS[:1], *QUESTIONS)):
            session = await _turn(world, question)
            if run:
                times.append(planners[-1].spent)
        for question in FOLLOW_UPS:
            await _turn(world, question, session)
            times.append(planners[-1].spent)
        why = f"{len(QUESTIONS)} questions and {len(FOLLOW_UPS)} follow-ups, without the tools' time"
        report("planning over 500 tables", times, 0.300, why)
        report("the slowest of them", [max(times)], 0.600, "the same")


async def _turn(world: World, question: str, session: UUID | None = None) -> UUID:
    """Ask in a session, or in a new one; its id."""
    chats = world.rooms.chats
    session = session or (await chats.create(world.actor, connection="many")).id
    started = await chats.ask(world.actor, session, question)
    names = [event.event async for batch in chats.follow(world.actor, started.turn_id) for event in batch]
    assert names[-1] == "done", names
    return session


def _many_tables(path: str) -> None:
    with duckdb.connect(path) as connection:
        for at in range(TABLES):
            thing, place = THINGS[at % len(THINGS)], PLACES[at // len(THINGS) % len(PLACES)]
            suffix = "" if at < len(THINGS) * len(PLACES) else f"_{at}"
            columns = [f"i AS {thing}_id", "DATE '2024-01-01' + i::INTEGER AS made_on"]
            for number in range(18):
                word = COLUMNS[(at + number) % len(COLUMNS)]
                name = word if number < len(COLUMNS) else f"other_{word}_{number}"
                columns.append(f"'{word} ' || i % 7 AS {name}" if word in TEXTS else f"i * 1.5 AS {name}")
            connection.execute(
                f"CREATE TABLE {place}_{thing}{suffix} AS SELECT {', '.join(columns)} FROM range(50) AS r (i)"
            )


if __name__ == "__main__":
    main()

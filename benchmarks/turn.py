"""What a turn costs beside the model: a scripted provider replays the demo question's answer with six dry runs.

Limit: 150 ms from the message to the last recorded event: six dry runs, one validation, one save, every event a row.
"""

from __future__ import annotations

import asyncio
import time

from benchmarks.figures import report
from benchmarks.world import World, open_world

from ai_sdk.messages import ToolUse
from ai_sdk.providers import Finished, Provider, ScriptedProvider, Step, TextDelta, Usage

RUNS = 9
DRY_RUNS = (
    "SELECT carrier, count(*) AS n FROM main.flights GROUP BY 1",
    "SELECT origin, count(*) AS n FROM main.flights GROUP BY 1",
    "SELECT dest, avg(dep_delay) AS delay FROM main.flights GROUP BY 1",
    "SELECT date_trunc('month', time_hour) AS month, avg(dep_delay) AS delay FROM main.flights GROUP BY 1",
    "SELECT carrier, name FROM main.airlines ORDER BY name",
    "SELECT a.name, count(*) AS n FROM main.flights AS f JOIN main.airlines AS a USING (carrier) GROUP BY 1",
)


def main() -> None:
    """Print the ratio."""
    asyncio.run(_measure())


async def _measure() -> None:
    scripts: list[Provider] = []
    async with open_world(lambda: scripts[-1]) as world:
        yaml = (await world.rooms.library.open(world.actor, "nyc-departures")).yaml
        times = []
        for run in range(RUNS + 1):
            scripts.append(ScriptedProvider(_script(yaml, f"bench-{run}", run)))
            spent = await _turn(world)
            if run:
                times.append(spent)
        report("turn overhead", times, 0.150, "scripted provider, six dry runs, one validation, one save")


async def _turn(world: World) -> float:
    chats = world.rooms.chats
    session = await chats.create(world.actor)
    begun = time.perf_counter()
    started = await chats.ask(world.actor, session.id, "How do departure delays vary by carrier and month?")
    names = [event.event async for batch in chats.follow(world.actor, started.turn_id) for event in batch]
    spent = time.perf_counter() - begun
    assert "saved" in names, names
    assert names[-1] == "done", names
    return spent


def _script(yaml: str, slug: str, run: int) -> list[Step]:
    calls = [ToolUse(f"dry-{n}", "run_dry_run_query", {"sql": f"{sql} -- {run}"}) for n, sql in enumerate(DRY_RUNS)]
    file = {"yaml_content": yaml}
    steps = [Step((call, Finished("tool_use", Usage(100, 20)))) for call in calls]
    steps.append(Step((ToolUse("v", "validate_dashboard_yaml", file), Finished("tool_use", Usage(100, 900)))))
    saved = ToolUse("s", "save_dashboard_yaml", {**file, "slug": slug})
    steps.append(Step((saved, Finished("tool_use", Usage(100, 900)))))
    text = [TextDelta(f"word{n} ") for n in range(60)]
    steps.append(Step((*text, Finished("end_turn", Usage(100, 60)))))
    return steps

"""Processes that spend one team's day at once never go over it together, and leave nothing behind when they die."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from dashbridge.costs import DirectoryBook
from dashbridge.directory import costs as rows

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LIMIT = 1_000


async def used(directory, team_id: UUID) -> int:
    async with directory.database.team(team_id) as session:
        return await rows.used_bytes(session, await rows.today(session))


async def test_two_processes_share_a_day_and_are_killed(directory):
    team_id = await directory.add_team("ours")
    path = os.pathsep.join([str(ROOT), str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    begun = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, str(HERE / "spend_at.py"), directory.app_url, str(team_id), str(LIMIT), str(seed)),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        for seed in (1, 2)
    ]
    told = [asyncio.ensure_future(process.stdout.readline()) for process in begun]
    seen = []
    while not all(one.done() for one in told):
        seen.append(await used(directory, team_id))
        await asyncio.wait(told, timeout=0.02, return_when=asyncio.ALL_COMPLETED)
    billed = running = 0
    for one in told:
        first, second = map(int, one.result().split())
        billed, running = billed + first, running + second
    for process in begun:
        process.kill()
        await process.wait()
    assert max(seen) <= LIMIT
    assert billed <= LIMIT
    assert await used(directory, team_id) >= billed + running  # what they left reserved is still held
    async with directory.database.team(team_id) as session:
        await session.execute(text("UPDATE charges SET expires_at = now() - interval '1 second'"))
    assert (await DirectoryBook(directory.database).used_today(team_id))[1] == billed + running

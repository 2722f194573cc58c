"""The ledger in the object store: `ledger/<team>/<day>/<id>.jsonl`, written once each, and `<day>.json` rolled up.

An entry may be written twice (a process died between writing it and saying so); whoever reads counts it once, by its
id. A roll-up names the objects it was made of, and is made anew when there are more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from dashbridge.costs.book import Booked
from dashbridge.costs.lines import day_bytes, day_of, entries_of, lines_of
from dashbridge.costs.report import DayTotals, LedgerEntry, reconcile
from dashbridge.kit import new_id
from dashbridge.objects.base import GenerationMismatch, ObjectNotFound, ObjectStore

_AT_ONCE = 8


class Ledger:
    """What was spent, of every team."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._reading = asyncio.Semaphore(_AT_ONCE)

    async def append(self, team_id: UUID, booked: Sequence[Booked]) -> None:
        """Write entries, an object for each day among them. Raises Unavailable."""
        by_day: dict[date, list[LedgerEntry]] = {}
        for one in booked:
            by_day.setdefault(one.day, []).append(one.entry)
        for day, entries in by_day.items():
            key = f"{_folder(team_id, day)}/{new_id()}.jsonl"
            await self._objects.put(key, lines_of(entries), content_type="application/jsonl", if_generation=0)

    async def entries(self, team_id: UUID, day: date) -> list[LedgerEntry]:
        """Every line of a day, as written."""
        return await self._read(await self._keys(team_id, day))

    async def day(self, team_id: UUID, day: date, *, over: bool) -> DayTotals:
        """A day's totals; of one that is `over` they are rolled up, so that they are added up once."""
        keys = await self._keys(team_id, day)
        if not keys:
            return DayTotals(day)
        rolled, generation = await self._rolled(team_id, day) if over else (None, 0)
        if rolled is not None and rolled[1] == keys:
            return rolled[0]
        found = reconcile(day, await self._read(keys))
        if over:
            try:
                data = day_bytes(found, keys)
                await self._objects.put(
                    _roll_up(team_id, day), data, content_type="application/json", if_generation=generation
                )
            except GenerationMismatch:
                pass  # another process rolled it up meanwhile
        return found

    async def _keys(self, team_id: UUID, day: date) -> list[str]:
        return sorted([info.key async for info in self._objects.list(_folder(team_id, day) + "/")])

    async def _read(self, keys: Sequence[str]) -> list[LedgerEntry]:
        async def one(key: str) -> list[LedgerEntry]:
            async with self._reading:
                return entries_of((await self._objects.get(key))[0])

        return [entry for entries in await asyncio.gather(*(one(key) for key in keys)) for entry in entries]

    async def _rolled(self, team_id: UUID, day: date) -> tuple[tuple[DayTotals, list[str]] | None, int]:
        try:
            data, info = await self._objects.get(_roll_up(team_id, day))
        except ObjectNotFound:
            return None, 0
        return day_of(data), info.generation


def _folder(team_id: UUID, day: date) -> str:
    return f"ledger/{team_id}/{day.isoformat()}"


def _roll_up(team_id: UUID, day: date) -> str:
    return f"{_folder(team_id, day)}.json"

"""The book in memory: one process, nothing kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from dashbridge.costs.book import Booked, Wanted
from dashbridge.costs.budgets import BudgetState, OverBudget
from dashbridge.costs.report import LedgerEntry
from dashbridge.kit import new_id


@dataclass(slots=True)
class _Line:
    day: date
    entry: LedgerEntry
    state: str = "reserved"


@dataclass(slots=True)
class _Team:
    lines: dict[UUID, _Line] = field(default_factory=dict)
    spent: dict[date, int] = field(default_factory=dict)


class MemoryBook:
    """A Book for one process. `overrides` lists the plans that may pass once, each time they are listed."""

    def __init__(self) -> None:
        self.overrides: list[str] = []
        self._teams: dict[UUID, _Team] = {}

    async def reserve(self, team_id: UUID, wanted: Wanted, *, day_limit: int) -> tuple[date, UUID | None]:
        """As the Book says."""
        team, day, override = self._team(team_id), _today(), None
        refused = wanted.over
        used = self._used(team, day)
        if refused is None and day_limit and used + wanted.refusal.estimated > day_limit:
            refused = BudgetState("team_day", day_limit, used)
        if refused is not None:
            plan = wanted.refusal.plan_sha256
            if plan not in self.overrides:
                team.lines[wanted.refusal.id] = _Line(day, wanted.refusal, "over")
                raise OverBudget.over(refused, wanted.refusal.estimated, wanted.refusal.usd_estimated, plan)
            self.overrides.remove(plan)
            override = new_id()
        team.lines |= {entry.id: _Line(day, entry.with_override(override)) for entry in wanted.entries}
        return day, override

    async def start(self, team_id: UUID, day: date, charge_id: UUID) -> bool:
        """As the Book says."""
        line = self._team(team_id).lines.get(charge_id)
        if line is None or line.state != "reserved":
            return False
        line.state = "running"
        return True

    async def settle(self, team_id: UUID, day: date, entry: LedgerEntry) -> None:
        """As the Book says."""
        team = self._team(team_id)
        team.spent[day] = team.spent.get(day, 0) + entry.counted
        team.lines[entry.id] = _Line(day, entry, "over")

    async def release(self, team_id: UUID, day: date, charge_ids: Sequence[UUID]) -> None:
        """As the Book says."""
        lines = self._team(team_id).lines
        for one in charge_ids:
            if one in lines and lines[one].state == "reserved":
                del lines[one]

    async def used_today(self, team_id: UUID) -> tuple[date, int]:
        """As the Book says."""
        return _today(), self._used(self._team(team_id), _today())

    @asynccontextmanager
    async def take_over(self, team_id: UUID, limit: int) -> AsyncIterator[Sequence[Booked]]:
        """As the Book says."""
        lines = self._team(team_id).lines
        found = [(key, Booked(line.day, line.entry)) for key, line in lines.items() if line.state == "over"][:limit]
        yield [booked for _, booked in found]
        for key, _ in found:
            lines.pop(key, None)

    def _team(self, team_id: UUID) -> _Team:
        return self._teams.setdefault(team_id, _Team())

    def _used(self, team: _Team, day: date) -> int:
        held = sum(line.entry.estimated for line in team.lines.values() if line.state != "over" and line.day == day)
        return team.spent.get(day, 0) + held


def _today() -> date:
    return datetime.now(UTC).date()

"""One round over every team. Two workers at once do no harm: each step holds what it changes."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dashbridge import telemetry
from dashbridge.chat import ChatLogs
from dashbridge.chat.turns import STALE, close_stale
from dashbridge.costs import Costs
from dashbridge.directory import teams
from dashbridge.kit import DashbridgeError
from dashbridge.postgres import Database

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    teams: int
    turns_closed: int
    failed: int
    seconds: float


class Rounds:
    """Goes round the teams."""

    def __init__(self, database: Database, logs: ChatLogs, costs: Costs, *, silent_for: timedelta = STALE) -> None:
        self._database = database
        self._logs = logs
        self._costs = costs
        self._silent_for = silent_for

    async def once(self) -> Round:
        """Close abandoned turns, let go of reservations that ran out, write the ledger and roll its days up.

        A team whose round fails is tried again in the next one. Raises Unavailable without a directory.
        """
        began = time.monotonic()
        async with self._database.system() as session:
            found = list(await teams.ids(session))
        closed = failed = 0
        for team_id in found:
            try:
                closed += await self._of(team_id)
            except DashbridgeError as error:
                failed += 1
                _log.warning("the round of a team failed: %s", error.message, extra={"facts": {"team": str(team_id)}})
        done = Round(len(found), closed, failed, time.monotonic() - began)
        telemetry.count("dashbridge.turns", closed, status="interrupted")
        telemetry.measure("dashbridge.round.duration", done.seconds)
        facts = {"teams": done.teams, "turns_closed": closed, "failed": failed}
        _log.info("round done", extra={"facts": facts})
        return done

    async def _of(self, team_id: UUID) -> int:
        closed = await close_stale(self._database, self._logs, team_id, silent_for=self._silent_for)
        await self._costs.flush(team_id)
        return closed

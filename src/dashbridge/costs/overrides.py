"""An admin's leave to run one plan that is over a budget: exactly that plan, once, within the hour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dashbridge.directory import CostOverride
from dashbridge.directory import costs as rows
from dashbridge.kit import Invalid
from dashbridge.postgres import Database
from dashbridge.sharing import Action, Actor, require

LASTS = timedelta(hours=1)
_SHA = re.compile(r"[0-9a-f]{64}")
_MOST_REASON = 500
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Override:
    """Who let which plan run, why, until when, and who used it."""

    id: UUID
    plan_sha256: str
    reason: str
    granted_by: str
    granted_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: str | None

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in Override.__dataclass_fields__}


class Overrides:
    """Grants overrides and tells of them; using one is the book's (see `book.py`)."""

    def __init__(self, database: Database, *, lasts: timedelta = LASTS) -> None:
        self._database = database
        self._lasts = lasts

    async def grant(self, actor: Actor, plan_sha256: str, reason: str) -> Override:
        """Let the plan that a problem `over_budget` named run once. Raises Forbidden, Invalid."""
        require(actor, Action.OVERRIDE)
        if not _SHA.fullmatch(plan_sha256):
            raise Invalid(
                "This is not the hash of a plan", code="bad_plan", hint="copy plan_sha256 from the problem over_budget"
            )
        if not reason.strip() or len(reason) > _MOST_REASON:
            raise Invalid(f"An override needs a reason, of at most {_MOST_REASON} characters", code="reason_required")
        async with self._database.team(actor.team_id) as session:
            return _told(
                await rows.grant_override(
                    session,
                    plan_sha256=plan_sha256,
                    reason=reason.strip(),
                    granted_by=actor.name,
                    lasts=self._lasts,
                )
            )

    async def recent(self, actor: Actor) -> Sequence[Override]:
        """The newest 100, used and expired ones too. Raises Forbidden."""
        require(actor, Action.OVERRIDE)
        async with self._database.team(actor.team_id) as session:
            return [_told(row) for row in await rows.overrides(session, limit=_SHOWN)]


def _told(row: CostOverride) -> Override:
    return Override(
        row.id, row.plan_sha256, row.reason, row.granted_by, row.created_at, row.expires_at, row.used_at, row.used_by
    )

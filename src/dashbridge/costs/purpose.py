"""Why a statement runs: what the ledger groups by, and what the warehouse is told in labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

PurposeKind = Literal[
    "chat", "data", "preview", "warm", "export", "thumbnail", "check", "share", "schedule", "benchmark"
]
PURPOSES: tuple[PurposeKind, ...] = get_args(PurposeKind)

_MOST = 63
_OTHER = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Purpose:
    """Which door asks, for which dashboard (its slug), in which chat turn."""

    kind: PurposeKind
    dashboard: str | None = None
    turn_id: UUID | None = None

    def labels(self, team_id: UUID, part: str | None) -> dict[str, str]:
        """As BigQuery labels (a-z, 0-9, _ and -, at most 63): team, purpose, and dashboard and view where known."""
        known = {"team": str(team_id), "purpose": self.kind, "dashboard": self.dashboard, "view": part}
        return {name: label(value) for name, value in known.items() if value}


def label(text: str) -> str:
    """The text as a label's value; what may not be in one becomes a hyphen."""
    return _OTHER.sub("-", text.lower())[:_MOST]

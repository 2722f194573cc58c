"""How much may be spent, and the one problem that says it would be too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dashbridge.kit import Invalid, at_most, bytes_words

GIB = 2**30
BudgetName = Literal["turn", "refresh", "team_day"]
_WORDS: dict[str, str] = {"turn": "one chat turn", "refresh": "one refresh", "team_day": "your team's day"}


@dataclass(frozen=True, slots=True)
class Budgets:
    """Charged bytes of one chat turn, of one dashboard refresh, and of a team in a UTC day; 0 sets no limit.

    They count connections that have a price.
    """

    turn_bytes: int = 10 * GIB
    refresh_bytes: int = 50 * GIB
    team_day_bytes: int = 1024 * GIB


@dataclass(frozen=True, slots=True)
class BudgetState:
    """A budget in bytes; `used` holds what was billed and what is reserved. `limit` and `left` None: no limit."""

    name: BudgetName
    limit: int | None
    used: int

    @property
    def left(self) -> int | None:
        """What may still be spent."""
        return None if self.limit is None else max(0, self.limit - self.used)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"name": self.name, "limit": self.limit, "used": self.used, "left": self.left}


class OverBudget(Invalid):
    """A plan costs more than a budget has left. Nothing of the plan was run.

    `details`: `budget` (turn, refresh, team_day), `estimate` (bytes), `usd`, `limit`, `left`, `plan_sha256`.
    """

    default_code = "over_budget"

    @classmethod
    def over(cls, budget: BudgetState, estimate_bytes: int, usd: float, plan_sha256: str) -> OverBudget:
        """The problem in words, with what to do."""
        limit, left = budget.limit or 0, budget.left or 0
        return cls(
            f"This would read {at_most(estimate_bytes, usd)}; the budget of {_WORDS[budget.name]} is "
            f"{bytes_words(limit)}, of which {bytes_words(left)} is left",
            hint="read fewer columns or partitions, or ask an admin for an override of the plan " + plan_sha256,
            budget=budget.name,
            estimate=estimate_bytes,
            usd=round(usd, 6),
            limit=limit,
            left=left,
            plan_sha256=plan_sha256,
        )

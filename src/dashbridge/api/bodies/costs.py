"""What statements cost: a dashboard's price, the team's ledger by day, and the word that lets a plan run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dashbridge.api.bodies.closed import Closed, Id, Moment, Whole

Usd = Annotated[float, Field(ge=0)]
Plan = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Amount(Closed):
    """Charged bytes, and their money: an upper bound, since clustering and caches make the bill smaller."""

    bytes: Whole
    usd: Usd


class BudgetState(Closed):
    """A budget in bytes; `limit` and `left` are null where there is none."""

    name: Literal["turn", "refresh", "team_day"]
    limit: Whole | None
    used: Whole
    left: Whole | None


class DashboardCost(Closed):
    """What a dashboard reads at most, for its inputs as they stand.

    `refresh`: all of it, computed anew; `now`: what is not at hand already. A statement that several views share counts
    in each of them, and once in the sums.
    """

    connection: str
    currency: Literal["USD"]
    usd_per_tib: Usd
    upper_bound: Literal[True]
    queries: dict[str, Amount]
    views: dict[str, Amount]
    refresh: Amount
    now: Amount
    budgets: list[BudgetState]


class CostSums(Closed):
    """What was read: as estimated before, as billed after; `unsettled` queries have no billed bytes (yet)."""

    queries: Whole
    refused: Annotated[int, Field(ge=0, description="Plans over a budget, of which nothing was run.")]
    unsettled: Whole
    estimated: Whole
    billed: Whole
    usd_estimated: Usd
    usd_billed: Usd


class DayCosts(CostSums):
    """One UTC day."""

    day: Annotated[str, Field(json_schema_extra={"format": "date"})]


class CostsOfDashboard(CostSums):
    """A dashboard's share; null for what no dashboard asked."""

    dashboard: str | None


class CostsOfPurpose(CostSums):
    """The share of one door: chat, data, preview, warm, …"""

    purpose: str


class TeamCosts(Closed):
    """The last days, the newest first and none left out, and the budgets as they stand now."""

    currency: Literal["USD"]
    priced: Annotated[bool, Field(description="Whether a connection of the team bills for what is read.")]
    days: list[DayCosts]
    total: CostSums
    by_dashboard: list[CostsOfDashboard]
    by_purpose: list[CostsOfPurpose]
    unsettled: Whole
    budgets: list[BudgetState]


class Override(Closed):
    """An admin's word: exactly this plan may go over its budget, once, until `expires_at`."""

    id: Id
    plan_sha256: Plan
    reason: str
    granted_by: str
    granted_at: Moment
    expires_at: Moment
    used_at: Moment | None
    used_by: str | None


class OverrideList(Closed):
    """The newest overrides, used and expired ones too."""

    overrides: list[Override]

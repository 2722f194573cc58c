"""What was spent: ledger entries, their totals by day, dashboard and purpose, and estimate against billed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from dashbridge.costs.budgets import BudgetState
from dashbridge.costs.price import CURRENCY

Outcome = Literal["ran", "failed", "cancelled", "refused", "unsettled"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the ledger: a statement that was begun, or (`refused`) a plan that was not.

    `billed` None: the warehouse did not say (cancelled, or `unsettled`: the process that ran it is gone); the budget
    then counts the estimate. Bytes are charged bytes, money is USD at the price of that moment.
    """

    id: UUID
    at: datetime
    purpose: str
    principal: str
    outcome: Outcome
    plan_sha256: str
    estimated: int
    usd_estimated: float
    billed: int | None = None
    usd_billed: float | None = None
    turn_id: UUID | None = None
    dashboard: str | None = None
    part: str | None = None
    sql_sha256: str | None = None
    connection_id: UUID | None = None
    job_id: str | None = None
    override_id: UUID | None = None

    @property
    def counted(self) -> int:
        """What a budget counts: the billed bytes, or the estimate where they are not known."""
        if self.outcome == "refused":
            return 0
        return self.estimated if self.billed is None else self.billed

    def with_override(self, override_id: UUID | None) -> LedgerEntry:
        """The entry of a plan that an override let pass."""
        return replace(self, override_id=override_id)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over entries. `queries` were begun; `estimated` and `billed` are theirs, refused plans are counted only.

    `unsettled` of the queries have no billed bytes.
    """

    queries: int = 0
    refused: int = 0
    unsettled: int = 0
    estimated: int = 0
    billed: int = 0
    usd_estimated: float = 0.0
    usd_billed: float = 0.0

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.queries + other.queries,
            self.refused + other.refused,
            self.unsettled + other.unsettled,
            self.estimated + other.estimated,
            self.billed + other.billed,
            self.usd_estimated + other.usd_estimated,
            self.usd_billed + other.usd_billed,
        )

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        found = {name: getattr(self, name) for name in Totals.__dataclass_fields__}
        return found | {"usd_estimated": round(self.usd_estimated, 6), "usd_billed": round(self.usd_billed, 6)}


@dataclass(frozen=True, slots=True)
class DayTotals:
    """One UTC day: all of it, by dashboard (`""`: none) and by purpose, and the entries without billed bytes."""

    day: date
    total: Totals = Totals()
    by_dashboard: dict[str, Totals] = field(default_factory=dict)
    by_purpose: dict[str, Totals] = field(default_factory=dict)
    unsettled: tuple[LedgerEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class CostReport:
    """The last days, newest first and without gaps; sums over them all; the budgets as they stand."""

    days: tuple[DayTotals, ...]
    total: Totals
    by_dashboard: dict[str, Totals]
    by_purpose: dict[str, Totals]
    unsettled: tuple[LedgerEntry, ...]
    budgets: tuple[BudgetState, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON: what `GET /v1/costs` answers with."""
        return {
            "currency": CURRENCY,
            "days": [{"day": one.day.isoformat(), **one.total.as_dict()} for one in self.days],
            "total": self.total.as_dict(),
            "by_dashboard": [{"dashboard": name or None, **sums.as_dict()} for name, sums in self.by_dashboard.items()],
            "by_purpose": [{"purpose": name, **sums.as_dict()} for name, sums in self.by_purpose.items()],
            "unsettled": len(self.unsettled),
            "budgets": [budget.as_dict() for budget in self.budgets],
        }


def reconcile(day: date, entries: Iterable[LedgerEntry]) -> DayTotals:
    """Estimate against billed of one day. An entry that was written twice counts once, as it was settled."""
    once: dict[UUID, LedgerEntry] = {}
    for entry in entries:
        if entry.id not in once or once[entry.id].outcome == "unsettled":
            once[entry.id] = entry
    total, unsettled = Totals(), []
    dashboards: dict[str, Totals] = {}
    purposes: dict[str, Totals] = {}
    for entry in sorted(once.values(), key=lambda one: (one.at, one.id)):
        one = _totals(entry)
        total += one
        dashboards[entry.dashboard or ""] = dashboards.get(entry.dashboard or "", Totals()) + one
        purposes[entry.purpose] = purposes.get(entry.purpose, Totals()) + one
        if one.unsettled:
            unsettled.append(entry)
    return DayTotals(day, total, dashboards, purposes, tuple(unsettled))


def add_up(days: Iterable[DayTotals], budgets: Iterable[BudgetState]) -> CostReport:
    """The days as one report; what cost most comes first."""
    listed = tuple(sorted(days, key=lambda one: one.day, reverse=True))
    return CostReport(
        listed,
        sum((one.total for one in listed), Totals()),
        _summed(one.by_dashboard for one in listed),
        _summed(one.by_purpose for one in listed),
        tuple(entry for one in listed for entry in one.unsettled),
        tuple(budgets),
    )


def _totals(entry: LedgerEntry) -> Totals:
    if entry.outcome == "refused":
        return Totals(refused=1)
    billed, usd = entry.billed or 0, entry.usd_billed or 0.0
    return Totals(1, 0, int(entry.billed is None), entry.estimated, billed, entry.usd_estimated, usd)


def _summed(groups: Iterable[dict[str, Totals]]) -> dict[str, Totals]:
    found: dict[str, Totals] = {}
    for group in groups:
        for name, sums in group.items():
            found[name] = found.get(name, Totals()) + sums
    return dict(sorted(found.items(), key=lambda one: (-one[1].usd_billed, -one[1].estimated, one[0])))

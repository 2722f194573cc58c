"""The price tag: what statements would cost, whether that may be spent, and what was spent.

Owns prices, estimates, budgets, reservations, overrides and the ledger. It never runs a statement (the gate in
`connections` does, and asks here first) and never decides who may. Start with `price.py`, then `budgets.py`,
`spending.py` (one account of one purpose), `costs.py` (the front: accounts, report, overrides).
"""

from dashbridge.costs.budgets import Budgets, BudgetState, OverBudget
from dashbridge.costs.price import CURRENCY, FREE, NOTHING, Estimate, Price
from dashbridge.costs.purpose import PURPOSES, Purpose, PurposeKind
from dashbridge.costs.report import CostReport, DayTotals, LedgerEntry, Totals, reconcile

__all__ = [
    "CURRENCY",
    "FREE",
    "NOTHING",
    "PURPOSES",
    "BudgetState",
    "Budgets",
    "CostReport",
    "DayTotals",
    "Estimate",
    "LedgerEntry",
    "OverBudget",
    "Price",
    "Purpose",
    "PurposeKind",
    "Totals",
    "reconcile",
]

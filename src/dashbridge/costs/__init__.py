"""The price tag: what statements would cost, whether that may be spent, and what was spent.

Owns prices, estimates, budgets, reservations, overrides and the ledger. It never runs a statement (the gate in
`connections` does, and asks here first) and never decides who may. Start with `price.py`, then `budgets.py`,
`spending.py` (one account of one purpose), `costs.py` (the front: accounts, report, overrides).
"""

from dashbridge.costs.book import Book
from dashbridge.costs.budgets import Budgets, BudgetState, OverBudget
from dashbridge.costs.costs import Costs
from dashbridge.costs.directory_book import DirectoryBook
from dashbridge.costs.ledger import Ledger
from dashbridge.costs.memory import MemoryBook
from dashbridge.costs.overrides import Override, Overrides
from dashbridge.costs.plan import Planned, cost_of, plan_sha256
from dashbridge.costs.price import CURRENCY, FREE, NOTHING, Estimate, Price
from dashbridge.costs.purpose import PURPOSES, Purpose, PurposeKind
from dashbridge.costs.report import CostReport, DayTotals, LedgerEntry, Totals, reconcile
from dashbridge.costs.spending import Charge, Spending

__all__ = [
    "CURRENCY",
    "FREE",
    "NOTHING",
    "PURPOSES",
    "Book",
    "BudgetState",
    "Budgets",
    "Charge",
    "CostReport",
    "Costs",
    "DayTotals",
    "DirectoryBook",
    "Estimate",
    "Ledger",
    "LedgerEntry",
    "MemoryBook",
    "OverBudget",
    "Override",
    "Overrides",
    "Planned",
    "Price",
    "Purpose",
    "PurposeKind",
    "Spending",
    "Totals",
    "cost_of",
    "plan_sha256",
    "reconcile",
]

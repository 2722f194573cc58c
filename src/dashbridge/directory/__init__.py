"""The directory: rows that point at what lies elsewhere, each thing's queries in a file of its own.

It never holds YAML, results, prompts or open secrets, never decides who may (that is `sharing`), and opens no
transaction: every function takes a session of `Database.team` and works for that team alone.
Start with `tables.py`, then `dashboards.py` (compare-and-set).
"""

from dashbridge.directory import chat, connections, costs, dashboards, datasets, principals, teams, words
from dashbridge.directory.dashboards import Saved
from dashbridge.directory.datasets import FoundDataset, FoundTable
from dashbridge.directory.principals import Credential
from dashbridge.directory.tables import (
    ApiKey,
    CatalogTable,
    CatalogWords,
    Charge,
    ChatSession,
    Connection,
    CostDay,
    CostOverride,
    Dashboard,
    DashboardRevision,
    Dataset,
    Principal,
    SignIn,
    Team,
    Turn,
    TurnEvent,
)

__all__ = [
    "ApiKey",
    "CatalogTable",
    "CatalogWords",
    "Charge",
    "ChatSession",
    "Connection",
    "CostDay",
    "CostOverride",
    "Credential",
    "Dashboard",
    "DashboardRevision",
    "Dataset",
    "FoundDataset",
    "FoundTable",
    "Principal",
    "Saved",
    "SignIn",
    "Team",
    "Turn",
    "TurnEvent",
    "chat",
    "connections",
    "costs",
    "dashboards",
    "datasets",
    "principals",
    "teams",
    "words",
]

"""The dashboard language: YAML text to a checked, compiled dashboard.

Owns the dashboard file: reading it with places, its JSON Schema, every check that needs no warehouse, the compilation
to queries, insights and Vega-Lite views. Never runs a query, never reads a file, never sees data. Start with `load.py`,
then `compile.py`.
"""

from __future__ import annotations

from dashbridge.dashboards.compile import compile_dashboard
from dashbridge.dashboards.compiled import CompiledDashboard, CompiledQuery, CompiledView, Interact, ViewField
from dashbridge.dashboards.json_schema import dashboard_schema
from dashbridge.dashboards.load import LoadedDashboard, load_dashboard
from dashbridge.dashboards.rewrite import Rewritten, traces_as_insights
from dashbridge.dashboards.spec import DashboardSpec, QuerySpec, ViewSpec

__all__ = [
    "CompiledDashboard",
    "CompiledQuery",
    "CompiledView",
    "DashboardSpec",
    "Interact",
    "LoadedDashboard",
    "QuerySpec",
    "Rewritten",
    "ViewField",
    "ViewSpec",
    "compile_dashboard",
    "dashboard_schema",
    "load_dashboard",
    "traces_as_insights",
]

"""The tools of a turn, one file each, bound to the turn's team and connection.

A tool explores, dry-runs, validates or saves; it never shows the model a row. Values of columns are shown by
`column_values.py` alone, where the connection's `ai_access` lets it. Expected failures become text the model can act on
in one place, below. Start with `save_dashboard_yaml.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ai_sdk.tools import Tool, ToolOutcome, ToolRegistry
from dashbridge.chat.context import TurnContext
from dashbridge.chat.tools import (
    ask_question,
    column_values,
    get_dashboard_yaml,
    get_table_schema,
    list_dashboards,
    list_datasets,
    list_tables,
    run_dry_run_query,
    save_dashboard_yaml,
    search_catalog,
    validate_dashboard_yaml,
)
from dashbridge.chat.tools.answers import refusal
from dashbridge.connections import shows_values
from dashbridge.kit import DashbridgeError

TOOLS = (
    list_datasets,
    list_tables,
    get_table_schema,
    search_catalog,
    column_values,
    run_dry_run_query,
    validate_dashboard_yaml,
    save_dashboard_yaml,
    list_dashboards,
    get_dashboard_yaml,
    ask_question,
)


def turn_tools(context: TurnContext) -> ToolRegistry:
    """Every tool the actor may use in this turn; none that shows values where the connection shows none."""
    fitting = [module for module in TOOLS if module is not column_values or shows_values(context.ai_access)]
    return ToolRegistry([_explaining(module.tool(context)) for module in fitting])


def _explaining(tool: Tool) -> Tool:
    """The tool, with every expected failure told to the model."""

    async def run(arguments: Any) -> ToolOutcome:
        try:
            return await tool.run(arguments)
        except DashbridgeError as error:
            raise refusal(error) from error

    return replace(tool, run=run)

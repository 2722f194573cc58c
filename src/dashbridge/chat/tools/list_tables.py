"""`list_tables`: the tables and views of one dataset, with sizes the engine knows."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer, counted


class Arguments(BaseModel):
    """Which dataset."""

    model_config = ConfigDict(extra="forbid")

    dataset_name: str = Field(max_length=300)


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        tables = await context.warehouse.list_tables(arguments.dataset_name)
        found = [
            {
                "name": f"{table.name.dataset}.{table.name.name}",
                "kind": table.kind,
                "rows": table.rows,
                "bytes": table.bytes,
                "description": table.description,
            }
            for table in tables
        ]
        return answer({"dataset": arguments.dataset_name, "tables": found}, counted(len(found), "table"))

    return Tool("list_tables", tool_prompt("list_tables"), Arguments, run)

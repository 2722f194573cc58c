"""`list_datasets`: what the connection of this turn holds."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer, counted
from dashbridge.kit import NotFound


class Arguments(BaseModel):
    """The connection is the turn's own; one may be named, but no other."""

    model_config = ConfigDict(extra="forbid")

    connection_id: str | None = Field(default=None, max_length=200)


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        own = (None, "", context.connection_name, str(context.warehouse.connection_id))
        if arguments.connection_id not in own:
            raise NotFound(
                f"This conversation knows no connection {arguments.connection_id!r}",
                code="other_connection",
                hint=f"it is about {context.connection_name!r}; leave connection_id out",
            )
        datasets = await context.warehouse.list_datasets()
        found = [{"name": dataset.name, "description": dataset.description} for dataset in datasets]
        return answer({"datasets": found}, counted(len(found), "dataset"))

    return Tool("list_datasets", tool_prompt("list_datasets"), Arguments, run)

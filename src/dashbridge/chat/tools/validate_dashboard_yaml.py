"""`validate_dashboard_yaml`: everything saving would check, without saving."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer


class Arguments(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    yaml_content: str


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        checked = await context.library.check(context.actor, arguments.yaml_content, connection=context.connection_name)
        queries = [
            {"name": name, "bytes_scanned": record.plan.bytes_scanned} for name, record in checked.records.items()
        ]
        warnings = [warning.as_dict() for warning in checked.warnings]
        total = sum(record.plan.bytes_scanned for record in checked.records.values())
        summary = f"valid; {len(queries)} queries read up to {total:,} bytes"
        return answer({"ok": True, "warnings": warnings, "queries": queries}, summary)

    return Tool("validate_dashboard_yaml", tool_prompt("validate_dashboard_yaml"), Arguments, run)

"""`run_dry_run_query`: what a statement would read and return, without running it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.events import ArtifactEvent
from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer
from dashbridge.connections import OverByteCap


class Arguments(BaseModel):
    """The statement, and a cap in bytes that may only lower the connection's own."""

    model_config = ConfigDict(extra="forbid")

    sql: str = Field(min_length=1, max_length=40_000)
    max_bytes_billed: int = Field(default=100_000_000, ge=1)


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        limit = min(arguments.max_bytes_billed, context.warehouse.max_bytes)
        try:
            record = await context.warehouse.dry_run(arguments.sql, max_bytes=limit)
        except OverByteCap as error:
            context.note(_event(arguments.sql, error.details["bytes_scanned"], limit, ok=False))
            raise
        plan = record.plan
        result = {
            "ok": True,
            "statement_type": plan.statement_type,
            "tables": [str(table) for table in plan.tables],
            "columns": [{"name": c.name, "type": c.type, "kind": c.kind.value} for c in plan.columns],
            "bytes_scanned": plan.bytes_scanned,
            "limit": record.limit,
        }
        event = _event(arguments.sql, plan.bytes_scanned, record.limit, ok=True)
        return answer(result, f"reads up to {plan.bytes_scanned:,} of {record.limit:,} bytes", event)

    return Tool("run_dry_run_query", tool_prompt("run_dry_run_query"), Arguments, run)


def _event(sql: str, scanned: int, limit: int, *, ok: bool) -> ArtifactEvent:
    return ArtifactEvent("dry_run", {"query": sql, "bytes_scanned": scanned, "limit": limit, "ok": ok})

"""`run_dry_run_query`: what a statement would read, cost and return, without running it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.events import ArtifactEvent
from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer
from dashbridge.chat.tools.large_queries import find_large, layout_of, note_shown
from dashbridge.connections import DryRunRecord, OverByteCap
from dashbridge.costs import Estimate
from dashbridge.kit import DashbridgeError, at_most, bytes_words

_PROPOSE = (
    "This reads over 1 GB. Try a cheaper form before you save: a save is refused until the query reads less, or you "
    "state why it must read this much."
)


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
            scanned = error.details["bytes_scanned"]
            context.note(_event(arguments.sql, scanned, context.warehouse.price.usd(scanned), limit, ok=False))
            raise
        plan, estimate = record.plan, context.warehouse.price.estimate(record.plan)
        result = {
            "ok": True,
            "statement_type": plan.statement_type,
            "tables": [str(table) for table in plan.tables],
            "columns": [{"name": c.name, "type": c.type, "kind": c.kind.value} for c in plan.columns],
            "bytes_scanned": plan.bytes_scanned,
            "limit": record.limit,
            "price": _price(context, estimate),
            **await _cheaper(context, record),
        }
        event = _event(arguments.sql, plan.bytes_scanned, estimate.usd, record.limit, ok=True)
        reads = at_most(plan.bytes_scanned, estimate.usd)
        return answer(result, f"reads {reads}, of {bytes_words(record.limit)} allowed", event)

    return Tool("run_dry_run_query", tool_prompt("run_dry_run_query"), Arguments, run)


def _price(context: TurnContext, estimate: Estimate) -> dict[str, Any]:
    """The statement's price, and the bytes that the turn may still spend; null where no budget is set."""
    left = None if context.warehouse.price.free else context.spending.budget.left
    return {"bytes": estimate.bytes, "usd_at_most": round(estimate.usd, 6), "turn_bytes_left": left}


async def _cheaper(context: TurnContext, record: DryRunRecord) -> dict[str, Any]:
    """How partitioned and clustered tables are laid out; over 1 GB also how to read less."""
    layouts = []
    for table in record.plan.tables:
        with suppress(DashbridgeError):
            schema = await context.warehouse.table_schema(table)
            if schema.partitioned_by is not None or schema.clustered_by:
                layouts.append(layout_of(schema))
    found: dict[str, Any] = {"layouts": layouts} if layouts else {}
    large = await find_large(context, {"this query": record})
    if large:
        note_shown(context, large)
        found |= {"cheaper": list(large[0].cheaper), "propose": _PROPOSE}
    return found


def _event(sql: str, scanned: int, usd: float, limit: int, *, ok: bool) -> ArtifactEvent:
    told = {"query": sql, "bytes_scanned": scanned, "usd": round(usd, 6), "limit": limit, "ok": ok}
    return ArtifactEvent("dry_run", told)

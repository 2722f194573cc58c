"""`column_values`: the distinct values of text columns, on connections that let a model see values."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ai_sdk.events import ArtifactEvent
from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer, counted
from dashbridge.chat.tools.get_table_schema import read_table_name
from dashbridge.chat.values import MOST_VALUES, Distinct, Value
from dashbridge.connections import require_values
from dashbridge.kit import DashbridgeError
from dashbridge.warehouse.base import Column, Kind, TableSchema

_MOST_COLUMNS = 6
_CLOSE = 0.75


class Arguments(BaseModel):
    """Which columns of one table, and optionally a text that their values should hold or be close to."""

    model_config = ConfigDict(extra="forbid")

    table_name: str = Field(max_length=500)
    columns: list[Annotated[str, StringConstraints(min_length=1, max_length=300)]] = Field(
        min_length=1, max_length=_MOST_COLUMNS
    )
    search: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=50, ge=1, le=MOST_VALUES)


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        require_values(context.ai_access)
        schema = await context.warehouse.table_schema(read_table_name(arguments.table_name, context.default_dataset))
        names = list(dict.fromkeys(arguments.columns))
        read = await asyncio.gather(*(_read(context, schema, name) for name in names))
        told = [_told(name, one, arguments) for name, one in zip(names, read, strict=True)]
        table = f"{schema.table.name.dataset}.{schema.table.name.name}"
        shown = sum(len(one.get("values", ())) for one in told)
        return answer({"table": table, "columns": told}, counted(shown, "value"), *_events(context, read))

    return Tool("column_values", tool_prompt("column_values"), Arguments, run)


async def _read(context: TurnContext, schema: TableSchema, name: str) -> Distinct | dict[str, Any]:
    """The column's values; or why there are none, as JSON."""
    column = next((one for one in schema.columns if one.name.lower() == name.lower()), None)
    if column is None:
        return {"problem": f"{schema.table.name} has no column {name!r}"}
    if column.kind is not Kind.TEXT:
        return {"problem": f"{column.name} holds {column.kind.value}, not text: filter by it as it is"}
    if _many(column):
        return {"too_many": True, "distinct": column.distinct}
    try:
        warehouse, team_id = context.warehouse, context.actor.team_id
        return await context.values.of(team_id, warehouse, context.spending, schema.table.name, column.name)
    except DashbridgeError as error:
        return {"problem": str(error)}


def _many(column: Column) -> bool:
    """By the engine's estimate, which errs by some percent; below that the values themselves are counted."""
    return column.distinct is not None and column.distinct > 1.2 * MOST_VALUES


def _told(name: str, read: Distinct | dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    if isinstance(read, dict):
        return {"column": name, **read}
    if read.values is None:
        return {"column": name, "too_many": True, "distinct": f"over {MOST_VALUES}"}
    fitting = _searched(read.values, arguments.search or "")
    shown = [
        {"value": one.text, "rows": one.rows, **({"cut": True} if one.cut else {})}
        for one in fitting[: arguments.limit]
    ]
    return {"column": name, "distinct": len(read.values), "values": shown, "complete": len(shown) == len(read.values)}


def _searched(values: Sequence[Value], search: str) -> list[Value]:
    """Those that hold the text, then those spelt nearly so; all of them for no text."""
    wanted = search.strip().casefold()
    if not wanted:
        return list(values)
    holding = [one for one in values if wanted in one.text.casefold()]
    near = {one: SequenceMatcher(None, wanted, one.text.casefold()).ratio() for one in values if one not in holding}
    return holding + sorted((one for one in near if near[one] >= _CLOSE), key=lambda one: -near[one])


def _events(context: TurnContext, read: Sequence[Distinct | dict[str, Any]]) -> list[ArtifactEvent]:
    """What the statements that ran now were to read, as every dry run is told."""
    found = []
    for one in read:
        if isinstance(one, Distinct) and one.read is not None:
            scanned, usd = one.read.plan.bytes_scanned, context.warehouse.price.estimate(one.read.plan).usd
            told = {"query": one.sql, "bytes_scanned": scanned, "usd": round(usd, 6), "limit": one.read.limit}
            found.append(ArtifactEvent("dry_run", told | {"ok": True}))
    return found

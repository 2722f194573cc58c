"""`get_table_schema`: the columns of one table, read on demand; metadata only, never a row."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer, counted
from dashbridge.kit import Invalid, TableName


class Arguments(BaseModel):
    """Which table: `dataset.table`, or a bare name in the default dataset."""

    model_config = ConfigDict(extra="forbid")

    table_name: str = Field(max_length=500)


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        schema = await context.warehouse.table_schema(read_table_name(arguments.table_name, context.default_dataset))
        await context.index.noticed(context.actor, context.warehouse.connection_id, schema)
        table = schema.table
        result = {
            "table": f"{table.name.dataset}.{table.name.name}",
            "kind": table.kind,
            "rows": table.rows,
            "bytes": table.bytes,
            "description": table.description,
            "partitioned_by": schema.partitioned_by,
            "clustered_by": list(schema.clustered_by),
            "partition_filter_required": schema.partition_filter_required,
            "last_partition": schema.last_partition,
            "columns": [column.as_dict() for column in schema.columns],
        }
        return answer(result, counted(len(schema.columns), "column"))

    return Tool("get_table_schema", tool_prompt("get_table_schema"), Arguments, run)


def read_table_name(text: str, default_dataset: str | None) -> TableName:
    """`[[project.]dataset.]table` as a TableName. Raises Invalid."""
    parts = [part.strip('`" ') for part in text.split(".")]
    if not all(parts) or len(parts) > 3 or (len(parts) == 1 and default_dataset is None):
        raise Invalid(f"{text[:80]!r} is not a table name", hint="write it as list_tables shows it: dataset.table")
    if len(parts) == 1:
        return TableName(default_dataset or "", parts[0])
    return TableName(parts[-2], parts[-1], parts[0] if len(parts) == 3 else None)

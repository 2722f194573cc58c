"""Queries over 1 GB: before one is saved, a cheaper form must have been weighed.

The rule: a dry run, a check or a refused save names the cheaper forms. A save then passes when the query reads at
least a tenth less than what was refused, or when the turn states why it must read this much; the person is shown both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashbridge.chat.context import TurnContext
from dashbridge.connections import DryRunRecord, GatedWarehouse
from dashbridge.kit import DashbridgeError, Invalid, Place, Problem, bytes_words
from dashbridge.warehouse.base import TableSchema

LARGE_BYTES = 1_000_000_000
_MOST_TABLES = 6
_ASK = (
    "lower it, or ask the person with ask_question whether it may read that much, or state in large_queries_because "
    "why no cheaper form answers the question (they will read it)"
)


@dataclass(frozen=True, slots=True)
class LargeQuery:
    """A query over the bound, and how it could read less."""

    name: str
    sql_sha256: str
    bytes: int
    cheaper: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"query": self.name, "bytes": self.bytes, "cheaper": list(self.cheaper)}


async def find_large(
    context: TurnContext, records: Mapping[str, DryRunRecord], *, unless: frozenset[str] = frozenset()
) -> list[LargeQuery]:
    """The queries over the bound, but those whose SQL (by SHA-256) is in `unless`."""
    return [
        LargeQuery(name, record.sql_sha256, record.plan.bytes_scanned, await cheaper_forms(context.warehouse, record))
        for name, record in records.items()
        if record.plan.bytes_scanned > LARGE_BYTES and record.sql_sha256 not in unless
    ]


async def cheaper_forms(warehouse: GatedWarehouse, record: DryRunRecord) -> tuple[str, ...]:
    """How a statement could read less, from how its tables are laid out; metadata only."""
    found = []
    for table in record.plan.tables[:_MOST_TABLES]:
        try:
            found.append(_form(await warehouse.table_schema(table)))
        except DashbridgeError:  # a table that shows no metadata gives no hint
            continue
    return (*found, "name only the columns that are needed, aggregate in the query, and never write SELECT *")


def layout_of(schema: TableSchema) -> dict[str, Any]:
    """How a table is laid out, as the model reads it."""
    return {
        "table": str(schema.table.name),
        "bytes": schema.table.bytes,
        "partitioned_by": schema.partitioned_by,
        "partition_filter_required": schema.partition_filter_required,
        "last_partition": schema.last_partition,
        "clustered_by": list(schema.clustered_by),
    }


def note_shown(context: TurnContext, large: list[LargeQuery]) -> None:
    """Remember that the cheaper forms of these were told in this turn."""
    context.cheaper_shown |= {one.sql_sha256 for one in large}


def require_cheaper(context: TurnContext, large: list[LargeQuery], because: str | None) -> None:
    """Let a save of these queries go on, or say what would be cheaper. Raises Invalid `large_query`."""
    shown = all(one.sql_sha256 in context.cheaper_shown for one in large)
    lowered = all(one.bytes <= 0.9 * context.large_refused.get(one.name, 0) for one in large)
    if not large or lowered or (shown and because is not None):
        return
    note_shown(context, large)
    for one in large:
        context.large_refused[one.name] = max(one.bytes, context.large_refused.get(one.name, 0))
    raise Invalid.of(
        [
            Problem(
                "large_query",
                f"The query {one.name!r} reads up to {bytes_words(one.bytes)}; a cheaper form comes first over "
                f"{bytes_words(LARGE_BYTES)}",
                Place(f"/queries/{one.name}/sql"),
                "; or ".join(one.cheaper) + f". {_ASK[0].upper()}{_ASK[1:]}",
            )
            for one in large
        ]
    )


def _form(schema: TableSchema) -> str:
    name, size = schema.table.name, schema.table.bytes
    weight = "" if size is None else f" ({bytes_words(size)})"
    if schema.partitioned_by is not None:
        newest = f", whose newest partition is {schema.last_partition}" if schema.last_partition else ""
        more = f", then by {', '.join(schema.clustered_by)}" if schema.clustered_by else ""
        return f"filter {name}{weight} by its partition column {schema.partitioned_by}{newest}{more}"
    if schema.clustered_by:
        return f"filter {name}{weight} by the columns it is clustered by, in order: {', '.join(schema.clustered_by)}"
    return f"{name}{weight} has no partitions: read fewer of its {len(schema.columns)} columns, or a smaller table"

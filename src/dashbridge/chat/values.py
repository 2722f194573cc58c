"""The distinct values of a text column, for who may be shown values: read through the gate, kept per data version."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dashbridge.connections import DryRunRecord, GatedWarehouse
from dashbridge.costs import Spending
from dashbridge.kit import TableName
from dashbridge.planner.dialect import quote
from dashbridge.serving.cache import ByteLRU

MOST_VALUES = 200
_MOST_BYTES = 1_000_000_000
_LONGEST = 200
_KEPT_BYTES = 8 << 20
_KEEP_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Value:
    """A value and in how many rows it stands; `cut` where only the first 200 characters are told."""

    text: str
    rows: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Distinct:
    """Every value of a column, the most frequent first; None where there are more than `MOST_VALUES`.

    `read` is the dry run of the statement where it ran now, None where the values were kept.
    """

    values: tuple[Value, ...] | None
    sql: str
    read: DryRunRecord | None = None


class ColumnValues:
    """Reads and keeps the values of columns, in this process. It does not decide who may see them."""

    def __init__(self) -> None:
        self._kept: ByteLRU[tuple[Value, ...] | None] = ByteLRU(_KEPT_BYTES)
        self._many: ByteLRU[bool] = ByteLRU(_KEPT_BYTES // 16)

    async def of(
        self, team_id: UUID, warehouse: GatedWarehouse, spending: Spending, table: TableName, column: str
    ) -> Distinct:
        """The values that are not NULL. Reads at most 1 GB, paid by `spending`.

        Raises OverByteCap, OverBudget, and what running a statement raises.
        """
        sql = _statement(warehouse, table, column)
        record = await warehouse.dry_run(sql, max_bytes=_MOST_BYTES)
        key = (team_id, warehouse.connection_id, warehouse.policy, warehouse.epoch, sql, record.data_version)
        if self._many.get(key):
            return Distinct(None, sql)
        kept = self._kept.get(key)
        if kept is not None:
            return Distinct(kept, sql)
        result, record = await warehouse.run(sql, spending=spending, max_rows=MOST_VALUES + 1, part="column_values")
        key = (*key[:-1], record.data_version)
        if result.table.num_rows > MOST_VALUES:
            self._many.put(key, True, size=len(sql) + 200, ttl_s=_KEEP_S)
            return Distinct(None, sql, record)
        texts, rows = (result.table.column(at).to_pylist() for at in range(2))
        found = tuple(_value(str(text), int(count)) for text, count in zip(texts, rows, strict=True))
        self._kept.put(key, found, size=sum(len(one.text) + 100 for one in found) + 200, ttl_s=_KEEP_S)
        return Distinct(found, sql, record)


def _value(text: str, rows: int) -> Value:
    return Value(text[:_LONGEST], rows, len(text) > _LONGEST)


def _statement(warehouse: GatedWarehouse, table: TableName, column: str) -> str:
    dialect = warehouse.dialect
    parts = (table.project if dialect == "bigquery" else None, table.dataset, table.name)
    name, source = quote(column, dialect), ".".join(quote(part, dialect) for part in parts if part)
    return (
        f"SELECT {name} AS value_of_column, count(*) AS rows_with_it FROM {source} WHERE {name} IS NOT NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES + 1}"
    )

"""What the tools said about tables and columns, and the role each column can play."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from dashbridge.planner.lexicon import AVERAGED, CLOCK, ID_PIECES, TIME_PARTS, UNITS
from dashbridge.planner.words import label_words, name_words

Role = Literal["measure", "category", "id", "time", "part", "clock", "other"]

_COUNTING = frozenset(["number", "nr", "no"])  # at the front, they count: `number_of_tickets`
_SMALL = 40
_UNIT = re.compile(r"\bin ([a-z]+)\b|\(([a-z%]+)\)", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """What a person `said`, its words in lower case, and the value of a column that it means, as it is spelt there."""

    said: str
    words: tuple[str, ...]
    value: str


@dataclass(frozen=True)
class Column:
    """A column of a table; `kind` and `distinct` as `get_table_schema` gives them.

    `known` are words of the question that mean a value of it; `held` all its values, where they were looked up.
    """

    table: str
    name: str
    kind: str
    distinct: int | None = None
    rows: int | None = None
    description: str = ""
    known: tuple[Known, ...] = ()
    held: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.table, self.name, self.kind, self.distinct, self.rows))

    @cached_property
    def words(self) -> tuple[str, ...]:
        return name_words(self.name)

    @cached_property
    def label(self) -> str:
        return label_words(self.name)

    @cached_property
    def role(self) -> Role:
        if self.kind in ("date", "timestamp", "timestamptz"):
            return "time"
        if self.kind in ("text", "boolean"):
            return "id" if self.words and self.words[-1] in ("id", "uuid", "guid", "key") else "category"
        if self.kind in ("integer", "decimal", "float"):
            return self._number_role()
        return "other"

    def _number_role(self) -> Role:
        words = set(self.words)
        if self.kind == "integer" and len(self.words) == 1 and words & TIME_PARTS:
            return "part"
        if self.kind == "integer" and self.words and self.words[-1] in CLOCK and "air" not in words and self._hhmm():
            return "clock"
        counted = words & ID_PIECES <= _COUNTING and self.words[-1] not in _COUNTING
        if words & ID_PIECES and self.kind == "integer" and not counted:
            return "id"
        table_words = name_words(self.table.rpartition(".")[2])
        if self.kind == "integer" and (self.words == table_words or "not a quantity" in self.description):
            return "id"
        return "measure"

    def _hhmm(self) -> bool:
        return "HH" in self.description.upper() or "local" in self.description.lower() or not self.description

    @property
    def averaged(self) -> bool:
        """A level, a ratio or a price: its sum says nothing."""
        return bool(set(self.words) & AVERAGED)

    @property
    def unit(self) -> str | None:
        """The unit its description or name gives, short."""
        for match in _UNIT.finditer(self.description):
            unit = UNITS.get((match.group(1) or match.group(2)).lower())
            if unit:
                return unit
        for word in name_words(self.name):
            if word in ("minute", "mile", "km", "usd", "eur", "percent") and len(self.words) > 1:
                return UNITS[word]
        return None

    @cached_property
    def unique(self) -> bool:
        """Each value seems to occur once (the engine's count is an estimate: in a small table one off is much)."""
        if not self.distinct or not self.rows:
            return False
        return self.distinct >= 0.9 * self.rows - (1 if 4 <= self.rows < _SMALL else 0)


@dataclass(frozen=True)
class Table:
    """A table or view with its columns."""

    name: str
    rows: int | None
    columns: tuple[Column, ...]
    description: str = ""
    bytes: int | None = None
    partitioned_by: str | None = None
    partition_filter_required: bool = False
    last_partition: str | None = None

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.name, self.rows, self.columns))

    @cached_property
    def short(self) -> str:
        return self.name.rpartition(".")[2]

    @cached_property
    def words(self) -> tuple[str, ...]:
        return name_words(self.short)

    @cached_property
    def label(self) -> str:
        return label_words(self.short)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def with_role(self, *roles: Role) -> list[Column]:
        return [column for column in self.columns if column.role in roles]

    @cached_property
    def clock(self) -> Column | None:
        """The column to put on a time axis: what the table is partitioned by, else that with most distinct values."""
        times = self.with_role("time")
        return max(
            times,
            key=lambda column: (column.name == self.partitioned_by, _plain_date(column), column.distinct or 0),
            default=None,
        )

    @property
    def calendar(self) -> tuple[Column, ...]:
        """Integer year, month, day columns when they can make a date; empty otherwise."""
        found = [self.column_part(part) for part in ("year", "month", "day")]
        if found[0] is None or found[1] is None:
            return ()
        return tuple(column for column in found if column is not None)

    def column_part(self, part: str) -> Column | None:
        return next((column for column in self.columns if column.role == "part" and column.words == (part,)), None)

    @property
    def has_time(self) -> bool:
        return self.clock is not None or bool(self.calendar)


def _plain_date(column: Column) -> int:
    late = {"updated", "modified", "deleted", "loaded", "birthday", "birth", "update", "delete", "expire"}
    return 0 if set(column.words) & late else 1


def table_from_json(answer: dict[str, Any]) -> Table:
    """A table from a `get_table_schema` answer; unknown or odd fields are ignored."""
    name, rows = str(answer.get("table") or ""), _whole(answer.get("rows"))
    columns = tuple(
        Column(
            table=name,
            name=str(item["name"]),
            kind=str(item.get("kind") or "other"),
            distinct=_whole(item.get("distinct")),
            rows=rows,
            description=str(item.get("description") or ""),
        )
        for item in answer.get("columns") or ()
        if isinstance(item, dict) and item.get("name")
    )
    partition = answer.get("partitioned_by")
    last = answer.get("last_partition")
    return Table(
        name,
        rows,
        columns,
        str(answer.get("description") or ""),
        bytes=_whole(answer.get("bytes")),
        partitioned_by=partition if isinstance(partition, str) else None,
        partition_filter_required=answer.get("partition_filter_required") is True,
        last_partition=last if isinstance(last, str) else None,
    )


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None

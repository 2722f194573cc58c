"""Rows of statements that went through the gate, and how they are asked for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from dashbridge.kit import TooLarge
from dashbridge.serving.facts import NO_FACTS, Facts
from dashbridge.serving.visit import Visit
from dashbridge.warehouse.base import Parameter

RowsKey = tuple[Hashable, ...]


class TooManyRows(TooLarge):
    """A statement gives more rows than may be kept: a cut result would give wrong totals."""

    default_code = "too_many_rows"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one statement: its cache key (unique per run), bytes read and when.

    `hugeints` names the columns that were HUGEINT and crossed as decimals. `bytes_estimated` and `bytes_billed` are
    charged bytes, None where reading costs nothing (or, billed, where the engine did not say); `facts` has them too.
    """

    key: RowsKey
    table: pa.Table
    bytes_scanned: int
    computed_at: datetime
    hugeints: tuple[str, ...] = ()
    bytes_estimated: int | None = None
    bytes_billed: int | None = None
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class Fetch:
    """A statement over a query, for a part (or the query itself), with its values.

    `most` rows may come, and keep for `ttl_s`. `cut` takes the first `most` of more.
    """

    query: str
    part: str
    sql: str
    most: int
    ttl_s: float
    values: Sequence[Parameter] = ()
    cut: bool = False

    def key(self, visit: Visit) -> RowsKey:
        """What its rows are kept under, for this visit."""
        return self._whole(visit.rows_key(self.query, self.sql, self.values))

    def any_version(self, visit: Visit) -> RowsKey:
        """The same, whatever the version of the data."""
        return self._whole(visit.rows_key(self.query, self.sql, self.values, any_version=True))

    def _whole(self, key: RowsKey) -> RowsKey:
        return (*key, self.most) if self.cut else key


def too_many_rows(most: int) -> TooManyRows:
    """The error of a statement that gives more than `most` rows."""
    return TooManyRows(
        f"The query returns more than {most:,} rows",
        hint="aggregate or filter in the query: a cut result would give wrong totals",
    )

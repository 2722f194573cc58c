"""The rows of one SELECT, read as they come and cut at a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from dashbridge.warehouse.base import Parameter

_BATCH = 65_536


class CutRows:
    """Record batches of a SELECT, `max_rows` rows at most; `truncated` is known once they are read.

    With `at_once` all rows are computed before the first is read: for few of them that takes half the time, since
    nobody waits for anybody in between, and with values the statement is not planned twice.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        select: duckdb.Statement,
        parameters: Sequence[Parameter],
        max_rows: int,
        *,
        at_once: bool = False,
    ) -> None:
        made: Any = con.execute(select, list(parameters)) if at_once else con.sql(select, params=list(parameters))
        self._reader: pa.RecordBatchReader = made.to_arrow_reader(max(1, min(_BATCH, max_rows + 1)))
        self._max_rows = max_rows
        self.schema: pa.Schema = self._reader.schema
        self.truncated = False

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        left = self._max_rows
        for batch in self._reader:
            if batch.num_rows > left:
                self.truncated = True
                yield batch.slice(0, left)
                return
            left -= batch.num_rows
            yield batch

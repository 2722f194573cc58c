"""The rows of one SELECT, read as they come and cut at a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from dashbridge.warehouse.base import Parameter

_BATCH = 65_536


class CutRows:
    """Record batches of a SELECT, `max_rows` rows at most; `truncated` is known once they are read."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Parameter], max_rows: int
    ) -> None:
        relation = con.sql(sql, params=list(parameters))
        self._reader: pa.RecordBatchReader = relation.to_arrow_reader(max(1, min(_BATCH, max_rows + 1)))
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

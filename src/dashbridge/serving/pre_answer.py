"""What a browser is given of an insight: the rows under it, as Arrow, with the statement that makes the answer of them.

The rows are the query's shared ones, reduced here, where the server shares them; otherwise those of the pre-query.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.ipc as pa_ipc

from dashbridge.insights import Statement
from dashbridge.kit import Conflict, DashbridgeError, TooLarge, sha256_hex
from dashbridge.serving.bills import Bills
from dashbridge.serving.cache import ByteLRU
from dashbridge.serving.compute import Computer
from dashbridge.serving.insight_answer import iso
from dashbridge.serving.local import Post
from dashbridge.serving.needs import Needs
from dashbridge.serving.rows import Rows, TooManyRows
from dashbridge.serving.single_flight import SingleFlight
from dashbridge.serving.table_files import coded
from dashbridge.serving.visit import Part, ServingLimits, Visit
from dashbridge.serving.way import PreQuery, Way, pre_fetch

ENVELOPE_KEY = "dashbridge"
_ASK_DATA = "ask /data with the inputs: the server computes it"
_KEEP_S = 3600.0
_SMALL_BYTES = 1 << 20
_WHOLE_NUMBER = pa.decimal128(38, 0)


@dataclass(frozen=True, slots=True)
class PreAnswer:
    """`insight_data` of one insight. `arrow` is an IPC stream of `table` whose schema metadata holds the envelope.

    `digest` is of the rows and of what remains to be done with them, not of when they were computed.
    """

    table: pa.Table
    arrow: bytes
    envelope: dict[str, Any]
    digest: str

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return int(self.table.num_rows)

    @property
    def nbytes(self) -> int:
        """Bytes of the stream."""
        return len(self.arrow)


class PreAnswers:
    """Makes and keeps what browsers are given."""

    def __init__(self, computer: Computer, needs: Needs, bills: Bills, limits: ServingLimits, max_bytes: int) -> None:
        self._computer = computer
        self._needs = needs
        self._bills = bills
        self._limits = limits
        self._kept: ByteLRU[PreAnswer] = ByteLRU(max_bytes)
        self._flights: SingleFlight[PreAnswer] = SingleFlight()

    async def of(self, visit: Visit, part: Part) -> PreAnswer:
        """The rows under a part.

        Raises Conflict `not_splittable`, TooLarge `too_large_for_browser`, OverBudget, and what the gate raises.
        """
        split = part.insight.split
        post = split.post
        if post is None:
            raise not_splittable(part, split.reason)
        query = part.insight.query
        way = await self._computer.ways.find(visit.dashboard, visit.warehouse, visit.version(query), query)
        pre = _passable(part, way)
        if self._computer.browsers.too_large(visit, part, pre):
            raise self._too_large(visit, part, pre)
        envelope = self._envelope(part, post)
        written = (*visit.rows_key(query, pre.sql), part.label, orjson.dumps(envelope))
        try:
            await self._bills.admit(visit, [self._needs.of_pre(visit, query, way, part, pre)])
            return await self._flights.do(written, lambda: self._make(visit, part, way, pre, envelope))
        finally:
            self._computer.rows.unclaim(visit)

    async def _make(self, visit: Visit, part: Part, way: Way, pre: PreQuery, envelope: dict[str, Any]) -> PreAnswer:
        try:
            rows, table = await self._rows(visit, part, way, pre)
        except TooManyRows as error:
            raise self._too_large(visit, part, pre) from error
        if table.num_rows > self._limits.browser_max_rows:
            raise self._too_large(visit, part, pre)
        huge = pre.hugeints if visit.warehouse.dialect == "duckdb" else _whole_numbers(table)
        envelope = envelope | {"hugeints": list(huge)}
        key = (*rows.key, part.label, orjson.dumps(envelope))
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        moment = {"bytes_scanned": rows.bytes_scanned, "computed_at": iso(rows.computed_at)}
        made = (
            write(table, envelope, moment)
            if table.nbytes <= _SMALL_BYTES
            else await asyncio.to_thread(write, table, envelope, moment)
        )
        if made.nbytes > self._limits.browser_max_bytes:
            raise self._too_large(visit, part, pre)
        self._kept.put(key, made, size=made.nbytes, ttl_s=_KEEP_S)
        return made

    async def _rows(self, visit: Visit, part: Part, way: Way, pre: PreQuery) -> tuple[Rows, pa.Table]:
        """Where the rows come from, and the rows of the pre-query."""
        computer, query, local = self._computer, part.insight.query, part.insight.split.pre_local
        if way.shared and local is not None:
            try:
                rows, _ = await computer.rows.fetch(visit, computer.query_fetch(visit, query, way))
                if computer.sharable(rows):
                    return rows, await self._reduced(rows, local.sql)
            except TooManyRows:
                pass
        rows, _ = await computer.rows.fetch(visit, pre_fetch(visit, query, pre, self._limits))
        return rows, rows.table

    async def _reduced(self, rows: Rows, sql: str) -> pa.Table:
        post = Post.over_rows(sql, (), rows, self._limits.browser_max_rows)
        (found,) = await self._computer.trips.run(rows, [post], _as_it_is)
        if isinstance(found, DashbridgeError):
            raise found
        return found

    def _envelope(self, part: Part, post: Statement) -> dict[str, Any]:
        insight, split = part.insight, part.insight.split
        return {
            "insight": part.label,
            "mode": split.mode,
            "mode_reason": split.reason,
            **post.as_json(),
            "row_limit": part.most(self._limits),
            "limit_is_the_authors": part.cut_is_wanted(self._limits),
            "hugeints": [],
            "split_column": insight.split_column,
            "input_dependencies": list(insight.input_dependencies),
            "columns": [{"name": column.key, "label": column.label} for column in insight.columns],
        }

    def _too_large(self, visit: Visit, part: Part, pre: PreQuery) -> TooLarge:
        """The error, remembered while the data stays as it is."""
        self._computer.browsers.mark_too_large(visit, part, pre)
        rows, size = self._limits.browser_max_rows, self._limits.browser_max_bytes
        return TooLarge(
            f"The rows under {part.label!r} are too many for a browser: over {rows:,} rows or {size:,} bytes",
            code="too_large_for_browser",
            hint=_ASK_DATA,
        )


def not_splittable(part: Part, reason: str) -> Conflict:
    """The error of an insight whose rows cannot be handed out."""
    return Conflict(f"{part.label!r} is computed on the server only: {reason}", code="not_splittable", hint=_ASK_DATA)


def write(table: pa.Table, envelope: dict[str, Any], moment: dict[str, Any]) -> PreAnswer:
    """Put rows and envelope together; text columns become dictionaries where that is smaller."""
    smaller = pa.table([coded(column) for column in table.columns], names=table.column_names).combine_chunks()
    plain = smaller.replace_schema_metadata(None)
    whole = {**envelope, **moment}
    digest = sha256_hex(_stream(plain) + orjson.dumps(envelope))
    arrow = _stream(plain.replace_schema_metadata({ENVELOPE_KEY: orjson.dumps(whole)}))
    return PreAnswer(table, arrow, whole, digest)


async def _as_it_is(_: int, table: pa.Table) -> pa.Table:
    return table


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa_ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
        if not table.num_rows:  # the browser's engine takes no stream without a batch
            writer.write_batch(pa.RecordBatch.from_pylist([], schema=table.schema))
    return bytes(sink.getvalue())


def _whole_numbers(table: pa.Table) -> tuple[str, ...]:
    """The columns that must have been HUGEINT in a DuckDB that read another engine's rows."""
    return tuple(field.name for field in table.schema if field.type == _WHOLE_NUMBER)


def _passable(part: Part, way: Way) -> PreQuery:
    """The pre-query, when its rows may be handed out. Raises Conflict, or what is wrong with the engine."""
    if way.error is not None and way.error.status != 422:
        raise way.error
    pre = way.pre[part.key]
    if pre.refused is not None:
        if pre.refused.status != 422:
            raise pre.refused
        raise not_splittable(part, f"its own statement was refused: {pre.refused.message}")
    if pre.crossing is not None:
        raise not_splittable(part, pre.crossing)
    if pre.zoned is not None:
        raise not_splittable(part, f"{pre.zoned} has a time zone, which a browser's engine cannot compute with")
    return pre

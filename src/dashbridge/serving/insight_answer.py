"""One insight's (or trace's) part of a data answer: its columns with what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
import pyarrow as pa

from dashbridge import telemetry
from dashbridge.serving.cohorts import Cohorts, cohorts_of
from dashbridge.serving.facts import COMPUTED, CacheFact, CacheState, Facts
from dashbridge.serving.payload import FlatColumn, flat_columns, object_pieces
from dashbridge.serving.rows import Rows
from dashbridge.serving.visit import Part

_KEPT_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class InsightAnswer:
    """An insight's columns and what is known of them.

    `digest` is the SHA-256 of the JSON of its data. `kept` is that JSON, unless it is too long to keep: then it is
    written anew for each reader, a piece at a time.
    """

    table: pa.Table
    columns: list[FlatColumn]
    kept: bytes | None
    body: dict[str, Any]
    metadata: dict[str, Any]
    digest: str
    size: int
    found: CacheFact = COMPUTED
    browser: bool = False

    @property
    def cache(self) -> CacheState:
        """Where it was found."""
        return self.found.state

    @classmethod
    def of(cls, part: Part, found: pa.Table, rows: Rows, truncated: bool) -> InsightAnswer:
        """Put an insight's columns, by whatever names an engine gave them, together with its metadata."""
        insight = part.insight
        table = found.rename_columns([column.key for column in insight.columns])
        columns = flat_columns(table)
        described = [
            {"name": flat.name, "type": flat.type, "encoding": flat.encoding, "label": column.label}
            for flat, column in zip(columns, insight.columns, strict=True)
        ]
        metadata = {
            "split_column": insight.split_column,
            "input_dependencies": list(insight.input_dependencies),
            "requires_groupby": insight.requires_groupby,
            "mode": insight.split.mode,
            "mode_reason": insight.split.reason,
            "columns": described,
            "rows": table.num_rows,
            "truncated": truncated,
            "bytes_scanned": rows.bytes_scanned,
            "bytes_estimated": rows.bytes_estimated,
            "bytes_billed": rows.bytes_billed,
            "computed_at": iso(rows.computed_at),
            **_sources(rows.facts),
        }
        if part.kind == "trace":
            cohorts = cohorts_of(table, insight.split_column, alone=part.name)
            return cls(table, columns, *_of_cohorts(cohorts, metadata, table))
        body = {"query": insight.template, "interactions": [dict(step) for step in insight.interactions]}
        kept, digest, size = _written(columns)
        return cls(table, columns, kept, body, metadata, digest, table.nbytes + (size if kept is not None else 0))

    def as_served(self, fact: CacheFact, browser: bool) -> InsightAnswer:
        """The same answer, saying how its rows were come by, and whether a browser may be given what is under it."""
        telemetry.count("dashbridge.cache", result=fact.state)
        return replace(self, found=fact, browser=browser)

    def described(self, revision_sha256: str) -> dict[str, Any]:
        """Its metadata, as an answer of this revision of the file says it."""
        served = {"browser": self.browser, "cache": self.found.state, "cache_reason": self.found.reason}
        return {**self.metadata, "revision_sha256": revision_sha256, **served}

    def as_dict(self, revision_sha256: str) -> dict[str, Any]:
        """The insight's part of the data answer."""
        data = orjson.Fragment(b"".join(self._data()))
        return {"data": data, **self.body, "metadata": self.described(revision_sha256)}

    def pieces(self, revision_sha256: str) -> Iterator[bytes | memoryview]:
        """The JSON of `as_dict`, some at a time."""
        yield b'{"data":'
        yield from self._data()
        rest = {**self.body, "metadata": self.described(revision_sha256)}
        yield b"," + orjson.dumps(rest, option=orjson.OPT_NON_STR_KEYS, default=str)[1:]

    def _data(self) -> Iterator[bytes | memoryview]:
        return object_pieces(self.columns) if self.kept is None else iter((self.kept,))


def iso(moment: datetime) -> str:
    """A moment in UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sources(facts: Facts) -> dict[str, Any]:
    tables = [
        {"name": one.name, "last_modified": None if one.last_modified is None else iso(one.last_modified)}
        for one in facts.tables
    ]
    return {"sql_sha256": facts.sql_sha256, "scope_sha256": facts.scope_sha256, "tables": tables}


def _written(columns: list[FlatColumn]) -> tuple[bytes | None, str, int]:
    """The JSON of the columns where it may be kept, its SHA-256 and its bytes."""
    digest, kept, size = sha256(), [], 0
    for piece in object_pieces(columns):
        digest.update(piece)
        size += len(piece)
        if size <= _KEPT_BYTES:
            kept.append(bytes(piece))
    return (b"".join(kept) if size <= _KEPT_BYTES else None), digest.hexdigest(), size


def _of_cohorts(
    cohorts: Cohorts, metadata: dict[str, Any], table: pa.Table
) -> tuple[bytes, dict[str, Any], dict[str, Any], str, int]:
    """A trace's JSON is kept whatever its size: it is not written in pieces."""
    data = orjson.dumps(cohorts.data)
    body = {"null_cohort": cohorts.null_cohort}
    digest = sha256(data + orjson.dumps(cohorts.null_cohort)).hexdigest()
    return data, body, metadata, digest, len(data) + table.nbytes

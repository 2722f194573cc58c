"""The shape of a data answer (`GET /v1/dashboards/{slug}/data`) and its JSON."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa

from dashbridge.insights import CompiledInsight
from dashbridge.kit import DashbridgeError, sha256_hex
from dashbridge.serving.payload import FlatColumn


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one query: its cache key (unique per run), bytes read and when."""

    key: tuple[Hashable, ...]
    table: pa.Table
    bytes_scanned: int
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class InputState:
    """An input as it stands: its value, its options where it has any, and why options are missing."""

    value: Any
    options: list[Any] | None
    error: DashbridgeError | None = None

    def as_dict(self) -> dict[str, Any]:
        """The state as JSON."""
        state: dict[str, Any] = {"value": self.value, "options": self.options}
        if self.error is not None:
            state["error"] = error_body(self.error)
        return state


@dataclass(frozen=True, slots=True)
class InsightAnswer:
    """One insight's flat columns with what is known of them; `digest` names the data alone."""

    table: pa.Table
    data: orjson.Fragment
    body: dict[str, Any]
    metadata: dict[str, Any]
    digest: str
    size: int
    cache: str = "miss"

    @classmethod
    def of(
        cls, insight: CompiledInsight, table: pa.Table, columns: Sequence[FlatColumn], rows: Rows, truncated: bool
    ) -> InsightAnswer:
        """Put an insight's columns together with its metadata."""
        data = orjson.dumps({column.name: column.json for column in columns})
        labels = {column.key: column.label for column in insight.columns}
        described = [
            {"name": c.name, "type": c.type, "encoding": c.encoding, "label": labels.get(c.name, c.name)}
            for c in columns
        ]
        metadata = {
            "split_column": insight.split_column,
            "input_dependencies": list(insight.input_dependencies),
            "requires_groupby": insight.requires_groupby,
            "columns": described,
            "rows": table.num_rows,
            "truncated": truncated,
            "bytes_scanned": rows.bytes_scanned,
            "computed_at": rows.computed_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        body = {"query": insight.template, "interactions": [dict(step) for step in insight.interactions]}
        digest = sha256_hex(data + orjson.dumps([described, truncated]))
        return cls(table, orjson.Fragment(data), body, metadata, digest, len(data) + table.nbytes)

    def as_cached(self, cached: bool) -> InsightAnswer:
        """The same answer, saying whether its rows were reused."""
        return replace(self, cache="hit" if cached else "miss")

    def as_dict(self) -> dict[str, Any]:
        """The insight's part of the data answer."""
        return {"data": self.data, **self.body, "metadata": {**self.metadata, "cache": self.cache}}


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """A dashboard's data: an answer or an error for each insight."""

    slug: str
    revision: int
    yaml_sha256: str
    insights: dict[str, InsightAnswer | DashbridgeError]
    inputs: dict[str, InputState]

    def etag(self, representation: str, team_id: str) -> str:
        """A weak validator: the same file, inputs and rows give the same tag, whenever and wherever computed."""
        parts: list[Any] = [team_id, representation, self.slug, self.revision, self.yaml_sha256]
        parts.append({name: state.as_dict() for name, state in self.inputs.items()})
        for name, answer in self.insights.items():
            if isinstance(answer, InsightAnswer):
                parts += [name, answer.digest]
            else:
                parts += [name, answer.code, answer.message]
        return f'W/"{sha256_hex(orjson.dumps(parts, option=orjson.OPT_NON_STR_KEYS, default=str))[:32]}"'

    def json(self) -> bytes:
        """The answer as `interfaces` fixes it."""
        return orjson.dumps(
            {
                "dashboard": self.slug,
                "revision": self.revision,
                "generated_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "inputs": {name: state.as_dict() for name, state in self.inputs.items()},
                "insights": {
                    name: answer.as_dict() if isinstance(answer, InsightAnswer) else {"error": error_body(answer)}
                    for name, answer in self.insights.items()
                },
            },
            option=orjson.OPT_NON_STR_KEYS,
            default=str,
        )

    def only(self) -> InsightAnswer:
        """The one insight of an Arrow or CSV answer. Raises the insight's own error."""
        answer = next(iter(self.insights.values()))
        if isinstance(answer, DashbridgeError):
            raise answer
        return answer


def error_body(error: DashbridgeError) -> dict[str, Any]:
    """A failed part inside a good answer; of a fault of ours it tells no more than that."""
    message = "Something went wrong on our side" if error.status == 500 else error.message
    return {"code": error.code, "message": message, "hint": error.hint, "status": error.status}

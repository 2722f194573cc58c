"""The shape of a data answer (`GET /v1/dashboards/{slug}/data`) and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa

from dashbridge import telemetry
from dashbridge.costs import OverBudget
from dashbridge.kit import DashbridgeError, sha256_hex
from dashbridge.serving.cohorts import cohorts_of
from dashbridge.serving.facts import COMPUTED, REUSED, CacheFact, CacheState
from dashbridge.serving.payload import flat_columns
from dashbridge.serving.rows import Rows
from dashbridge.serving.visit import Part


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
    """One insight's (or trace's) columns with what is known of them; `digest` names the data alone."""

    table: pa.Table
    data: orjson.Fragment
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
        }
        body: dict[str, Any]
        if part.kind == "trace":
            cohorts = cohorts_of(table, insight.split_column, alone=part.name)
            data, body = cohorts.data, {"null_cohort": cohorts.null_cohort}
        else:
            data = orjson.Fragment(orjson.dumps({column.name: column.json for column in columns}))
            body = {"query": insight.template, "interactions": [dict(step) for step in insight.interactions]}
        shown = orjson.dumps([data, body.get("null_cohort"), described, truncated])
        return cls(table, data, body, metadata, sha256_hex(shown), len(shown) + table.nbytes)

    def as_served(self, cached: bool | CacheFact, browser: bool) -> InsightAnswer:
        """The same answer, saying how its rows were come by, and whether a browser may be given what is under it."""
        fact = cached if isinstance(cached, CacheFact) else REUSED if cached else COMPUTED
        telemetry.count("dashbridge.cache", result=fact.state)
        return replace(self, found=fact, browser=browser)

    def as_dict(self) -> dict[str, Any]:
        """The insight's part of the data answer."""
        return {
            "data": self.data,
            **self.body,
            "metadata": {**self.metadata, "browser": self.browser, "cache": self.cache},
        }


Found = InsightAnswer | DashbridgeError


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """A dashboard's data: an answer or an error for each insight and each trace.

    It may be taken for the newest for `fresh_for_s`, and shown for `stale_for_s` more while a newer one is computed.
    """

    slug: str
    revision: int
    yaml_sha256: str
    insights: dict[str, Found]
    inputs: dict[str, InputState]
    traces: dict[str, Found] = field(default_factory=dict)
    fresh_for_s: float = 0.0
    stale_for_s: float = 0.0

    def etag(self, representation: str, team_id: str) -> str:
        """A weak validator: the same file, inputs and rows give the same tag, whenever and wherever computed."""
        parts: list[Any] = [team_id, representation, self.slug, self.revision, self.yaml_sha256]
        parts.append({name: state.as_dict() for name, state in self.inputs.items()})
        for kind, answers in (("insight", self.insights), ("trace", self.traces)):
            for name, answer in answers.items():
                said = [answer.digest] if isinstance(answer, InsightAnswer) else [answer.code, answer.message]
                parts.append([kind, name, *said])
        return f'W/"{sha256_hex(orjson.dumps(parts, option=orjson.OPT_NON_STR_KEYS, default=str))[:32]}"'

    def json(self) -> bytes:
        """The answer as `interfaces` fixes it; `traces` is there when the file has traces."""
        traces = {"traces": _shown(self.traces)} if self.traces else {}
        return orjson.dumps(
            {
                "dashboard": self.slug,
                "revision": self.revision,
                "generated_at": iso(datetime.now(UTC)),
                "inputs": {name: state.as_dict() for name, state in self.inputs.items()},
                "insights": _shown(self.insights),
                **traces,
            },
            option=orjson.OPT_NON_STR_KEYS,
            default=str,
        )

    def only(self) -> InsightAnswer:
        """The one insight (or trace) of an Arrow or CSV answer. Raises the insight's own error."""
        answer = next(iter((*self.insights.values(), *self.traces.values())))
        if isinstance(answer, DashbridgeError):
            raise answer
        return answer


def _shown(answers: Mapping[str, Found]) -> dict[str, Any]:
    return {
        name: answer.as_dict() if isinstance(answer, InsightAnswer) else {"error": error_body(answer)}
        for name, answer in answers.items()
    }


def iso(moment: datetime) -> str:
    """A moment in UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def error_body(error: DashbridgeError) -> dict[str, Any]:
    """A failed part inside a good answer; of a fault of ours it tells no more than that."""
    message = "Something went wrong on our side" if error.status == 500 else error.message
    details = {"details": error.details} if isinstance(error, OverBudget) else {}
    return {"code": error.code, "message": message, "hint": error.hint, "status": error.status, **details}

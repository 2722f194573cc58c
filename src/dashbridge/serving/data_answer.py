"""The shape of a data answer (`GET /v1/dashboards/{slug}/data`) and its JSON, whole or in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from dashbridge.costs import OverBudget
from dashbridge.kit import DashbridgeError, sha256_hex
from dashbridge.serving.insight_answer import InsightAnswer, iso
from dashbridge.serving.manifest import VERSION, Manifest, part_run, part_stated

__all__ = ["DataAnswer", "Found", "InputState", "InsightAnswer", "error_body"]

_OPTIONS = orjson.OPT_NON_STR_KEYS


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


Found = InsightAnswer | DashbridgeError


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """A dashboard's data: an answer or an error for each insight and each trace.

    `values` are the inputs as they were read, as JSON; `inputs` has their options too, where all was asked for. It may
    be taken for the newest for `fresh_for_s`, and shown for `stale_for_s` more while a newer one is computed.
    """

    slug: str
    revision: int
    yaml_sha256: str
    insights: dict[str, Found]
    inputs: dict[str, InputState]
    traces: dict[str, Found] = field(default_factory=dict)
    fresh_for_s: float = 0.0
    stale_for_s: float = 0.0
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parts(self) -> dict[str, Found]:
        """Insights as `NAME` and traces as `traces.NAME`."""
        return {**self.insights, **{f"traces.{name}": one for name, one in self.traces.items()}}

    @property
    def errors(self) -> dict[str, dict[str, Any]]:
        """What failed and why, by the names of `parts`."""
        return {name: error_body(one) for name, one in self.parts.items() if isinstance(one, DashbridgeError)}

    @property
    def size(self) -> int:
        """About the bytes of its tables."""
        return sum(one.size for one in self.parts.values() if isinstance(one, InsightAnswer))

    def manifest(self) -> Manifest:
        """What the answer was computed from: of all of it, or of the one insight that was asked for."""
        stated: dict[str, Any] = {}
        runs: dict[str, Any] = {}
        for name, one in self.parts.items():
            if isinstance(one, InsightAnswer):
                metadata = one.described(self.yaml_sha256)
                stated[name], runs[name] = part_stated(metadata, one.digest), part_run(metadata)
            else:
                stated[name] = {"error": {"code": one.code, "message": one.message}}
        whole = {
            "version": VERSION,
            "dashboard": self.slug,
            "revision": self.revision,
            "revision_sha256": self.yaml_sha256,
            "inputs": _plain({**self.values, **{name: state.value for name, state in self.inputs.items()}}),
            "options_sha256": {name: sha256_hex(_dumped(state.as_dict())) for name, state in self.inputs.items()},
            "insights": stated,
        }
        return Manifest(whole, runs)

    def etag(self, representation: str, team_id: str, manifest_id: str | None = None) -> str:
        """A weak validator: the same file, inputs and rows give the same tag, whenever and wherever computed."""
        named = [manifest_id or self.manifest().id, team_id, representation]
        return f'W/"{sha256_hex(orjson.dumps(named))[:32]}"'

    def json(self, manifest_id: str | None = None) -> bytes:
        """The answer as `interfaces` fixes it; `traces` and `errors` are there when there are any."""
        return b"".join(self.pieces(manifest_id))

    def pieces(self, manifest_id: str | None = None) -> Iterator[bytes | memoryview]:
        """The same, some at a time."""
        errors = self.errors
        head = {
            "dashboard": self.slug,
            "revision": self.revision,
            "manifest_id": manifest_id or self.manifest().id,
            "generated_at": iso(datetime.now(UTC)),
            "inputs": {name: state.as_dict() for name, state in self.inputs.items()},
            **({"errors": errors} if errors else {}),
        }
        yield _dumped(head)[:-1] + b',"insights":{'
        yield from self._shown(self.insights)
        if self.traces:
            yield b'},"traces":{'
            yield from self._shown(self.traces)
        yield b"}}"

    def only(self) -> InsightAnswer:
        """The one insight (or trace) of an Arrow or CSV answer. Raises the insight's own error."""
        answer = next(iter(self.parts.values()))
        if isinstance(answer, DashbridgeError):
            raise answer
        return answer

    def _shown(self, answers: Mapping[str, Found]) -> Iterator[bytes | memoryview]:
        lead = b""
        for name, answer in answers.items():
            yield lead + orjson.dumps(name) + b":"
            if isinstance(answer, InsightAnswer):
                yield from answer.pieces(self.yaml_sha256)
            else:
                yield _dumped({"error": error_body(answer)})
            lead = b","


def error_body(error: DashbridgeError) -> dict[str, Any]:
    """A failed part inside a good answer; of a fault of ours it tells no more than that."""
    message = "Something went wrong on our side" if error.status == 500 else error.message
    details = {"details": error.details} if isinstance(error, OverBudget) else {}
    return {"code": error.code, "message": message, "hint": error.hint, "status": error.status, **details}


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, option=_OPTIONS, default=str)


def _plain(values: Mapping[str, Any]) -> Any:
    """Values as a reader of their JSON has them."""
    return orjson.loads(_dumped(values))

"""The manifest of an answer: what its numbers were computed from, so that two answers can be told apart or the same.

Its id is the SHA-256 of its canonical JSON: what the answer says and whence, not when or how it was come by. So the
same data from the same file and tables has the same id in every process; `runs` tells the rest, outside of the id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashbridge.kit import sha256_hex

VERSION = 1
_STATED = ("sql_sha256", "scope_sha256", "tables", "rows", "truncated")
_RUN = ("computed_at", "bytes_scanned", "bytes_estimated", "bytes_billed", "cache", "cache_reason")


@dataclass(frozen=True, slots=True)
class Manifest:
    """`stated` is what the id is of; `runs` is by insight how its rows were come by."""

    stated: Mapping[str, Any]
    runs: Mapping[str, Mapping[str, Any]]

    @property
    def id(self) -> str:
        """SHA-256 of `canonical(stated)`, in hexadecimal."""
        return sha256_hex(canonical(self.stated))

    def as_dict(self) -> dict[str, Any]:
        """As JSON: what is stated, and beside it its id and the runs."""
        return {**self.stated, "manifest_id": self.id, "runs": dict(self.runs)}


def canonical(stated: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no blanks and ASCII alone, as any language can write it again."""
    return json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def part_stated(metadata: Mapping[str, Any], data_sha256: str) -> dict[str, Any]:
    """What the manifest states of one insight."""
    return {"data_sha256": data_sha256, **{name: metadata[name] for name in _STATED}}


def part_run(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """How one insight's rows were come by."""
    return {name: metadata[name] for name in _RUN}

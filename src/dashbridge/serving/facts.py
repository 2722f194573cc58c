"""Where rows come from: what an answer can prove of them, and how the cache had a part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

CacheState = Literal["hit", "miss", "shared", "stale", "last_good"]


@dataclass(frozen=True, slots=True)
class TableFact:
    """A table that was read, by its full name, and when its data last changed, where the engine says so."""

    name: str
    last_modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one run of one statement.

    `sql_sha256` is of the statement as it ran, `scope_sha256` of the policy and row scope it ran under, `data_version`
    of the data it read. Bytes are charged bytes: None where reading costs nothing (or, billed, where the engine did
    not say).
    """

    tables: tuple[TableFact, ...] = ()
    bytes_estimated: int | None = None
    bytes_billed: int | None = None
    computed_at: datetime | None = None
    sql_sha256: str = ""
    scope_sha256: str = ""
    data_version: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON, for who keeps rows beyond this process; `read` takes it back."""
        return {
            "tables": [[one.name, _iso(one.last_modified)] for one in self.tables],
            "bytes_estimated": self.bytes_estimated,
            "bytes_billed": self.bytes_billed,
            "computed_at": _iso(self.computed_at),
            "sql_sha256": self.sql_sha256,
            "scope_sha256": self.scope_sha256,
            "data_version": self.data_version,
        }

    @classmethod
    def read(cls, data: dict[str, Any]) -> Facts:
        """The facts of `as_dict`. Raises KeyError, TypeError or ValueError for anything else."""
        tables = tuple(TableFact(str(name), _moment(changed)) for name, changed in data["tables"])
        texts = str(data["sql_sha256"]), str(data["scope_sha256"]), str(data["data_version"])
        estimated, billed = data["bytes_estimated"], data["bytes_billed"]
        return cls(tables, _whole(estimated), _whole(billed), _moment(data["computed_at"]), *texts)


@dataclass(frozen=True, slots=True)
class CacheFact:
    """Where an answer was found (see `CacheState`), and why there: a short phrase for a reader."""

    state: CacheState
    reason: str


NO_FACTS = Facts()
COMPUTED = CacheFact("miss", "computed for this request")
REUSED = CacheFact("hit", "kept in this process while the data stays as it is")
MOVED = "read while the data changed: other parts may be of its state before"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _whole(number: int | None) -> int | None:
    return None if number is None else int(number)

"""A plan: the statements that would be paid for together, and the hash that names exactly them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import orjson

from dashbridge.costs.price import NOTHING, Estimate
from dashbridge.kit import sha256_hex

StatementKey = tuple[UUID, str, str]


@dataclass(frozen=True, slots=True)
class Planned:
    """A statement with its values, as a dry run saw it on a connection that has a price; `part` says what it is for."""

    connection_id: UUID
    sql_sha256: str
    values_sha256: str
    estimate: Estimate
    part: str | None = None

    @property
    def key(self) -> StatementKey:
        """What names the statement, whatever it costs."""
        return (self.connection_id, self.sql_sha256, self.values_sha256)


def cost_of(plan: Iterable[Planned]) -> Estimate:
    """The sum."""
    return sum((one.estimate for one in plan), NOTHING)


def plan_sha256(plan: Iterable[Planned]) -> str:
    """Names these statements with these values at these estimates, in whatever order: one byte more is another plan."""
    lines = sorted([*map(str, one.key), str(one.estimate.bytes)] for one in plan)
    return sha256_hex(orjson.dumps(lines))

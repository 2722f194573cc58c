"""What bytes cost: a connection's price, and the estimate of a statement or of many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from dashbridge.warehouse.base import DryRun

CURRENCY = "USD"
TIB = 2**40
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes that would be charged, and their money in USD; an upper bound, since clustering reads less."""

    bytes: int = 0
    usd: float = 0.0
    upper_bound: bool = True

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.bytes + other.bytes, self.usd + other.usd, self.upper_bound or other.upper_bound)

    def as_dict(self) -> dict[str, Any]:
        """As JSON: `{"bytes", "usd"}`, the money to a millionth."""
        return {"bytes": self.bytes, "usd": round(self.usd, 6)}


NOTHING = Estimate()


@dataclass(frozen=True, slots=True)
class Price:
    """USD per TiB read on a connection, and the bytes that a query, and each table in it, is charged for at least.

    A price of 0 is free: budgets and the ledger leave such a connection alone, its cap per query stays.
    """

    usd_per_tib: float = 0.0
    minimum_bytes_per_table: int = 0
    minimum_bytes_per_query: int = 0

    @property
    def free(self) -> bool:
        """Whether nothing read here costs money."""
        return self.usd_per_tib <= 0

    def estimate(self, plan: DryRun) -> Estimate:
        """What a planned statement would be charged at most.

        Where there are minimums, whole MiB are charged, and nothing for a statement that reads nothing.
        """
        per_table = self.minimum_bytes_per_table * len(set(plan.tables))
        least = max(per_table, self.minimum_bytes_per_query)
        charged = plan.bytes_scanned
        if charged and least:
            charged = max(least, _whole_mib(charged))
        return Estimate(charged, self.usd(charged))

    def usd(self, size: int) -> float:
        """The money of `size` charged bytes."""
        return max(0.0, self.usd_per_tib) * size / TIB


FREE = Price()


def _whole_mib(size: int) -> int:
    return math.ceil(size / _MIB) * _MIB

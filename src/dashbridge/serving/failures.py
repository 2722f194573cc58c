"""When nothing of a dashboard could be computed because of the warehouse: one problem in place of many."""

from __future__ import annotations

from collections.abc import Mapping

from dashbridge.kit import DashbridgeError, Problem, TimedOut, Unavailable
from dashbridge.serving.data_answer import Found


class WarehouseFailed(DashbridgeError):
    """Everything that was asked of the warehouse failed, and nothing is left to answer with."""

    status = 502
    default_code = "warehouse_failed"


class WarehouseTimedOut(TimedOut):
    """The same, each for running past its limit."""

    default_code = "warehouse_timed_out"


def require_any(found: Mapping[str, Found]) -> None:
    """Raise WarehouseFailed or WarehouseTimedOut where all failed, by label, for the warehouse's reasons."""
    errors = {label: one for label, one in found.items() if isinstance(one, Unavailable | TimedOut)}
    if not errors or len(errors) < len(found):
        return
    first = next(iter(errors.values()))
    problems = tuple(Problem(one.code, f"{label}: {one.message}", hint=one.hint) for label, one in errors.items())
    if all(isinstance(one, TimedOut) for one in errors.values()):
        raise WarehouseTimedOut(f"Every query timed out: {first.message}", hint=first.hint, problems=problems)
    raise WarehouseFailed(f"Every query failed: {first.message}", hint=first.hint, problems=problems)

"""Ledger entries and day totals as JSON, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson

from dashbridge.costs.report import DayTotals, LedgerEntry, Totals

_IDS = ("id", "turn_id", "connection_id", "override_id")


def fields_of(entry: LedgerEntry) -> dict[str, Any]:
    """An entry's JSON object, without what is not known."""
    fields: dict[str, Any] = {name: getattr(entry, name) for name in LedgerEntry.__dataclass_fields__}
    fields["at"] = entry.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    fields |= {name: str(value) for name in _IDS if (value := fields[name]) is not None}
    return {name: value for name, value in fields.items() if value is not None}


def entry_of(fields: dict[str, Any]) -> LedgerEntry:
    """The entry of a JSON object; fields of a later version are left out."""
    known = {name: value for name, value in fields.items() if name in LedgerEntry.__dataclass_fields__}
    known |= {name: UUID(known[name]) for name in _IDS if name in known}
    return LedgerEntry(**known | {"at": datetime.fromisoformat(known["at"])})


def lines_of(entries: Iterable[LedgerEntry]) -> bytes:
    """JSON lines."""
    return b"".join(orjson.dumps(fields_of(entry), option=orjson.OPT_SORT_KEYS) + b"\n" for entry in entries)


def entries_of(lines: bytes) -> list[LedgerEntry]:
    """The entries of JSON lines."""
    return [entry_of(orjson.loads(line)) for line in lines.splitlines() if line.strip()]


def day_bytes(found: DayTotals, objects: Iterable[str]) -> bytes:
    """A day's roll-up; `objects` names what it was made of. The same day gives the same bytes."""
    body = {
        "day": found.day.isoformat(),
        "objects": sorted(objects),
        "total": found.total.as_dict(),
        "by_dashboard": {name: sums.as_dict() for name, sums in found.by_dashboard.items()},
        "by_purpose": {name: sums.as_dict() for name, sums in found.by_purpose.items()},
        "unsettled": [fields_of(entry) for entry in found.unsettled],
    }
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def day_of(data: bytes) -> tuple[DayTotals, list[str]]:
    """A roll-up's day, and the objects it was made of."""
    body = orjson.loads(data)
    found = DayTotals(
        date.fromisoformat(body["day"]),
        Totals(**body["total"]),
        {name: Totals(**sums) for name, sums in body["by_dashboard"].items()},
        {name: Totals(**sums) for name, sums in body["by_purpose"].items()},
        tuple(entry_of(fields) for fields in body["unsettled"]),
    )
    return found, body["objects"]

"""How the values of a column may be put together: added up, averaged, taken at their highest, or not at all."""

from __future__ import annotations

import re

from dashbridge.planner.lexicon import AMOUNTS, AVERAGED, ID_PIECES
from dashbridge.planner.plan import MeasureKind
from dashbridge.planner.schema import Column
from dashbridge.planner.words import stem


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


LEVELS = _stems(
    "balance stock inventory level population headcount backlog occupancy capacity outstanding members subscribers "
    "employees staff debt reserve reserves available beds seats quota limit holding holdings equity assets liabilities"
)
_RATIOS = _stems(
    "rate ratio percent percentage average mean median per factor coefficient score rating probability efficiency "
    "utilization utilisation yield temperature pressure voltage humidity speed power intensity density bmi kw mw "
    "price tariff age"
)
_RUNNING = _stems("cumulative cumulated cum running ytd mtd qtd reading odometer accumulated")
_LABELS = _stems(
    "year version rank position sequence seq index lat latitude lon lng longitude floor row line page season "
    "week weekday quarter month day hour minute postal isbn ssn iban ordinal"
)
_ADDED = (
    AMOUNTS
    | _stems(
        "fee tax charge charges paid refund gross net volume distance miles mile km kilometers kwh mwh wh energy "
        "consumption usage used unit units item items qty count number passengers cases deaths votes clicks "
        "impressions downloads visits visitors sessions points goals production produced output sold donation "
        "donations bytes emissions premium tonnes tons litres liters gallons rainfall calls tickets errors incidents "
        "attendees freight shipping subtotal turnover expenses expense earnings value"
    )
) - _RATIOS
_SPANS = _stems("minutes minute hours hour seconds second days day weeks months years")
_FEW = 12


def aggregate_of(column: Column) -> MeasureKind | None:
    """How a column is shown as one number; None when no number made of it would say anything."""
    if column.kind == "boolean":
        return "share"
    if column.role != "measure" or _is_label(column):
        return None
    words, described = set(column.words), column.description.lower()
    if (
        words & _RUNNING
        or "to_date" in column.name.lower()
        or re.search(r"\b(?:cumulative|running total)\b", described)
    ):
        return "max"
    if words & (LEVELS | _RATIOS) or re.search(
        r"\b(?:average|ratio|percentage|share|balance|rate) (?:of|per)\b", described
    ):
        return "avg"
    if column.words[-1] in _ADDED or (words & _ADDED and not words & AVERAGED):
        return "avg" if column.kind == "integer" and words & {"value"} and _few(column) else "sum"
    return "avg"


def is_level(column: Column) -> bool:
    """What is there at a moment, such as a stock: over time it is averaged, never added up."""
    return bool(set(column.words) & LEVELS)


def _few(column: Column) -> bool:
    return column.distinct is not None and column.distinct <= _FEW


def _is_label(column: Column) -> bool:
    """Numbers that name something: years, codes, places, ranks."""
    plain = [word for word in column.words if not word.isdigit()]
    if not plain or (column.unique and column.kind == "integer" and column.words[-1] in (ID_PIECES | _LABELS)):
        return True
    if (plain[-1] in ID_PIECES and plain[-1] not in ("number", "no", "nr")) or plain[-1:] == ["no"]:
        return True
    if plain[0] in ("is", "has", "flag"):
        return True
    plural = column.name.lower().endswith(("years", "months", "weeks", "days", "hours", "minutes", "seconds"))
    if (plural and len(plain) > 1) or (plain[-1] in _SPANS - _stems("year month week") and len(plain) > 1):
        return False
    return bool(set(plain) & _LABELS) and (plain[-1] in _LABELS or plain[0] in ("year",))

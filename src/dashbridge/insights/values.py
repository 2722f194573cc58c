"""The chosen value of an input, typed; and what each accessor makes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Typed = str | int | float | bool | Decimal | dt.date
ParameterType = Literal["text", "integer", "number", "decimal", "date", "boolean"]


@dataclass(frozen=True, slots=True)
class InputValue:
    """What the viewer chose.

    `everything` means no restriction. Otherwise `items` holds the values: one for select, text and toggle (none if
    nothing is chosen), any number for multi_select, and exactly two (either may be None = open) for the ranges.
    """

    kind: str
    type: ParameterType
    items: tuple[Typed | None, ...] = ()
    everything: bool = False

    def get(self, accessor: str) -> tuple[Typed, ...] | Typed | None:
        """The value behind an accessor; None is SQL's NULL (nothing chosen). Ask `open` first."""
        if accessor == "values":
            return tuple(item for item in self.items if item is not None)
        if self.kind == "multi_select":
            return self._of_several(accessor)
        if accessor == "until":
            last = self.items[1] if len(self.items) == 2 else None
            return last + dt.timedelta(days=1) if isinstance(last, dt.date) and last < dt.date.max else last
        index = 1 if accessor in ("to", "max") else 0
        return self.items[index] if index < len(self.items) else None

    def open(self, accessor: str) -> bool:
        """Whether the accessor restricts nothing: the input stands at all, or that end of the range is open."""
        if self.everything:
            return True
        return self.kind in ("date_range", "number_range") and self.get(accessor) is None

    def as_json(self) -> object:
        """The value as the page sees it: "all", "none", one value, a list, {from, to} or {min, max}."""
        if self.everything:
            return "" if self.kind == "text" else "all"
        shown = [_json(item) for item in self.items]
        if self.kind == "date_range":
            return {"from": shown[0], "to": shown[1]}
        if self.kind == "number_range":
            return {"min": shown[0], "max": shown[1]}
        if not shown:
            return "none"
        return shown if self.kind == "multi_select" else shown[0]

    def _of_several(self, accessor: str) -> Typed | None:
        items = [item for item in self.items if item is not None]
        if not items:
            return None
        if accessor in ("first", "last"):
            return items[0] if accessor == "first" else items[-1]
        ordered = sorted(items)
        return ordered[0] if accessor == "min" else ordered[-1]


def _json(value: Typed | None) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53):
        return str(value)
    return value

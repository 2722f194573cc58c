"""The inputs of the drawn insights, their states, and what a state means, told apart from the product's code.

An input restricts nothing when all is chosen, when its text is empty, or at an open end of a range; a toggle always
says something. Nothing chosen is NULL for one value and an empty list for several.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from pydantic import TypeAdapter

from dashbridge.insights import InputSpec
from differential.tables import BIG, DAYS, TEXTS

Value = str | int | float | Decimal | dt.date | bool

WRITTEN: dict[str, dict[str, Any]] = {
    "one": {"type": "select", "options": ["AA", "O'Hare"]},
    "cities": {"type": "multi_select", "options": ["AA", "O'Hare", "null"]},
    "num": {"type": "select", "options": [1, 2, 3]},
    "nums": {"type": "multi_select", "options": [1, 2, 3]},
    "ratio": {"type": "select", "options": [0.5, 1.5], "value_type": "number"},
    "cost": {"type": "select", "options": ["1.10"], "value_type": "decimal"},
    "period": {"type": "date_range"},
    "span": {"type": "number_range"},
    "whole": {"type": "number_range", "value_type": "integer"},
    "search": {"type": "text"},
    "on": {"type": "toggle"},
}
SPECS: dict[str, InputSpec] = TypeAdapter(dict[str, InputSpec]).validate_python(WRITTEN)
_SQL = {
    "one": "VARCHAR",
    "cities": "VARCHAR",
    "num": "BIGINT",
    "nums": "BIGINT",
    "ratio": "DOUBLE",
    "search": "VARCHAR",
}
_SQL |= {"cost": "DECIMAL(38, 9)", "period": "DATE", "span": "DOUBLE", "whole": "BIGINT", "on": "BOOLEAN"}

_TEXTS = st.one_of(st.sampled_from(TEXTS[:3]), st.sampled_from(TEXTS))
_NUMBERS = st.one_of(*[st.integers(-1, 5)] * 4, st.sampled_from([one for one in BIG if one is not None]))
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "one": _TEXTS,
    "cities": st.lists(_TEXTS, min_size=1, max_size=4, unique=True),
    "num": _NUMBERS,
    "nums": st.lists(_NUMBERS, min_size=1, max_size=4, unique=True),
    "ratio": st.sampled_from([0.5, 1.5, -0.5, 2.5, 100000.875]),
    "cost": st.sampled_from([Decimal(one) for one in ("1.10", "-2.50", "0.1", "2.500000001", "9999999.99")]),
    "search": st.one_of(st.just("a"), st.sampled_from([one for one in TEXTS if one])),
    "on": st.booleans(),
}


@dataclass(frozen=True)
class State:
    """What was chosen: `everything`, or the values; of a range two ends, None where it is open."""

    name: str
    everything: bool
    values: tuple[Value | None, ...] = ()

    def is_open(self, accessor: str) -> bool:
        """Whether it restricts nothing there."""
        return self.everything or (self.name in ("period", "span", "whole") and self._value(accessor) is None)

    def literal(self, accessor: str) -> str:
        """The chosen value as SQL text, NULL if there is none."""
        return _literal(None if self.everything else self._value(accessor), _SQL[self.name])

    def literals(self) -> list[str]:
        """All chosen values."""
        return [_literal(one, _SQL[self.name]) for one in self.values]

    def raw(self) -> list[str]:
        """As a query string says it."""
        if self.name == "search":
            return [""] if self.everything else [str(self.values[0])]
        if self.everything:
            return ["all"]
        if self.name in ("period", "span", "whole"):
            return ["..".join("" if one is None else str(one) for one in self.values)]
        return [_escaped(one) for one in self.values] or ["none"]

    def _value(self, accessor: str) -> Value | None:
        if self.name in ("period", "span", "whole"):
            low, high = self.values
            if accessor == "until":
                return high + dt.timedelta(days=1) if isinstance(high, dt.date) else None
            return low if accessor in ("from", "min") else high
        if not self.values:
            return None
        chosen: list[Any] = list(self.values)
        found: Value = {"min": min(chosen), "max": max(chosen), "last": chosen[-1]}.get(accessor, chosen[0])
        return found


@st.composite
def states(draw: st.DrawFn, name: str) -> State:
    """A state of the input of that name."""
    if name == "on":
        return State(name, everything=False, values=(draw(_VALUES[name]),))
    chance = draw(st.integers(0, 9))
    if chance > 6:
        return State(name, everything=True)
    if name in ("period", "span", "whole"):
        return State(name, False, draw(_spans(name)))
    if chance in (1, 2) and name != "search":
        return State(name, everything=False)
    value = draw(_VALUES[name])
    return State(name, False, tuple(value) if isinstance(value, list) else (value,))


def _spans(name: str) -> st.SearchStrategy[tuple[Any, Any]]:
    if name == "period":
        ends: list[Any] = [dt.date.fromisoformat(day) for day in DAYS]
    else:
        ends = [-1, 0, 1, 2, 3, 5] if name == "whole" else [-0.5, 0.0, 0.5, 1.5, 1024.625]
    both = st.tuples(st.sampled_from(ends), st.sampled_from(ends)).map(lambda pair: tuple(sorted(pair)))
    one = st.sampled_from(ends)
    return st.one_of(both, one.map(lambda low: (low, None)), one.map(lambda high: (None, high)))


def _escaped(value: Value | None) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"={text}" if text.lstrip("=") in ("all", "none") else text


def _literal(value: Value | None, kind: str) -> str:
    if value is None:
        return f"CAST(NULL AS {kind})"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"CAST('{text.replace(chr(39), chr(39) * 2)}' AS {kind})"

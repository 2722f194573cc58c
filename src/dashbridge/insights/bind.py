"""How chosen values enter an insight's statement: as `?` with a typed cast, never as text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp

from dashbridge.insights.plan import Plan
from dashbridge.insights.references import Reference
from dashbridge.insights.trees import and_parts, reference_of
from dashbridge.insights.values import InputValue, ParameterType, Typed
from dashbridge.kit import Invalid

_CASTS: dict[ParameterType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "decimal": "DECIMAL(38, 9)",
    "date": "DATE",
    "boolean": "BOOLEAN",
}
# Control characters are refused in every written expression, so this mark cannot occur in one.
_MARK = re.compile("\x01(\\d+)\x01")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `?`: which input and accessor it is, its type, and the value (dates, integers and decimals as text)."""

    input: str
    accessor: str
    type: ParameterType
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """One DuckDB statement over `insight_data` and the values of its placeholders, in order."""

    sql: str
    parameters: tuple[Parameter, ...]

    @property
    def values(self) -> list[str | float | bool]:
        """The values alone, as an engine takes them."""
        return [one.value for one in self.parameters]


def bind_plan(plan: Plan, values: Mapping[str, InputValue], limit: int | None = None) -> BoundQuery:
    """The plan with the values in place. Raises Invalid when a needed input has no value."""
    filler = _Filler(values)
    text = plan.write(filler.fill, filler.part, limit)
    order: list[Parameter] = []

    def place(match: re.Match[str]) -> str:
        order.append(filler.parameters[int(match[1])])
        return "?"

    sql = _MARK.sub(place, text)
    return BoundQuery(sql, tuple(order))


@dataclass
class _Filler:
    values: Mapping[str, InputValue]
    parameters: list[Parameter] = field(default_factory=list)

    def part(self, tree: exp.Expr) -> exp.Expr:
        """An AND part of a filter: TRUE when an input in it stands at all."""
        return exp.true() if self._stands(tree) else self.fill(tree)

    def fill(self, tree: exp.Expr) -> exp.Expr:
        """Any expression: references become placeholders, an empty list FALSE, an open scalar NULL."""
        filled: exp.Expr = tree.copy()
        for filtered in list(filled.find_all(exp.Filter)):
            kept = [exp.true() if self._stands(part) else part.copy() for part in and_parts(filtered.expression.this)]
            filtered.expression.set("this", exp.and_(*kept))
        return filled.transform(self._list, copy=False).transform(self._scalar, copy=False)

    def _stands(self, tree: exp.Expr) -> bool:
        """Whether an input in it restricts nothing, so that the whole AND part is TRUE."""
        references = [found for node in tree.find_all(exp.Var) if (found := reference_of(node))]
        return any(self._value(one).open(one.accessor) for one in references)

    def _list(self, node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.In) or node.args.get("query") is not None:
            return node
        members: list[exp.Expr] = []
        for member in node.expressions:
            found = reference_of(member)
            if found is None or found.accessor != "values":
                members.append(member)
                continue
            value = self._value(found)
            if value.everything:
                return exp.true()
            chosen = value.get("values")
            members += [self._placeholder(found, value, one) for one in (chosen if isinstance(chosen, tuple) else ())]
        if not members:
            return exp.false()
        node.set("expressions", members)
        return node

    def _scalar(self, node: exp.Expr) -> exp.Expr:
        found = reference_of(node)
        if found is None:
            return node
        value = self._value(found)
        chosen = None if value.everything else value.get(found.accessor)
        if chosen is None or isinstance(chosen, tuple):
            return exp.cast(exp.null(), _CASTS[value.type])
        return self._placeholder(found, value, chosen)

    def _placeholder(self, found: Reference, value: InputValue, chosen: Typed) -> exp.Expr:
        self.parameters.append(Parameter(found.name, found.accessor, value.type, _plain(chosen)))
        return exp.cast(exp.Var(this=f"\x01{len(self.parameters) - 1}\x01"), _CASTS[value.type])

    def _value(self, found: Reference) -> InputValue:
        value = self.values.get(found.name)
        if value is None:
            raise Invalid(
                f"input {found.name!r} has no value", code="input.missing", hint="read_inputs fills the defaults"
            )
        return value


def _plain(value: Typed) -> str | float | bool:
    if isinstance(value, bool | float | str):
        return value
    return (
        value.isoformat() if isinstance(value, dt.date) else f"{value:f}" if isinstance(value, Decimal) else str(value)
    )

"""References in a tree as placeholders: what an open input, an empty list and a missing value mean.

An AND part of a filter is TRUE when an input in it restricts nothing; a list without values holds nothing, so that
`x IN list` is FALSE; a scalar without a value is NULL of its type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlglot import exp

from dashbridge.insights.inputs import value_type
from dashbridge.insights.references import Reference
from dashbridge.insights.spec import InputSpec
from dashbridge.insights.statement import Gives, Placeholder
from dashbridge.insights.trees import and_parts, reference_of, references_of
from dashbridge.insights.values import ParameterType

CASTS: dict[ParameterType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "decimal": "DECIMAL(38, 9)",
    "date": "DATE",
    "boolean": "BOOLEAN",
}
_MARK = re.compile("\x01(\\d+)\x01")


class Places:
    """Collects the placeholders of one statement while its trees are filled."""

    def __init__(self, inputs: Mapping[str, InputSpec], dialect: str) -> None:
        self._inputs = inputs
        self._dialect = dialect
        self._made: list[Placeholder] = []

    def part(self, tree: exp.Expr) -> exp.Expr:
        """An AND part of a filter."""
        references = list(references_of(tree))
        if not references:
            return tree.copy()
        return self._unless_open(references, self._filled(tree, in_part=True))

    def value(self, tree: exp.Expr) -> exp.Expr:
        """Any other expression."""
        return self._filled(tree, in_part=False)

    def written(self, text: str) -> tuple[str, tuple[Placeholder, ...]]:
        """The text with `?` for every mark, and the placeholders in their order there."""
        order = tuple(self._made[int(match[1])] for match in _MARK.finditer(text))
        return _MARK.sub("?", text), order

    def _filled(self, tree: exp.Expr, *, in_part: bool) -> exp.Expr:
        filled: exp.Expr = tree.copy()
        for filtered in list(filled.find_all(exp.Filter)):
            parts = [self.part(part) for part in and_parts(filtered.expression.this)]
            filtered.expression.set("this", exp.and_(*parts))

        def place(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.In):
                return self._list(node, in_part=in_part)
            found = reference_of(node)
            return node if found is None else self._place(found, "value")

        return filled.transform(place, copy=False)

    def _list(self, node: exp.In, *, in_part: bool) -> exp.Expr:
        lists = [found for member in node.expressions if (found := reference_of(member)) and found.accessor == "values"]
        if not lists:
            return node
        sought = self._filled(node.this, in_part=in_part)
        others = [self._filled(one, in_part=in_part) for one in node.expressions if reference_of(one) not in lists]
        tested: list[exp.Expr] = [exp.In(this=sought.copy(), expressions=others)] if others else []
        for found in lists:
            membership = exp.In(this=sought.copy(), expressions=[self._list_place(found)])
            tested.append(exp.paren(exp.and_(membership, self._place(found, "some"))))
        either = exp.paren(exp.or_(*tested))
        return either if in_part else self._unless_open(lists, either)

    def _unless_open(self, references: Iterable[Reference], tree: exp.Expr) -> exp.Expr:
        asked = {(one.name, one.accessor): one for one in references if self._inputs[one.name].type != "toggle"}
        if not asked:
            return tree
        opened = [self._place(one, "open") for one in asked.values()]
        return exp.paren(exp.or_(*opened, exp.paren(tree)))

    def _list_place(self, found: Reference) -> exp.Expr:
        kind = value_type(self._inputs[found.name])
        cast = exp.DataType.build(CASTS[kind]).sql(dialect=self._dialect)
        self._made.append(Placeholder(found.name, found.accessor, kind, "value", cast))
        return exp.Var(this=f"\x01{len(self._made) - 1}\x01")

    def _place(self, found: Reference, gives: Gives) -> exp.Expr:
        kind = value_type(self._inputs[found.name]) if gives == "value" else "boolean"
        self._made.append(Placeholder(found.name, found.accessor, kind, gives))
        return exp.cast(exp.Var(this=f"\x01{len(self._made) - 1}\x01"), CASTS[kind])

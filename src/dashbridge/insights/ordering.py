"""The order of an insight's rows: as written, made total over groups; a sort key never changes the grouping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from dashbridge.insights.expression import Parsed
from dashbridge.insights.plan import SortKey
from dashbridge.insights.sorting import SortText
from dashbridge.insights.trees import Keys, has_aggregate, loose_columns, meaning
from dashbridge.kit import Place, Problem


@dataclass(frozen=True, slots=True)
class Rows:
    """What is sorted: the keys and trees of the select list, whether, by which ordinals and meanings it is grouped."""

    names: tuple[str, ...]
    trees: Sequence[exp.Expr]
    grouped: bool
    group: tuple[int, ...]
    keys: Keys

    def order(
        self, written: Sequence[tuple[str, SortText, Parsed]], problems: list[Problem], *, order_by_x: bool
    ) -> list[SortKey]:
        """The keys of ORDER BY; what is wrong with the written ones goes to `problems`."""
        if not written:
            return self._default(order_by_x)
        known = {meaning(tree): at for at, tree in reversed(list(enumerate(self.trees, 1)))}
        order: list[SortKey] = []
        for path, one, parsed in written:
            at = known.get(parsed.key)
            if at is None and (problem := self._problem(parsed, path)):
                problems.append(problem)
            order.append(SortKey(at, None if at else parsed.tree, one.descending, one.nulls_first))
        # Ties among groups would come in any order, and the answer's ETag with them.
        return [*order, *(SortKey(at, None) for at in self.group if at not in {key.ordinal for key in order})]

    def _default(self, order_by_x: bool) -> list[SortKey]:
        group = list(self.group)
        if order_by_x and "props.x" in self.names:
            x = self.names.index("props.x") + 1
            group = [x, *(at for at in group if at != x)]
        return [SortKey(at, None) for at in group]

    def _problem(self, parsed: Parsed, path: str) -> Problem | None:
        if isinstance(parsed.tree, exp.Literal):
            message, hint = f"{parsed.text} sorts nothing", "sort by an expression, not by a position"
            return Problem("sort.constant", message, Place(path), hint)
        if not self.grouped and has_aggregate(parsed.tree):
            message = f"sorting by {parsed.text} would group the rows, and a sort never changes the grouping"
            return Problem("sort.grouping", message, Place(path), "sort by a column, or use an aggregate in the props")
        if self.grouped and (loose := loose_columns(parsed.tree, self.keys)):
            message = f"sorting by {loose[0]} would split the groups further, and a sort never changes the grouping"
            hint = f"sort by max({loose[0]}), or make {loose[0]} a prop or a column"
            return Problem("sort.grouping", message, Place(path), hint)
        return None

"""An insight as one statement over its query's result: which parts filter, group, split and order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from dashbridge.insights.expression import Parsed, parse
from dashbridge.insights.labels import Facts, facts_of, label_of
from dashbridge.insights.ordering import Rows
from dashbridge.insights.plan import Plan
from dashbridge.insights.sorting import SortText, sort_keys
from dashbridge.insights.spec import InputSpec, InsightSpec
from dashbridge.insights.split import Split, split_plan
from dashbridge.insights.trees import (
    DIALECT,
    Keys,
    and_parts,
    has_aggregate,
    has_column,
    has_window,
    loose_columns,
    meaning,
    refers,
)
from dashbridge.kit import Invalid, Place, Problem

DEFAULT_ROW_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class InsightColumn:
    """One column of the answer: its key, the expression as written, a title, and what the text tells of it."""

    key: str
    expression: str
    label: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class CompiledInsight:
    """An insight ready to run. `query` names the query that yields `insight_data`; `template` is for reading only."""

    name: str
    query: str
    template: str
    columns: tuple[InsightColumn, ...]
    split_column: str | None
    input_dependencies: tuple[str, ...]
    requires_groupby: bool
    interactions: tuple[dict[str, str], ...]
    row_limit: int
    limit_is_the_authors: bool
    split: Split
    plan: Plan = field(repr=False, compare=False)

    def column(self, key: str) -> InsightColumn | None:
        """The column of that key."""
        return next((one for one in self.columns if one.key == key), None)

    def as_json(self) -> dict[str, Any]:
        """What the data answer says of it: query, interactions and the compile-time half of the metadata."""
        return {
            "query": self.template,
            "interactions": [dict(one) for one in self.interactions],
            "metadata": {
                "split_column": self.split_column,
                "input_dependencies": list(self.input_dependencies),
                "requires_groupby": self.requires_groupby,
                "columns": [{"name": one.key, "label": one.label} for one in self.columns],
            },
        }


def compile_insight(
    name: str,
    spec: InsightSpec,
    inputs: Mapping[str, InputSpec],
    *,
    dialect: str = DIALECT,
    order_by_x: bool = False,
    facts: Mapping[str, Facts] | None = None,
    split_name: str | None = None,
) -> CompiledInsight:
    """Compile one insight, whose expressions are written in `dialect`.

    `order_by_x`: sort by x when the author gave no sort; `facts`: of the query's columns; `split_name`: the key of the
    split's column, the split column's own name when left out.
    Raises Invalid with every Problem found, each placed by its path (`/insights/NAME/props/x`).
    """
    return _Compiler(name, spec, inputs, dialect, split_name).build(order_by_x, facts or {})


class _Compiler:
    def __init__(
        self, name: str, spec: InsightSpec, inputs: Mapping[str, InputSpec], dialect: str, split_name: str | None
    ) -> None:
        self.name, self.spec, self.inputs, self.dialect, self.split_name = name, spec, inputs, dialect, split_name
        self.root = f"/insights/{name}"
        self.problems: list[Problem] = []
        self.used: dict[str, None] = {}

    def build(self, order_by_x: bool, known: Mapping[str, Facts]) -> CompiledInsight:
        select = self._select()
        split = self._split(select)
        filters = self._filters()
        parts = [part for _, parsed in filters for part in and_parts(parsed.tree)]
        trees = [parsed.tree for parsed in select.values()]
        grouped = any(has_aggregate(tree) for tree in [*trees, *parts])
        group = [at for at, tree in enumerate(trees, 1) if grouped and has_column(tree) and not _computed(tree)]
        keys = {meaning(tree): type(tree.unnest()) for at in group if not refers(tree := trees[at - 1])}
        if grouped:
            self._check_grouping(select, filters, keys)
        rows = Rows(tuple(select), trees, grouped, tuple(group), keys)
        order = rows.order(self._sorts(), self.problems, order_by_x=order_by_x)
        if not self.spec.props and not self.spec.columns:
            self._problem(
                "insight.empty", "the insight has no props and no columns", self.root, "add props: {x: …, y: …}"
            )
        if self.problems:
            raise Invalid.of(self.problems)
        plan = Plan(
            select=tuple((key, parsed.tree) for key, parsed in select.items()),
            where=tuple(part for part in parts if not has_aggregate(part) and not has_window(part)),
            having=tuple(part for part in parts if has_aggregate(part) and not has_window(part)),
            qualify=tuple(part for part in parts if has_window(part)),
            group=tuple(group),
            order=tuple(order),
            limit=self.spec.limit or DEFAULT_ROW_LIMIT,
        )
        columns = tuple(
            InsightColumn(key, one.text, label_of(one.tree, key.rpartition(".")[2]), facts_of(one.tree, known))
            for key, one in select.items()
        )
        return CompiledInsight(
            name=self.name,
            query=self.spec.query,
            template=plan.template(),
            columns=columns,
            split_column=split,
            input_dependencies=tuple(sorted(self.used)),
            requires_groupby=grouped,
            interactions=tuple({one.kind: one.text} for one in self.spec.interactions),
            row_limit=self.spec.limit or DEFAULT_ROW_LIMIT,
            limit_is_the_authors=self.spec.limit is not None,
            split=split_plan(plan, self.inputs, dialect=self.dialect),
            plan=plan,
        )

    def _select(self) -> dict[str, Parsed]:
        found: dict[str, Parsed] = {}
        for group, written in (("props", self.spec.props), ("columns", self.spec.columns)):
            for key, text in written.items():
                if parsed := self._parse(text, f"{self.root}/{group}/{key}"):
                    found[f"{group}.{key}"] = parsed
        return found

    def _split(self, select: dict[str, Parsed]) -> str | None:
        name: str | None = None
        for path, text in self._interactions("split"):
            if name is not None:
                self._problem(
                    "insight.several_splits",
                    "an insight has one split at most",
                    path,
                    "join the columns: a || ' ' || b",
                )
                continue
            parsed = self._parse(text, path)
            if parsed is None:
                continue
            if has_aggregate(parsed.tree):
                self._problem("insight.split_aggregate", "a split cannot be an aggregate", path, "split by a column")
                continue
            name = self.split_name or (parsed.tree.name if isinstance(parsed.tree, exp.Column) else "split")
            name = "split" if name in select else name
            select[name] = parsed
        return name

    def _filters(self) -> list[tuple[str, Parsed]]:
        parsed = ((path, self._parse(text, path)) for path, text in self._interactions("filter"))
        return [(path, one) for path, one in parsed if one is not None]

    def _check_grouping(self, select: dict[str, Parsed], filters: list[tuple[str, Parsed]], keys: Keys) -> None:
        for key, parsed in select.items():
            if _computed(parsed.tree) and (loose := loose_columns(parsed.tree, keys)):
                path = f"{self.root}/{key.replace('.', '/', 1)}" if "." in key else self.root
                self._ungrouped(loose[0], path)
        for path, parsed in filters:
            for part in and_parts(parsed.tree):
                if (has_aggregate(part) or has_window(part)) and (loose := loose_columns(part, keys)):
                    self._ungrouped(loose[0], path)

    def _ungrouped(self, column: str, path: str) -> None:
        message = f"{column} stands beside an aggregate and is neither aggregated nor a prop of its own"
        self._problem("insight.ungrouped", message, path, f"write max({column}), or make {column} a prop or a column")

    def _sorts(self) -> list[tuple[str, SortText, Parsed]]:
        found: list[tuple[str, SortText, Parsed]] = []
        for path, text in self._interactions("sort"):
            try:
                written = sort_keys(text, path, self.dialect)
            except Invalid as error:
                self.problems += error.problems
                continue
            found += [(path, one, parsed) for one in written if (parsed := self._parse(one.text, path))]
        return found

    def _interactions(self, kind: str) -> list[tuple[str, str]]:
        numbered = enumerate(self.spec.interactions)
        return [(f"{self.root}/interactions/{at}/{kind}", one.text) for at, one in numbered if one.kind == kind]

    def _parse(self, text: str, path: str) -> Parsed | None:
        try:
            parsed = parse(text, self.inputs, path, self.dialect)
        except Invalid as error:
            self.problems += error.problems
            return None
        self.used.update(dict.fromkeys(one.name for one in parsed.references))
        return parsed

    def _problem(self, code: str, message: str, path: str, hint: str) -> None:
        self.problems.append(Problem(code, message, Place(path), hint))


def _computed(tree: exp.Expr) -> bool:
    return has_aggregate(tree) or has_window(tree)

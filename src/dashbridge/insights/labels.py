"""Names and kinds read off an expression: what an axis is called, and whether it holds times, numbers or names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from sqlglot import exp

from dashbridge.insights.trees import reference_of
from dashbridge.sql import SqlRefused, read_tree

Kind = Literal["temporal", "quantitative", "nominal", "unknown"]

_TIMES = {"DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATETIME"}
_NUMBERS = {
    "TINYINT",
    "SMALLINT",
    "INT",
    "BIGINT",
    "INT128",
    "UTINYINT",
    "USMALLINT",
    "UINT",
    "UBIGINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "BIGDECIMAL",
}
_NUMBER_NODES = (
    exp.Sum,
    exp.Avg,
    exp.Count,
    exp.Median,
    exp.Stddev,
    exp.StddevSamp,
    exp.StddevPop,
    exp.Variance,
    exp.Div,
    exp.Mul,
    exp.Round,
    exp.Extract,
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
    exp.PercentileCont,
    exp.Quantile,
    exp.ApproxDistinct,
    exp.Corr,
    exp.Abs,
    exp.Ceil,
    exp.Floor,
    exp.Length,
    exp.Neg,
    exp.Year,
    exp.Month,
    exp.Day,
    exp.Hour,
    exp.CountIf,
)
_PASSING = (
    exp.Paren,
    exp.Min,
    exp.Max,
    exp.AnyValue,
    exp.First,
    exp.Last,
    exp.Filter,
    exp.IgnoreNulls,
    exp.RespectNulls,
    exp.Window,
    exp.Coalesce,
    exp.FirstValue,
    exp.LastValue,
    exp.Lag,
    exp.Lead,
    exp.Add,
    exp.Sub,
)
_CALLED = {
    exp.Sum: "",
    exp.Avg: "Average ",
    exp.Count: "",
    exp.Min: "Least ",
    exp.Max: "Greatest ",
    exp.Median: "Median ",
    exp.ApproxDistinct: "Distinct ",
}
_UNITS = {"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text tells of a column: its kind, of a truncated time the unit (`MONTH`), and whether its values add up.

    `additive` is true of counts and sums, never of ratios, averages or distinct counts.
    """

    kind: Kind = "unknown"
    grain: str | None = None
    additive: bool = field(default=False, compare=False)


Known = Mapping[str, Facts]


def facts_of(tree: exp.Expr, known: Known) -> Facts:
    """The facts of an expression over columns whose facts are `known`, by lower-case name."""
    kind = kind_of(tree, known)
    return Facts(kind, _grain(tree, known) if kind == "temporal" else None, _adds_up(tree, known))


def _adds_up(tree: exp.Expr, known: Known) -> bool:
    if isinstance(tree, exp.Sum | exp.Count):
        return not isinstance(tree.this, exp.Distinct)
    if isinstance(tree, exp.Column):
        return tree.name.lower() in known and known[tree.name.lower()].additive
    if isinstance(tree, exp.Add | exp.Sub):
        return _adds_up(tree.left, known) and _adds_up(tree.right, known)
    if isinstance(tree, exp.Mul) and tree.left.is_number:
        return _adds_up(tree.right, known)
    if isinstance(tree, exp.Mul | exp.Div):
        return tree.right.is_number and _adds_up(tree.left, known)
    if isinstance(tree, exp.Cast):
        return kind_of(tree, known) == "quantitative" and _adds_up(tree.this, known)
    if isinstance(tree, exp.Paren | exp.Filter | exp.Coalesce | exp.Neg):
        return _adds_up(tree.this, known)
    return isinstance(tree, exp.CountIf)


def _grain(tree: exp.Expr, known: Known) -> str | None:
    tree = _bare(tree)
    if isinstance(tree, exp.DateTrunc | exp.TimestampTrunc) and tree.args.get("unit") is not None:
        unit = str(tree.args["unit"].name).upper()
        return unit if unit in _UNITS else None
    if isinstance(tree, exp.Column):
        return known[tree.name.lower()].grain if tree.name.lower() in known else None
    return None


def kind_of(tree: exp.Expr, known: Known) -> Kind:
    """What the values are, as far as the expression tells."""
    if isinstance(tree, exp.Cast):
        name = tree.to.this.name if isinstance(tree.to.this, exp.DataType.Type) else ""
        if name in _TIMES:
            return "temporal"
        return (
            "quantitative" if name in _NUMBERS else "nominal" if name in ("VARCHAR", "TEXT", "BOOLEAN") else "unknown"
        )
    if isinstance(tree, exp.DateTrunc | exp.TimestampTrunc | exp.TsOrDsToDate | exp.Date):
        return "temporal"
    if isinstance(tree, _NUMBER_NODES):
        return "quantitative"
    if isinstance(tree, exp.Literal):
        return "nominal" if tree.is_string else "quantitative"
    if isinstance(tree, exp.Column):
        return known[tree.name.lower()].kind if tree.name.lower() in known else "unknown"
    if isinstance(tree, exp.Concat | exp.DPipe | exp.Upper | exp.Lower | exp.Trim | exp.Substring):
        return "nominal"
    if isinstance(tree, exp.Case):
        kinds = {kind_of(branch.args["true"], known) for branch in tree.args.get("ifs", [])}
        return kinds.pop() if len(kinds) == 1 else "unknown"
    if isinstance(tree, _PASSING):
        return kind_of(tree.this, known)
    return "nominal" if isinstance(tree, exp.Predicate) else "unknown"


@lru_cache(maxsize=256)
def column_facts(sql: str) -> Mapping[str, Facts]:
    """What a query's text tells of its own columns, by lower-case name; nothing when it cannot be read."""
    for dialect in ("duckdb", "bigquery"):
        try:
            tree = read_tree(sql, dialect=dialect)
        except SqlRefused:
            continue
        if isinstance(tree, exp.Query):
            found = {item.alias_or_name.lower(): facts_of(item.unalias(), {}) for item in tree.selects}
            known = {name: facts for name, facts in found.items() if name and facts.kind != "unknown"}
            return MappingProxyType(known)
    return MappingProxyType({})


def label_of(tree: exp.Expr, fallback: str) -> str:
    """A short title for the expression: its column's name in words, what is done to it in front."""
    tree = _bare(tree)
    if isinstance(tree, exp.Column):
        return words(tree.name)
    if isinstance(tree, exp.DateTrunc | exp.TimestampTrunc):
        unit = str(tree.args["unit"].name).upper() if tree.args.get("unit") is not None else ""
        return unit.capitalize() if unit in _UNITS else words(fallback)
    if isinstance(tree, exp.Count):
        return _count_label(tree)
    for node, prefix in _CALLED.items():
        if isinstance(tree, node) and isinstance(_bare(tree.this), exp.Column):
            name = words(_bare(tree.this).name)
            return (prefix + name.lower()).strip().capitalize() if prefix else name
    if isinstance(tree, exp.Div) and _weighted(tree):
        return f"Average {words(_weighted(tree) or '').lower()}"
    names = {column.name for column in tree.find_all(exp.Column)}
    if len(names) == 1 and not any(reference_of(node) for node in tree.find_all(exp.Var)):
        return words(names.pop())
    return words(fallback)


def words(name: str) -> str:
    """`dep_delay` as `Dep delay`."""
    plain = re.sub(r"[_\s]+", " ", name).strip()
    return plain[:1].upper() + plain[1:] if plain else name


def _bare(tree: exp.Expr) -> exp.Expr:
    while isinstance(tree, exp.Paren | exp.Cast | exp.Round | exp.Filter | exp.Window | exp.IgnoreNulls | exp.Coalesce):
        tree = tree.this
    return tree


def _count_label(tree: exp.Count) -> str:
    inner = tree.this
    if isinstance(inner, exp.Distinct) and len(inner.expressions) == 1 and isinstance(inner.expressions[0], exp.Column):
        return f"Distinct {words(inner.expressions[0].name).lower()}"
    return "Count"


def _weighted(tree: exp.Div) -> str | None:
    """The name of the averaged column in `sum(a * b) / sum(b)`."""
    top, below = _bare(tree.this), _bare(tree.expression)
    if not (isinstance(top, exp.Sum) and isinstance(below, exp.Sum) and isinstance(_bare(top.this), exp.Mul)):
        return None
    product = _bare(top.this)
    factors = [_bare(product.this), _bare(product.expression)]
    weight = _bare(below.this)
    rest = [one for one in factors if one != weight]
    return rest[0].name if len(rest) == 1 and isinstance(rest[0], exp.Column) else None

"""What the browser's engine and the server's answer alike: the only words of a post-query, and the types that cross."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlglot import exp

from dashbridge.insights.common_functions import COMMON
from dashbridge.insights.trees import reference_of

_OPERATORS: tuple[type[exp.Expr], ...] = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Star, exp.Alias),
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is),
    *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.In, exp.Between, exp.Like, exp.ILike, exp.Escape),
    *(exp.Case, exp.If, exp.Cast, exp.TryCast, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.DPipe),
    *(exp.Mod, exp.IntDiv, exp.Filter, exp.Where, exp.Distinct, exp.Window, exp.WindowSpec, exp.Order, exp.Ordered),
    *(exp.IgnoreNulls, exp.RespectNulls),
    *(exp.Interval, exp.DataTypeParam, exp.Glob, exp.SimilarTo),
)
_CAST_TO = frozenset(
    """
    BOOLEAN TINYINT SMALLINT INT BIGINT INT128 FLOAT DOUBLE DECIMAL VARCHAR TEXT DATE TIME TIMESTAMP
    TIMESTAMPNTZ UTINYINT USMALLINT UINT UBIGINT
    """.split()  # noqa: SIM905
)
_UNSTEADY = frozenset(
    """
    ANY_VALUE ARBITRARY ARG_MAX ARG_MIN ARRAY_AGG FIRST GROUP_CONCAT LAST LIST LISTAGG MAX_BY MIN_BY MODE STRING_AGG
    """.split()  # noqa: SIM905
)
_CROSSING = re.compile(
    r"BOOL(EAN)?|U?(TINY|SMALL|BIG)INT|U?INTEGER|INT64|HUGEINT|FLOAT(64)?|DOUBLE|(DECIMAL|NUMERIC)(\(\d+, ?\d+\))?"
    r"|VARCHAR|STRING|DATE|TIME|TIMESTAMP(_S|_MS|_NS)?|DATETIME|TIMESTAMP WITH TIME ZONE|BLOB|BYTES|\"?NULL\"?",
    re.IGNORECASE,
)


def post_problem(trees: Iterable[exp.Expr]) -> str | None:
    """Why these trees may not stand in a post-query, or None."""
    return next((problem for tree in trees for node in tree.walk() if (problem := _problem(node))), None)


def crossing_problem(columns: Sequence[tuple[str, str]]) -> str | None:
    """Why columns of these types (name, the warehouse's word) cannot cross as Arrow and mean the same, or None."""
    for _, kind in columns:
        if not _CROSSING.fullmatch(kind):
            return f"a value of type {kind[:60]} means something else once it has left the warehouse"
    return None


def huge_columns(columns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The columns that cross as decimals and are whole numbers of 128 bits."""
    return tuple(name for name, kind in columns if kind.upper() == "HUGEINT")


def _problem(node: exp.Expr) -> str | None:
    if reference_of(node) is not None or isinstance(node.parent, exp.Interval):
        return None
    if isinstance(node, exp.DataType):
        kind = node.this.name if isinstance(node.this, exp.DType) else str(node.this)
        return None if kind in _CAST_TO else f"a cast to {kind} is not answered alike by every engine"
    if isinstance(node, exp.Var):  # a unit, judged with its function
        return None
    if isinstance(node, _OPERATORS):
        return None
    name = _function_name(node)
    if name == "ROUND" and not _rounds_after_point(node):
        return "round() to tens is not answered alike by every engine"
    if name in _UNSTEADY:
        return f"{name.lower()}() depends on the order of the rows"
    return None if name in COMMON else f"{name.lower()} is not among what every engine answers alike"


def _rounds_after_point(node: exp.Expr) -> bool:
    digits = node.args.get("decimals")
    return digits is None or (isinstance(digits, exp.Literal) and not digits.is_string)


def _function_name(node: exp.Expr) -> str:
    text = node.sql(dialect="duckdb")
    name, opened, _ = text.partition("(")
    if opened and isinstance(node, exp.Func) and re.fullmatch(r"\w+", name) and text.endswith(")"):
        return name.upper()
    return type(node).__name__.upper()

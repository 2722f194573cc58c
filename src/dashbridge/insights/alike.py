"""What BigQuery and DuckDB compute alike, call by call, and how a day or a moment of BigQuery is said in DuckDB.

A tree has no column types, so a call passes only where its meaning does not hang on them. A moment may be a DATE, a
DATETIME or a TIMESTAMP: `make_timestamp(epoch_us(x))` gives the same UTC clock for all three, in any time zone of the
engine. A day is known to be one where the expression says so: DATE(x), a literal, or a date function over a day.

Left out though they look alike: UPPER (ß), TRIM of unsaid white space, CONCAT and casts to text (numbers), casts to
whole numbers (halves), ROUND to digits, LEAST (NaN), REVERSE, REGEXP_EXTRACT, DATE_TRUNC of what may be a moment.
On BigQuery's documentation alone rest: LOWER follows the Unicode data without languages; weeks begin on Sunday unless
said; the parts of EXTRACT; DATE_DIFF counts boundaries; RE2 reads the patterns. Years before 1000 print differently.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from dashbridge.insights.trees import references_of

PLAIN: tuple[type[exp.Expr], ...] = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Star, exp.Var, exp.DataType),
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ),
    *(exp.NullSafeNEQ, exp.In, exp.Between, exp.Case, exp.If, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.DPipe),
    *(exp.Like, exp.Coalesce, exp.Nullif, exp.Abs, exp.Length, exp.StartsWith, exp.EndsWith, exp.Lower),
    *(exp.Sum, exp.Count, exp.Min, exp.Max, exp.Avg, exp.LogicalAnd, exp.LogicalOr, exp.Stddev, exp.StddevSamp),
    *(exp.StddevPop, exp.Variance, exp.VariancePop, exp.Distinct, exp.Filter, exp.Where),
    *(exp.Window, exp.WindowSpec, exp.Order, exp.Ordered, exp.Rank, exp.DenseRank, exp.RowNumber, exp.Ntile),
    *(exp.PercentRank, exp.CumeDist, exp.Lag, exp.Lead, exp.Replace),
)
_PARTS = frozenset("YEAR QUARTER MONTH DAY DAYOFYEAR DAYOFWEEK ISOYEAR ISOWEEK HOUR MINUTE SECOND".split())  # noqa: SIM905
_DAY_UNITS = frozenset("DAY WEEK MONTH QUARTER YEAR".split())  # noqa: SIM905
_TRUNCATED_TO = _DAY_UNITS | {"ISOWEEK", "WEEK(MONDAY)", "WEEK(SUNDAY)"}
_DAY_FORMAT = re.compile(r"(?:[^%]|%[YmdyBbAaj])*")


def alike(node: exp.Expr) -> bool:
    """Whether this one node, its parts aside, means in DuckDB what it means in BigQuery."""
    rule = _RULES.get(type(node))
    if rule is not None:
        return rule(node)
    inside = node.parent
    if isinstance(node, exp.WeekStart | exp.TsOrDsToDate):
        return isinstance(inside, exp.DateTrunc | exp.TimeToStr)
    if isinstance(node, exp.RawString):
        return isinstance(inside, exp.RegexpLike | exp.RegexpReplace)
    return isinstance(node, PLAIN)


def said_plainly(tree: exp.Expr) -> exp.Expr:
    """The tree with its moments made UTC timestamps and DATE(x) a cast of one."""

    def settle(node: exp.Expr) -> exp.Expr:
        if type(node) is exp.Date:
            return exp.cast(_moment(node.this), "date")
        if isinstance(node, exp.Extract):
            node.set("expression", _moment(node.expression))
        if isinstance(node, exp.TimeToStr) and isinstance(node.this, exp.TsOrDsToDate):
            node.set("this", node.this.this.copy())
        return node

    return tree.transform(settle)


def _moment(value: exp.Expr) -> exp.Expr:
    micros = exp.Anonymous(this="EPOCH_US", expressions=[value.copy()])
    return exp.Anonymous(this="MAKE_TIMESTAMP", expressions=[micros])


def _is_day(node: exp.Expr | None) -> bool:
    while isinstance(node, exp.Paren | exp.TsOrDsToDate):
        node = node.this
    if isinstance(node, exp.Cast):
        return bool(node.is_type("date")) and isinstance(node.this, exp.Literal)
    return isinstance(node, exp.Date | exp.DateTrunc | exp.DateAdd | exp.DateSub | exp.LastDay)


def _whole(node: exp.Expr | None, least: int = 0) -> bool:
    return isinstance(node, exp.Literal) and node.name.isdigit() and int(node.name) >= least


def _said_twice(node: exp.Expr) -> bool:
    """DuckDB's words repeat the parts: a reference would be bound twice."""
    return not any(True for _ in references_of(node))


def _pattern(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.RawString) or _text(node)


def _text(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Literal) and node.is_string and bool(node.name)


def _unit(node: exp.Expr) -> str:
    unit = node.args.get("unit")
    if isinstance(unit, exp.WeekStart):
        return f"WEEK({unit.name.upper()})"
    return str(unit.name).upper() if unit is not None else ""


def _only(node: exp.Expr, *names: str) -> bool:
    """No argument is given but these."""
    return not {name for name, value in node.args.items() if value} - set(names)


def _date(node: exp.Expr) -> bool:
    return _only(node, "this") and not isinstance(node.this, exp.Literal)


def _extract(node: exp.Expr) -> bool:
    return (
        isinstance(node.this, exp.Var) and node.name.upper() in _PARTS and not isinstance(node.expression, exp.Literal)
    )


def _moved(node: exp.Expr) -> bool:
    return _is_day(node.this) and _whole(node.expression) and _unit(node) in _DAY_UNITS


def _apart(node: exp.Expr) -> bool:
    both = _is_day(node.this) and _is_day(node.expression)
    return both and _unit(node) in _DAY_UNITS - {"WEEK"}


def _shown(node: exp.Expr) -> bool:
    form = node.args.get("format")
    return _is_day(node.this) and isinstance(form, exp.Literal) and bool(_DAY_FORMAT.fullmatch(form.name))


_RULES: dict[type[exp.Expr], Callable[[exp.Expr], bool]] = {
    exp.Trim: lambda node: _text(node.expression) and node.expression.name.isascii(),
    exp.Substring: lambda node: (
        _whole(node.args["start"], 1) and (not node.args.get("length") or _whole(node.args["length"]))
    ),
    exp.Left: lambda node: _whole(node.expression),
    exp.Right: lambda node: _whole(node.expression),
    exp.StrPosition: lambda node: _text(node.args["substr"]) and _only(node, "this", "substr"),
    exp.Pad: lambda node: _whole(node.expression) and _text(node.args.get("fill_pattern")),
    exp.Greatest: _said_twice,
    exp.SafeDivide: _said_twice,
    exp.RegexpLike: lambda node: _pattern(node.expression) and _only(node, "this", "expression"),
    exp.RegexpReplace: lambda node: _pattern(node.expression) and _pattern(node.args.get("replacement")),
    exp.Mod: lambda node: _whole(node.expression, 1),
    exp.Floor: lambda node: _only(node, "this"),
    exp.Ceil: lambda node: _only(node, "this"),
    exp.Round: lambda node: _only(node, "this"),
    exp.Trunc: lambda node: _only(node, "this"),
    exp.Date: _date,
    exp.Extract: _extract,
    exp.DateTrunc: lambda node: _is_day(node.this) and _unit(node) in _TRUNCATED_TO,
    exp.DateAdd: _moved,
    exp.DateSub: _moved,
    exp.DateDiff: _apart,
    exp.LastDay: lambda node: _is_day(node.this) and _unit(node) in ("", "MONTH"),
    exp.TimeToStr: _shown,
}

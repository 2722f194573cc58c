"""What sqlglot would translate without a word and wrongly: mended here, or refused."""

from __future__ import annotations

import re

from sqlglot import exp

from dashbridge.sql.refused import SqlRefused

_DIFFERENT: dict[str, tuple[type[exp.Expr], ...]] = {
    "bigquery": (exp.Format, exp.ByteLength, exp.TimeDiff, exp.Pseudocolumn, exp.TableSample, exp.JSONCast),
    "duckdb": (exp.Format, exp.Columns, exp.PositionalColumn, exp.TableSample, exp.TimeDiff),
}
_DATES = (exp.CurrentDate, exp.Date, exp.DateFromParts, exp.StrToDate, exp.LastDay)
_FORMATTED = (exp.TimeToStr, exp.StrToTime, exp.StrToDate, exp.StrToUnix, exp.ParseTime, exp.ParseDatetime)
_SHARED_FORMAT = re.compile(r"(?:[^%]|%[-]?[YmdHMSybBaAjpI]|%%)*")
_SHARED_PARTS = frozenset({"YEAR", "QUARTER", "MONTH", "DAY", "DAYOFYEAR", "ISOYEAR", "HOUR", "MINUTE", "SECOND"})


def make_exact(tree: exp.Expr, *, source: str) -> exp.Expr:
    """The tree with the known differences mended; raises `SqlRefused` (`not_translatable`) for those left."""
    for node in reversed(list(tree.walk())):  # inner ones first: an outer one is mended in a copy
        if isinstance(node, _DIFFERENT[source]):
            raise _differs(type(node).__name__)
        if isinstance(node, exp.Extract):
            _mend_extract(node, source)
        elif isinstance(node, exp.TimestampDiff) and source == "bigquery":
            _mend_difference(node)
        elif isinstance(node, (exp.DateAdd, exp.DateSub, exp.DateTrunc)) and source == "bigquery":
            _mend_date(node)
        elif isinstance(node, exp.Unnest) and node.args.get("offset"):
            raise _differs("UNNEST ... WITH OFFSET")  # counts from 0 in one engine and from 1 in the other
        elif isinstance(node, _FORMATTED):
            _check_format(node)
        elif isinstance(node, (exp.Week, exp.WeekOfYear, exp.DayOfWeek, exp.DayOfWeekIso)):
            raise _differs(type(node).__name__)
        elif isinstance(node, exp.Substring):
            _check_start(node)
        elif isinstance(node, exp.Bracket):
            _check_index(node, source)
    return tree


def _mend_extract(node: exp.Extract, source: str) -> None:
    part = node.this.name.upper() if isinstance(node.this, (exp.Var, exp.Column, exp.Literal)) else "WEEK"
    if source == "bigquery" and part == "ISOWEEK":
        node.set("this", exp.var("WEEK"))
    elif source == "bigquery" and part == "DAYOFWEEK":  # BigQuery counts Sunday 1, DuckDB Sunday 0
        node.replace(exp.paren(exp.Add(this=node.copy(), expression=exp.Literal.number(1)), copy=False))
    elif source == "duckdb" and part == "WEEK":
        node.set("this", exp.var("ISOWEEK"))
    elif source == "duckdb" and part in ("DAYOFWEEK", "DOW"):
        bare = node.copy()
        bare.set("this", exp.var("DAYOFWEEK"))
        node.replace(exp.paren(exp.Sub(this=bare, expression=exp.Literal.number(1)), copy=False))
    elif part not in _SHARED_PARTS:  # weeks begin elsewhere, and a millisecond is one of the second or of the minute
        raise _differs(f"EXTRACT({part} ...)")


def _mend_difference(node: exp.TimestampDiff) -> None:
    """TIMESTAMP_DIFF counts whole units; DuckDB's date_diff counts boundaries, its datesub whole units."""
    unit = node.args.get("unit")
    if not isinstance(unit, exp.Var):
        raise _differs("TIMESTAMP_DIFF")
    parts = [exp.Literal.string(unit.name.lower()), node.args["expression"].copy(), node.this.copy()]
    node.replace(exp.Anonymous(this="DATESUB", expressions=parts))


def _mend_date(node: exp.DateAdd | exp.DateSub | exp.DateTrunc) -> None:
    """What gives a DATE in BigQuery gives a TIMESTAMP in DuckDB; DATE_TRUNC does so only where its input is a DATE."""
    of_date = isinstance(node.this, _DATES) or (isinstance(node.this, exp.Cast) and node.this.is_type("date"))
    if of_date or not isinstance(node, exp.DateTrunc):
        node.replace(exp.cast(node.copy(), "date"))


def _check_format(node: exp.Expr) -> None:
    form = node.args.get("format")
    if not (isinstance(form, exp.Literal) and _SHARED_FORMAT.fullmatch(form.name)):
        raise _differs("This date format")


def _check_start(node: exp.Substring) -> None:
    start = node.args.get("start")
    if isinstance(start, exp.Literal) and start.name == "0":
        raise _differs("substr from 0")


def _check_index(node: exp.Bracket, source: str) -> None:
    """Engines count from 0 or from 1, and only what is a literal is counted anew."""
    for index in node.expressions:
        key = isinstance(index, exp.Literal) and (index.is_string or source == "bigquery" or index.name != "0")
        if not (key or isinstance(index, exp.Slice)):
            raise _differs("A computed position in an array")


def _differs(what: str) -> SqlRefused:
    return SqlRefused(
        f"{what} means something else in the other dialect.",
        code="not_translatable",
        hint="Write this part by hand in the target dialect.",
    )

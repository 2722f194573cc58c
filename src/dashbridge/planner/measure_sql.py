"""Measures, conditions and periods as SQL: what a query carries, and how a view computes it again over any group."""

from __future__ import annotations

from dashbridge.planner.dialect import literal
from dashbridge.planner.lexicon import RESERVED
from dashbridge.planner.periods import Period
from dashbridge.planner.plan import Condition, Dimension, Measure


def dimension_name(dimension: Dimension) -> str:
    """The grouping's column name in a query."""
    slug = dimension.slug if dimension.slug[:1].isalpha() else f"g_{dimension.slug}"
    return f"{slug}_value" if slug.lower() in RESERVED else slug


def measure_columns(measure: Measure, column: str, condition: str = "") -> list[tuple[str, str]]:
    """What a query must carry so that the measure can be computed again over any of its groups."""
    stem = measure.stem
    if measure.kind == "count":
        return [("count(*)", stem)]
    if measure.kind == "avg":
        return [(f"sum({column})", f"{stem}_sum"), (f"count({column})", f"{stem}_count")]
    if measure.kind == "share":
        return [
            (f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)", f"{stem}_hits"),
            (f"count({column})", f"{stem}_count"),
        ]
    if measure.kind == "distinct":
        return [(f"count(DISTINCT {column})", measure.slug)]
    return [(f"{measure.kind}({column})", f"{stem}_{measure.kind}")]


def measure_expression(measure: Measure, single: bool = False) -> str:
    """The measure over a query's rows, in the post-query's dialect."""
    stem = measure.stem
    if measure.kind == "avg":
        return f"CAST(sum({stem}_sum) AS DOUBLE) / nullif(sum({stem}_count), 0)"
    if measure.kind == "share":
        return f"CAST(sum({stem}_hits) AS DOUBLE) / nullif(sum({stem}_count), 0)"
    if measure.kind == "count":
        return f"sum({stem})"
    if measure.kind == "distinct":
        return f"max({measure.slug})" if single else f"count(DISTINCT {measure.slug})"
    return f"{measure.kind}({stem}_{measure.kind})"


def condition_sql(column: str, condition: Condition, dialect: str) -> str:
    """A condition as SQL."""
    values = [literal(value, dialect) for value in condition.values]
    if condition.op == "between":
        return f"{column} BETWEEN {values[0]} AND {values[1]}"
    if condition.op in ("in", "not in"):
        return f"{column} {condition.op.upper()} ({', '.join(values)})"
    return f"{column} {condition.op} {values[0]}"


def period_sql(source: str, period: Period, dialect: str, kind: str = "date") -> list[str]:
    """A period as conditions on a time expression of a `kind`: the bare expression against constants."""
    if period.months:
        listed = ", ".join(str(month) for month in period.months)
        return [
            f"EXTRACT(month FROM {source}) IN ({listed})"
            if len(period.months) > 1
            else f"EXTRACT(month FROM {source}) = {listed}"
        ]
    word = "TIMESTAMP" if dialect == "bigquery" and kind == "timestamptz" else "DATE"  # it compares equal types alone
    found = [f"{source} >= {word} '{period.start.isoformat()}'"] if period.start else []
    return found + ([f"{source} < {word} '{period.until.isoformat()}'"] if period.until else [])

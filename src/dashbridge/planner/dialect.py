"""The few places where the warehouses' SQL differs, for the statements the planner writes."""

from __future__ import annotations

import datetime as dt
import re

from dashbridge.planner.lexicon import RESERVED

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quote(name: str, dialect: str) -> str:
    """An identifier, quoted where it must be."""
    if _PLAIN.fullmatch(name) and name.lower() not in RESERVED:
        return name
    if dialect == "bigquery":
        return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"
    return '"' + name.replace('"', '""') + '"'


def table_sql(name: str, dialect: str) -> str:
    """A table as the tools name it (`main.flights`), quoted part by part."""
    parts = name.split(".") if dialect == "bigquery" else name.split(".", 1)
    return ".".join(quote(part, dialect) for part in parts)


def literal(value: str | int | float | bool | dt.date, dialect: str) -> str:
    """A value as SQL; text cannot leave its quotes."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int | float):
        return str(value)
    clean = "".join(character for character in value if character.isprintable())
    if dialect == "bigquery":
        return "'" + clean.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "'" + clean.replace("'", "''") + "'"


def as_date(expression: str, kind: str) -> str:
    """The calendar day of a time."""
    return expression if kind == "date" else f"CAST({expression} AS DATE)"


def truncated(expression: str, grain: str, kind: str, dialect: str) -> str:
    """A time cut to the start of its hour, week, month, quarter or year."""
    if grain == "day":
        return as_date(expression, kind)
    if grain == "hour":
        return f"TIMESTAMP_TRUNC({expression}, HOUR)" if dialect == "bigquery" else f"date_trunc('hour', {expression})"
    if dialect == "bigquery":
        unit = "ISOWEEK" if grain == "week" else grain.upper()
        return f"DATE_TRUNC({as_date(expression, kind)}, {unit})"
    return f"CAST(date_trunc('{grain}', {expression}) AS DATE)"


def made_date(year: str, month: str, day: str, dialect: str) -> str:
    """A day out of integer parts."""
    return f"DATE({year}, {month}, {day})" if dialect == "bigquery" else f"make_date({year}, {month}, {day})"

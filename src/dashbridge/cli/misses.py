"""Where predictions differ from what a case expects, by kind of miss: for cases that hold their `gold`.

It reads the two statements as text, so that it says where to look, not whether an answer is right: a scorer does that.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

KINDS = ("none", "chart", "tables", "columns", "aggregate", "bin", "filter", "sort")
_VALUES = re.compile(r"'([^']*)'|\b(\d+(?:\.\d+)?)\b")
_GRAINS = {"year": ("year",), "month": ("month",), "weekday": ("isodow", "dow"), "day": ("date",)}


def misses(case: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """The kinds of what a prediction seems to lack, of `KINDS`; empty where nothing does, or no `gold` is known."""
    gold = case.get("gold")
    if not isinstance(gold, dict):
        return []
    if not found.get("sql"):
        return ["none"]
    sql = " ".join(str(found["sql"]).lower().split())
    kinds = []
    if str(gold.get("mark")) not in str(found.get("chart")) or bool(gold.get("color")) != bool(found.get("color")):
        kinds.append("chart")
    if any(not _word(str(table), sql) for table in case.get("tables_used") or ()):
        kinds.append("tables")
    channels = [one for one in (gold.get("x"), gold.get("y"), gold.get("color")) if isinstance(one, dict)]
    if any(_column(one) and not _word(_column(one), sql) for one in channels):
        kinds.append("columns")
    if any(one.get("aggregate") and not _aggregated(str(one["aggregate"]).lower(), sql) for one in channels):
        kinds.append("aggregate")
    grain = str((gold.get("x") or {}).get("bin") or "").lower()
    if grain and not any(word in sql for word in _GRAINS.get(grain, (grain,))):
        kinds.append("bin")
    wanted = {value for text in gold.get("filters") or () for pair in _VALUES.findall(str(text)) for value in pair}
    if any(value and value.lower() not in sql for value in wanted) or (gold.get("filters") and " where " not in sql):
        kinds.append("filter")
    if gold.get("sort") and " order by " not in sql:
        kinds.append("sort")
    return kinds


def counted(found: list[list[str]]) -> dict[str, int]:
    """How many predictions have each kind of miss; a prediction may have several."""
    counts = Counter(kind for kinds in found for kind in kinds)
    return {kind: counts[kind] for kind in KINDS}


def _column(channel: dict[str, Any]) -> str:
    """The column of a channel, but for a count: any column, or none, may be counted."""
    name = str(channel.get("column") or "*")
    return "" if name == "*" or channel.get("aggregate") == "COUNT" else name


def _aggregated(name: str, sql: str) -> bool:
    """Whether a statement has an aggregate; an average may be a sum over a count."""
    return f"{name}(" in sql or (name == "avg" and "sum(" in sql and "count(" in sql)


def _word(name: str, sql: str) -> bool:
    return re.search(rf"(?<![a-z0-9_]){re.escape(name.lower())}(?![a-z0-9_])", sql) is not None

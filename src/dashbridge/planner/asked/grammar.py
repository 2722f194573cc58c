"""The words that give a sentence its frame: small lists, none of which names a table or a thing."""

from __future__ import annotations

from dashbridge.planner.plan import MeasureKind

# Pieces of column names that say little of what a column is about.
GENERIC = {
    "id": 0.35,
    "code": 0.35,
    "name": 0.5,
    "number": 0.5,
    "detail": 0.5,
    "details": 0.5,
    "date": 0.6,
    "type": 0.7,
    "other": 0.3,
    "yn": 0.1,
    "if": 0.1,
    "full": 0.4,
    "description": 0.5,
}

AGGREGATES: dict[str, MeasureKind] = {
    "average": "avg",
    "avg": "avg",
    "mean": "avg",
    "averaged": "avg",
    "sum": "sum",
    "total": "sum",
    "totals": "sum",
    "overall": "sum",
    "combined": "sum",
    "minimum": "min",
    "minimal": "min",
    "min": "min",
    "lowest": "min",
    "smallest": "min",
    "least": "min",
    "youngest": "min",
    "maximum": "max",
    "maximal": "max",
    "max": "max",
    "highest": "max",
    "largest": "max",
    "biggest": "max",
    "greatest": "max",
    "oldest": "max",
}
COUNTS = frozenset(["count", "counts", "number", "numbers", "frequency", "many", "amount", "counting"])
GROUPING = frozenset(
    ["each", "every", "per", "by", "across", "different", "various", "versus", "vs", "distinct", "same"]
)
SERIES = frozenset(
    ["colored", "coloured", "color", "colour", "split", "categorize", "categorized", "stacked", "classify"]
)

# Two words of a text column's usual values, and what such a column is called.
CONTRASTS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset(["male", "female"]), ("sex", "gender")),
    (frozenset(["men", "women"]), ("sex", "gender")),
)
_FEMALE = ("F", "f", "Female", "female")
_MALE = ("M", "m", "Male", "male")
SEXES: dict[str, tuple[str, ...]] = {
    "female": _FEMALE,
    "females": _FEMALE,
    "woman": _FEMALE,
    "women": _FEMALE,
    "girls": _FEMALE,
    "male": _MALE,
    "males": _MALE,
    "man": _MALE,
    "men": _MALE,
    "boys": _MALE,
}
GRAINS = {
    "weekday": "weekday",
    "weekdays": "weekday",
    "weekdat": "weekday",
    "day": "day",
    "days": "day",
    "daily": "day",
    "date": "day",
    "dates": "day",
    "week": "week",
    "weekly": "week",
    "month": "month",
    "months": "month",
    "monthly": "month",
    "quarter": "quarter",
    "quarterly": "quarter",
    "year": "year",
    "years": "year",
    "yearly": "year",
    "annual": "year",
    "annually": "year",
}
FLAGS = frozenset(["yn", "flag", "is", "if", "has"])
# A question about how much of a quality, and the column that holds it.
QUALITIES = {
    "old": "age",
    "tall": "height",
    "heavy": "weight",
    "long": "length",
    "far": "distance",
    "expensive": "price",
}

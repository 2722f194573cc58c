"""Titles in plain words: what is measured, by what, for which rows."""

from __future__ import annotations

from collections.abc import Sequence

from dashbridge.planner.measures import condition_words
from dashbridge.planner.plan import Measure, Plan
from dashbridge.planner.words import capital, sentence

_LONGEST = 150


def plan_title(plan: Plan) -> str:
    """The dashboard's title, from the plan alone: the question's own text never gets into it."""
    if plan.broad and not plan.dimensions and not plan.explicit:
        return f"Overview of {plan.base.label}{scope_words(plan)}"[:_LONGEST]
    measured = measures_title(plan.measures) if plan.dimensions or plan.single or plan.by_time else plan.base.label
    groups = [dimension.label for dimension in plan.dimensions]
    if plan.by_time and plan.time is not None:
        groups.append(grain_label(plan.time.grain))
    by = f" by {sentence(groups)}" if groups else ""
    top = (
        f"Top {plan.limit}: " if plan.limit and plan.order != "asc" else f"Bottom {plan.limit}: " if plan.limit else ""
    )
    return (top + capital(measured) + by + scope_words(plan))[:_LONGEST].rstrip(" ,")


def measures_title(measures: Sequence[Measure]) -> str:
    """Up to two measures by name."""
    return sentence([measure.label for measure in measures[:2]])


def scope_words(plan: Plan) -> str:
    """Which rows: " with carrier is "AA", in March"."""
    parts = [condition_words(condition) for condition in plan.conditions]
    words = f" with {sentence(parts)}" if parts else ""
    periods = sentence([period.text for period in plan.periods])
    return words + (f" {periods}" if periods else "")


def grain_label(grain: str) -> str:
    """A grain for people."""
    return "day of the week" if grain == "weekday" else grain

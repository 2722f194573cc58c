"""What a model may be shown of a connection's data: the one place that decides it."""

from __future__ import annotations

from dashbridge.kit import Forbidden

AI_ACCESS = ("schema", "aggregates", "samples")


def shows_values(ai_access: str) -> bool:
    """Whether results of queries may be shown to a model, the offline planner included; `schema`: names and types."""
    return ai_access in ("aggregates", "samples")


def require_values(ai_access: str) -> None:
    """Raises Forbidden where `shows_values` says no."""
    if not shows_values(ai_access):
        raise Forbidden(
            f"This connection shows names and types only, no values (ai_access: {ai_access})",
            code="values_not_shown",
            hint="ask the person how the value is spelt, or an admin to let ai_access be aggregates",
        )

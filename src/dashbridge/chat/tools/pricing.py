"""What a file that a turn checks or saves would cost: a refresh of it, by query and view, beside the budgets."""

from __future__ import annotations

from typing import Any

from dashbridge.chat.context import TurnContext
from dashbridge.kit import at_most, sha256_hex
from dashbridge.library import CheckedDashboard
from dashbridge.serving import Asked

UNNAMED = "draft"


async def cost_of(context: TurnContext, checked: CheckedDashboard, text: str, slug: str = UNNAMED) -> dict[str, Any]:
    """The price of the file for its default inputs, as `GET …/cost` tells it. Raises Unavailable."""
    warehouse, actor = context.warehouse, context.actor
    asked = Asked(str(actor.team_id), str(warehouse.connection_id), slug, 0, sha256_hex(text.encode()))
    price = await context.answers.price(asked, checked.compiled, warehouse, {}, today=context.today)
    return {**price.as_dict(), "budgets": [budget.as_dict() for budget in await context.costs.budgets(actor)]}


def in_words(cost: dict[str, Any]) -> str:
    """A refresh's price in a few words: `a refresh reads up to 1.2 GB, $0.01 at most`."""
    refresh = cost["refresh"]
    return f"a refresh reads {at_most(refresh['bytes'], refresh['usd'])}"

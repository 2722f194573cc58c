"""How much one turn may use, and the counter that holds it to that."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from ai_sdk.providers.base import Usage


@dataclass(frozen=True, slots=True)
class TurnLimits:
    """Limits of one turn. A turn that meets one ends with `DoneEvent("limit")`.

    steps: requests to the model. tokens: all tokens of the turn, cached ones too. usd: money, not held for a model
    without a known price. seconds: wall clock, held inside a stream or a tool too. reply_tokens: the most the model
    may write in one reply, its reasoning included. reply_characters: what is accepted of one
    reply, should the endpoint ignore that.
    """

    steps: int = 24
    tokens: int = 600_000
    usd: Decimal = Decimal("2.00")
    seconds: float = 300.0
    reply_tokens: int = 16_000
    reply_characters: int = 200_000


@dataclass(slots=True)
class Spent:
    """What a turn has used so far."""

    steps: int = 0
    usage: Usage = field(default_factory=Usage)
    usd: Decimal | None = None

    def limit_met(self, limits: TurnLimits) -> str | None:
        """The limit that forbids another request to the model: steps, tokens or usd."""
        if self.steps >= limits.steps:
            return "steps"
        if self.usage.total >= limits.tokens:
            return "tokens"
        if self.usd is not None and self.usd >= limits.usd:
            return "usd"
        return None

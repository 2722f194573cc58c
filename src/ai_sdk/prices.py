"""What tokens cost: a dated table kept as data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from ai_sdk.providers.base import Usage

_PER = Decimal(1_000_000)
_DATED = re.compile(r"-(\d{8}|\d{4}-\d{2}-\d{2})$")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens of each kind."""

    input: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write: Decimal


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices by model name, and the day they were read."""

    as_of: date
    prices: Mapping[str, Price]

    def find(self, model: str) -> Price | None:
        """The price of a model; a name that ends in a date falls back to the name without it."""
        return self.prices.get(model) or self.prices.get(_DATED.sub("", model))

    def usd(self, model: str, usage: Usage) -> Decimal | None:
        """What `usage` costs in US dollars, to a millionth; None when the model has no known price."""
        price = self.find(model)
        if price is None:
            return None
        cost = (
            price.input * usage.input_tokens
            + price.output * usage.output_tokens
            + price.cache_read * usage.cache_read_tokens
            + price.cache_write * usage.cache_write_tokens
        )
        return (cost / _PER).quantize(Decimal("0.000001"))


def load_prices(path: Path | None = None) -> PriceTable:
    """The table that ships with the package, or the operator's own file. Raises ValueError when it is not one."""
    text = path.read_text("utf-8") if path else files("ai_sdk").joinpath("prices.toml").read_text("utf-8")
    data = tomllib.loads(text)
    try:
        as_of = data["as_of"]
        prices = {name: _price(row) for name, row in data["models"].items()}
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"price table {path or 'prices.toml'}: wrong or missing entry ({error!r})") from error
    if not isinstance(as_of, date):
        raise ValueError(f"price table {path or 'prices.toml'}: as_of must be a date")
    return PriceTable(as_of, prices)


def _price(row: Mapping[str, object]) -> Price:
    def figure(name: str) -> Decimal:
        value = Decimal(str(row[name]))
        if not value.is_finite() or value < 0:
            raise ValueError(f"price {name} must be 0 or more, not {row[name]!r}")
        return value

    return Price(figure("input"), figure("output"), figure("cache_read"), figure("cache_write"))

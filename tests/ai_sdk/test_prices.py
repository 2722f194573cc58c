from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ai_sdk.prices import load_prices
from ai_sdk.providers.base import Usage


def test_each_kind_of_token_has_its_price() -> None:
    prices = load_prices()
    million = 1_000_000
    assert prices.usd("claude-sonnet-5-5", Usage(million, million, million, million)) == Decimal("14.60")
    assert prices.usd("claude-sonnet-5-5-20260928", Usage(input_tokens=million)) == Decimal("2.00")
    assert prices.usd("gpt-5.4-mini-2026-03-17", Usage(output_tokens=million)) == Decimal("4.50")


@pytest.mark.parametrize("model", ["", "offline", "claude-sonnet-5-5-fast", "gpt-5.4-mini-huge"])
def test_an_unknown_model_has_no_price(model: str) -> None:
    assert load_prices().usd(model, Usage(5)) is None


def test_the_table_says_its_day() -> None:
    assert load_prices().as_of >= date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "as_of = 1\n[models]",
        "as_of = 2026-01-01\n[models]\na = 5",
        "as_of = 2026-01-01\n[models]\na = {input = 1}",
        "as_of = 2026-01-01\n[models]\na = {input = 'x', output = 1, cache_read = 1, cache_write = 1}",
        "as_of = 2026-01-01\n[models]\na = {input = -1, output = 1, cache_read = 1, cache_write = 1}",
        "not toml",
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(ValueError):
        load_prices(path)

"""Bytes and money in words: bounds never round down, and a little is not nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.kit.amounts import at_most, bytes_words, money_bound, money_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (4_200_000, "4.2 MB"),
        (999_960_000, "1 GB"),
        (123_456_000_000, "123 GB"),
        (10**18, "1000 PB"),
    ],
)
def test_bytes(count: int, words: str) -> None:
    assert bytes_words(count) == words


@pytest.mark.parametrize(
    ("usd", "bound", "spent"),
    [
        (0.0, "$0", "$0"),
        (0.0001, "$0.01", "under $0.01"),
        (0.29, "$0.29", "$0.29"),
        (0.0701, "$0.08", "$0.07"),
        (12.4, "$12.40", "$12.40"),
        (1203.2, "$1,204", "$1,203"),
    ],
)
def test_money(usd: float, bound: str, spent: str) -> None:
    assert (money_bound(usd), money_words(usd)) == (bound, spent)


@given(st.floats(0, 1e7))
def test_a_bound_is_never_below_what_it_bounds(usd: float) -> None:
    assert float(money_bound(usd).lstrip("$").replace(",", "")) >= usd - 1e-6


def test_the_most_something_costs() -> None:
    assert at_most(1_200_000_000, 0.0068) == "up to 1.2 GB, $0.01 at most"
    assert at_most(1_200_000_000, 0.0) == "up to 1.2 GB"

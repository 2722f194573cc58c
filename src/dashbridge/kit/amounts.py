"""Bytes and money in words for people; the page says them the same way (`web/src/costs/price.ts`)."""

from __future__ import annotations

import math

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def bytes_words(count: int) -> str:
    """`812 B`, `4.2 MB`, `100 GB`."""
    value, power = float(count), 0
    while abs(value) >= 999.95 and power < len(_UNITS) - 1:
        value, power = value / 1000, power + 1
    text = f"{value:.0f}" if power == 0 or abs(value) >= 100 else f"{value:.1f}".removesuffix(".0")
    return f"{text} {_UNITS[power]}"


def money_bound(usd: float) -> str:
    """A bound on money, rounded up to the cent: `$0`, `$0.01`, `$12.40`, `$1,204`."""
    cents = round(usd * 100, 6)
    return f"${math.ceil(cents / 100):,}" if usd >= 1000 else _dollars(math.ceil(cents) / 100)


def money_words(usd: float) -> str:
    """Money spent: `$0`, `under $0.01`, `$12.40`, `$1,204`."""
    return "under $0.01" if 0 < usd < 0.01 else _dollars(round(usd, 2))


def at_most(count: int, usd: float) -> str:
    """The most that something reads and costs: `up to 1.2 GB, $0.01 at most`; bytes alone where they cost nothing."""
    return f"up to {bytes_words(count)}" + (f", {money_bound(usd)} at most" if usd > 0 else "")


def _dollars(usd: float) -> str:
    return f"${usd:,.0f}" if usd == 0 or usd >= 1000 else f"${usd:,.2f}"

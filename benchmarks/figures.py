"""How figures are taken and printed: medians of several runs, as a share of a limit."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def report(name: str, seconds: Sequence[float], limit: float, why: str) -> None:
    """Print the median of `seconds` against `limit` (seconds), with the spread."""
    median = statistics.median(seconds)
    spread = f"{min(seconds) * 1000:.1f}–{max(seconds) * 1000:.1f} ms"
    verdict = "within" if median <= limit else "OVER"
    print(
        f"{name}: median {median * 1000:.1f} ms of {limit * 1000:.1f} ms allowed = {median / limit:.2f} ({verdict}); "
        f"{len(seconds)} runs, {spread}; {why}",
        flush=True,
    )

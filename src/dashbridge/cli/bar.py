"""The bar of long work: on a terminal, on standard error, and nowhere else."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


def step_bar(*, wanted: bool = True) -> Progress | None:
    """A bar that counts steps; None where nobody would see it, or nobody wants it."""
    if not wanted or not sys.stderr.isatty():
        return None
    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True))

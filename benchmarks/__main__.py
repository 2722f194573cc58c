"""`make bench`: every benchmark in turn. Each prints its figure as a ratio to a limit or a peer of the same run.

By name only: `superset`, which installs Apache Superset first.
"""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "cold_data",
    "warm_data",
    "hot_path",
    "encoding",
    "turn",
    "plan",
    "restart",
    "at_rest",
    "build",
    "server_path",
    "browser",
    "page",
    "scroll",
)


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    for name in sys.argv[1:] or NAMES:
        importlib.import_module(f"benchmarks.{name}").main()


main()

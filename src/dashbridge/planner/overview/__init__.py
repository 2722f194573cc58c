"""A dashboard for a broad wish: "how are sales", "an overview of delays", "what is going on with visits".

Owns what a good analyst would put on one page. The steps: `wish.py` reads the wish; `roles.py` says how each column may
be added up; `headline.py`, `trend.py`, `breakdown.py` and `detail.py` choose what is shown; `statements.py` writes the
queries; `page.py` puts inputs, views and layout together; `thin.py` answers for tables that hold too little. It reads
names, types and counts alone, never a row. Start with `compose.py`.
"""

from __future__ import annotations

from dashbridge.planner.overview.compose import overview
from dashbridge.planner.overview.wish import is_broad

__all__ = ["is_broad", "overview"]

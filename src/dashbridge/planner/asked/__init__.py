"""One chart, asked for by its kind: "a bar chart of …".

Owns the way from such a sentence to one statement and one view. The steps: `request.py` takes the chart, the order and
the limit out of the sentence; `links.py` links what is left to columns and tables; `filters.py` finds which rows;
`reading.py` gives each part its role; `route.py` joins the tables; `chart.py` writes the query and the file. Start with
`reading.py`.
"""

from __future__ import annotations

from dashbridge.planner.asked.chart import Asked, ask_for
from dashbridge.planner.asked.request import names_chart

__all__ = ["Asked", "ask_for", "names_chart"]

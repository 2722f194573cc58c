"""One chart, asked for by its kind: "a bar chart of …".

Owns the way from such a sentence to one statement and one view. The steps: `request.py` and `order.py` take the
chart, the order and the limit out of the sentence; `links.py` links what is left to columns and tables; `filters.py`
finds which rows (`values.py`, `years.py`, `sexes.py`, `patterns.py`, and `absent.py` for what another table lacks);
`reading.py` gives each part its role; `route.py` joins the tables; `doubt.py` says what to ask back; `chart.py`
writes the query and the file, `told.py` the account. Start with `reading.py`.
"""

from __future__ import annotations

from dashbridge.planner.asked.chart import Asked, ask_for
from dashbridge.planner.asked.request import names_chart

__all__ = ["Asked", "ask_for", "names_chart"]

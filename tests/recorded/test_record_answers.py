"""The page's engine is held to what the server says; here the server is held to the same record."""

from __future__ import annotations

import json

from web.dev.record_answers import OUT, recorded


def test_the_record_is_what_the_server_says() -> None:
    """When it is not: `python -m web.dev.record_answers`, and then `npm run check`."""
    kept, now = json.loads(OUT.read_text()), json.loads(json.dumps(recorded()))
    for part in ("specs", "places", "choices"):
        assert kept[part] == now[part]
    for before, after in zip(kept["cells"], now["cells"], strict=True):
        assert before["data"] == after["data"]
        assert before["columns"] == after["columns"]

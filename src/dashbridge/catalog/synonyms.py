"""Words that stand for one another, read from `synonyms.toml`: nothing there names a database or a table."""

from __future__ import annotations

import tomllib
from pathlib import Path

_DATA = tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text(encoding="utf-8"))

SYNONYMS: tuple[frozenset[str], ...] = tuple(frozenset(line.split()) for line in _DATA["synonyms"])

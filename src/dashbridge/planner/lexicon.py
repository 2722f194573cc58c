"""Word lists, read from `lexicon.toml`: nothing there names a database, a table or a question."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_DATA: dict[str, Any] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_DATA[name].split())


STOP = _words("stop")
SMALL = _words("small")
FILLER = (STOP - _words("meaning")) | _words("frame")
MASS = _words("mass")
ARRANGED = _words("arranged")
CUES_STRONG_BY = _words("strong_by")
UNSUPPORTED_AGGREGATES = _words("unsupported_aggregates")
AVERAGED = _words("averaged")
AMOUNTS = _words("amounts")
CLOCK = _words("clock")
TIME_PARTS = _words("time_parts")
ID_PIECES = _words("id_pieces")
NAME_PIECES = _words("name_pieces")
RESERVED = _words("reserved")

GRAIN_ORDER: tuple[str, ...] = tuple(_DATA["grain_order"])
MONTHS: dict[str, int] = {name: number for number, line in enumerate(_DATA["months"], 1) for name in line.split()}
MONTH_NAMES: tuple[str, ...] = tuple(line.split()[0].capitalize() for line in _DATA["months"])

ABBREVIATIONS: dict[str, str] = _DATA["abbreviations"]
IRREGULAR: dict[str, str] = {
    form: forms[0] for line in _DATA["irregular"] for forms in [line.split()] for form in forms[1:]
}
AGGREGATES: dict[str, frozenset[str]] = {name: frozenset(line.split()) for name, line in _DATA["aggregates"].items()}
CHARTS: dict[str, str] = _DATA["charts"]
GRAINS: dict[str, str] = _DATA["grains"]
NUMBER_WORDS: dict[str, int] = _DATA["number_words"]
UNITS: dict[str, str] = _DATA["units"]
PREPOSITIONS: dict[str, tuple[str, ...]] = {name: tuple(line.split()) for name, line in _DATA["prepositions"].items()}

# word -> (words of the measure, the reading preferred among several, operator, bound)
CONDITIONS: dict[str, tuple[tuple[str, ...], str | None, str, int]] = {
    name: (tuple(one["heads"].split()), one["prefer"] or None, one["operator"], one["bound"])
    for name, one in _DATA["conditions"].items()
}

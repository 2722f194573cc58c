"""Text into tokens: each with its original spelling, its lower-case word and a light stem."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dashbridge.catalog import SYNONYMS
from dashbridge.planner.lexicon import ABBREVIATIONS, IRREGULAR, MASS

MAX_CHARACTERS = 4_000
MAX_TOKENS = 300

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"\n]{1,200}"|“[^”\n]{1,200}”|(?<!\w)'[^'\n]{1,200}'(?!\w))
    |(?P<date>\d{4}-\d{2}-\d{2})
    |(?P<number>(?<![\w.])[-+]?\d+(?:[.,]\d+)*%?(?!\w))
    |(?P<word>[^\W_]+(?:[_'’-][^\W_]+)*)
    |(?P<mark>>=|<=|!=|<>|[<>=,;?])""",
    re.VERBOSE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")

TokenKind = Literal["quoted", "date", "number", "word", "mark"]


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the question; `text` as written (quotes taken off), `index` its position."""

    index: int
    kind: TokenKind
    text: str
    word: str
    stem: str


def tokens(text: str) -> tuple[Token, ...]:
    """The first `MAX_TOKENS` tokens of the text's first `MAX_CHARACTERS` characters."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text[:MAX_CHARACTERS]):
        kind: TokenKind = match.lastgroup  # type: ignore[assignment]
        raw = match.group()
        if kind == "quoted":
            raw = raw[1:-1].strip()
        word = raw.lower().replace("’", "'").removesuffix("'s")
        found.append(Token(len(found), kind, raw, word, stem(word) if kind == "word" else word))
        if len(found) == MAX_TOKENS:
            break
    return tuple(found)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A rough root, good enough to match "delays", "delayed" and "delay"."""
    word = word.replace("'", "")
    word = IRREGULAR.get(word, word)
    if len(word) <= 3:
        return "id" if word == "ids" else word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("ie") and len(word) > 4:
        return word[:-2] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("ed") and len(word) > 5 and not word.endswith("eed"):
        return word[:-1] if word[-3] in "aeiouvgc" else word[:-2]
    return word


@lru_cache(maxsize=20_000)
def name_words(name: str) -> tuple[str, ...]:
    """The stems of a table's or column's name: `depDelay2` -> departure, delay, 2."""
    pieces = [piece for part in re.split(r"[\W_]+", name) for piece in _CAMEL.split(part) if piece]
    return tuple(stem(word) for piece in pieces for word in ABBREVIATIONS.get(piece.lower(), piece.lower()).split())


def label_words(name: str) -> str:
    """A name for people: `dep_delay` -> "departure delay"."""
    pieces = [piece for part in re.split(r"[\W_]+", name) for piece in _CAMEL.split(part) if piece]
    return " ".join(ABBREVIATIONS.get(piece.lower(), piece.lower()) for piece in pieces) or name


def _synonym_map() -> dict[str, frozenset[str]]:
    linked: dict[str, frozenset[str]] = {}
    for group in SYNONYMS:
        stems = frozenset(stem(word) for word in group)
        for word in stems:
            linked[word] = linked.get(word, frozenset()) | stems
    return linked


_LINKED = _synonym_map()


def same(one: str, other: str) -> float:
    """How alike two stems are: 1 equal, 0.9 an abbreviation spelt out or its own prefix, 0.8 synonyms, else 0."""
    if one == other:
        return 1.0
    if ABBREVIATIONS.get(one) == other or ABBREVIATIONS.get(other) == one:
        return 0.9
    if other in _LINKED.get(one, frozenset()):
        return 0.8
    if min(len(one), len(other)) >= 5 and (one.startswith(other) or other.startswith(one)):
        return 0.7
    return 0.0


def plural(label: str) -> str:
    """Several of what a label names: "trips"; "weather rows" where it names no single thing."""
    last = label.rpartition(" ")[2]
    if last.endswith(("s", "people")):
        return label
    if last in MASS or not last.isalpha() or not last.isascii():
        return f"{label} rows"
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return f"{label[:-1]}ies"
    return f"{label}es" if last.endswith(("x", "ch", "sh", "z")) else f"{label}s"


def sentence(parts: list[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def capital(text: str) -> str:
    """The text with its first letter upper case."""
    return text[:1].upper() + text[1:]

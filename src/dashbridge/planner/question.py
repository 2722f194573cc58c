"""Step 1: read the question without any schema — what is counted, per what time, when, how many, drawn how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashbridge.planner.lexicon import AGGREGATES, CHARTS, CUES_STRONG_BY, GRAINS, NUMBER_WORDS, UNSUPPORTED_AGGREGATES
from dashbridge.planner.periods import Period, read_periods
from dashbridge.planner.words import MAX_CHARACTERS, Token, tokens

_MOST = frozenset(["most", "highest", "largest", "biggest", "longest", "best", "top", "greatest"])
_LEAST = frozenset(["least", "lowest", "smallest", "fewest", "shortest", "worst", "bottom"])
_COUNTED = frozenset(["count", "number", "counts"])
_PLAIN_STARTS = (
    ("how", "many"),
    ("how", "much"),
    ("what", "is"),
    ("what", "was"),
    ("what", "were"),
    ("what", "are"),
    ("what's",),
    ("what", "share"),
    ("what", "percentage"),
    ("what", "percent"),
    ("what", "proportion"),
    ("what", "fraction"),
)


@dataclass
class Question:
    """What the words alone say. `taken` are the positions already understood; steps that follow add theirs."""

    text: str
    tokens: tuple[Token, ...]
    taken: set[int] = field(default_factory=set)
    aggregates: dict[int, str] = field(default_factory=dict)
    counted: list[int] = field(default_factory=list)
    grain: str | None = None
    over_time: bool = False
    periods: tuple[Period, ...] = ()
    limit: int | None = None
    order: str | None = None
    chart: str | None = None
    broad: bool = False
    unsupported: tuple[str, ...] = ()
    cut: bool = False

    @property
    def words(self) -> list[str]:
        return [token.word for token in self.tokens]

    @property
    def plain(self) -> bool:
        """One number is asked for: "how many …", "what was the total …", with nothing to spread it over."""
        starts = any(tuple(self.words[: len(start)]) == start for start in _PLAIN_STARTS)
        return starts and not (self.grain or self.over_time or self.chart or self.limit)


def read_question(text: str, today: str) -> Question:
    """Read the words. `today` (ISO) places "last month" and the like."""
    question = Question(text, tokens(text), cut=len(text) > MAX_CHARACTERS)
    question.periods = read_periods(question.tokens, today, question.taken)
    for step in (_chart, _limit, _grain, _aggregates, _broad):
        step(question, question.words)
    return question


def _chart(question: Question, words: Sequence[str]) -> None:
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        named = word in CHARTS and (
            following in ("chart", "graph", "plot", "diagram") or word in ("heatmap", "histogram", "pie", "scatter")
        )
        as_a = (
            word in CHARTS
            and at > 0
            and words[at - 1] in ("a", "as")
            and word in ("table", "bar", "line", "pie", "scatter")
        )
        if named or as_a:
            question.chart = CHARTS[word]
            question.taken |= {at, at + 1} if named and following in ("chart", "graph", "plot", "diagram") else {at}
            return


def _limit(question: Question, words: Sequence[str]) -> None:
    for at, word in enumerate(words):
        if at in question.taken:
            continue
        if word in _MOST or word in _LEAST:
            question.order = question.order or ("desc" if word in _MOST else "asc")
        number = _whole(words[at + 1]) if at + 1 < len(words) else None
        if word in ("top", "bottom", "first", "best", "worst") and number:
            question.limit, question.order = number, "asc" if word in _LEAST else "desc"
            question.taken |= {at, at + 1}
        before = _whole(words[at - 1]) if at else None
        if before and before <= 100 and word in (_MOST | _LEAST) and at - 1 not in question.taken:
            question.limit, question.order = before, "asc" if word in _LEAST else "desc"
            question.taken |= {at - 1, at}


def _grain(question: Question, words: Sequence[str]) -> None:
    listing = False
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        singular = word[:-1] if word.endswith("s") and word[:-1] in GRAINS else word
        grain = GRAINS.get(singular)
        if word in CUES_STRONG_BY or word in ("over", "for") or (word in ("vs", "versus") and at):
            listing = True
        elif (
            at
            and before not in ("and", ",", "the", "each", "by")
            and word not in ("and", ",", "the", "each", "every")
            and not grain
        ):
            listing = listing and at + 1 < len(words) and words[at + 1] in ("and", ",")
        if (
            grain
            and at not in question.taken
            and (_adverb(word) or listing or before in ("by", "per", "each", "every"))
        ):
            if grain == "day" and at + 2 < len(words) and words[at + 1 : at + 3] == ["of", "week"]:
                question.taken |= {at + 1, at + 2}
                grain = "weekday"
            elif grain == "day" and words[at + 1 : at + 4] == ["of", "the", "week"]:
                question.taken |= {at + 1, at + 2, at + 3}
                grain = "weekday"
            elif grain == "hour" and words[at + 1 : at + 2] == ["of"]:
                question.taken |= {at + 1} | ({at + 2, at + 3} & set(range(len(words))))
            question.grain = question.grain or grain
            question.taken.add(at)
    joined = " ".join(words)
    question.over_time = any(cue in joined for cue in ("over time", "trend", "timeline", "evolution", "development of"))
    if question.over_time:
        question.taken |= {
            at for at, word in enumerate(words) if word in ("over", "time", "trend", "trends", "timeline", "evolution")
        }


def _adverb(word: str) -> bool:
    return word in (
        "hourly",
        "daily",
        "weekly",
        "monthly",
        "quarterly",
        "yearly",
        "annual",
        "annually",
        "weekday",
        "weekdays",
    )


def _aggregates(question: Question, words: Sequence[str]) -> None:
    for at, word in enumerate(words):
        if at in question.taken:
            continue
        for name, asking in AGGREGATES.items():
            if word in asking:
                question.aggregates[at] = name
        after = words[at + 1] if at + 1 < len(words) else ""
        if (word == "how" and after == "many") or (word in _COUNTED and (after == "of" or word == "count")):
            question.counted.append(at)
    question.unsupported = tuple(word for word in words if word in UNSUPPORTED_AGGREGATES)


def _broad(question: Question, words: Sequence[str]) -> None:
    joined = " ".join(words)
    cues = (
        "overview",
        "summary",
        "summarise",
        "summarize",
        "dashboard",
        "how are",
        "tell me about",
        "key figures",
        "performance",
    )
    question.broad = any(cue in joined for cue in cues)


def _whole(word: str) -> int | None:
    if word.isdigit() and 0 < int(word) <= 1000:
        return int(word)
    return NUMBER_WORDS.get(word)

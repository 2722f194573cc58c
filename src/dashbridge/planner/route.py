"""Which script answers this turn: a new dashboard, an edit of the open one, or an answer to our own question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashbridge.planner.build import build_dashboard
from dashbridge.planner.edit_dashboard import edit_dashboard, undo_last
from dashbridge.planner.follow_up import read_follow_up
from dashbridge.planner.lexicon import STOP
from dashbridge.planner.overview import is_broad, overview
from dashbridge.planner.script import Script
from dashbridge.planner.transcript import Transcript, Turn
from dashbridge.planner.words import tokens

_ORDINALS = {"1": 0, "first": 0, "2": 1, "second": 1, "3": 2, "third": 2, "4": 3, "fourth": 3}


def choose_script(transcript: Transcript) -> Script:
    """The script for the present turn."""
    text, choices = _meant(transcript.turns)
    transcript = replace(transcript, context=replace(transcript.context, chosen=choices))
    slug = transcript.context.open_slug or transcript.last_saved
    edits = read_follow_up(text)
    if slug and edits:
        if edits[0].kind == "undo":
            return undo_last(transcript, slug)
        return edit_dashboard(transcript, slug, text, edits, choices)
    if edits and edits[0].kind == "undo":
        return _say("There is nothing to undo: no dashboard is open and none was saved in this conversation.")
    if is_broad(text):
        return overview(transcript, text, choices)
    return build_dashboard(transcript, text, choices)


def _say(text: str) -> Script:
    yield from ()
    return text


def _meant(turns: Sequence[Turn]) -> tuple[str, tuple[str, ...]]:
    """The question this turn is about, and the answers given to what we asked about it."""
    chosen: list[str] = []
    at = len(turns) - 1
    while at > 0:
        asked = turns[at - 1].asked
        option = _option(turns[at].text, asked.arguments.get("options") or ()) if asked else None
        if option is None:
            break
        chosen.insert(0, option)
        at -= 1
    return turns[at].text, tuple(chosen)


def _option(said: str, options: Sequence[object]) -> str | None:
    """The option that an answer picks, by its text, its number or its words; None when it picks none."""
    plain = said.strip().lower().strip("\"'.! ")
    texts = [str(option) for option in options]
    for text in texts:
        if plain == text.lower():
            return text
    words = [token for token in tokens(said) if token.word not in STOP or token.word in _ORDINALS]
    if len(words) == 1 and words[0].word in _ORDINALS and _ORDINALS[words[0].word] < len(texts):
        return texts[_ORDINALS[words[0].word]]
    if not words or len(tokens(said)) > 8:
        return None
    hits = [sum(1 for word in words if word.stem in _stems(text)) for text in texts]
    best = max(hits, default=0)
    return texts[hits.index(best)] if best and hits.count(best) == 1 else None


def _stems(text: str) -> set[str]:
    return {token.stem for token in tokens(text.replace("_", " "))} | {token.stem for token in tokens(text)}

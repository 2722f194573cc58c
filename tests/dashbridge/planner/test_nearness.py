from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.planner.nearness import (
    BEGINS,
    EXACT,
    MISSPELT,
    SAME_LETTERS,
    SAME_WORDS,
    SHORTENED,
    STEMS,
    nearness,
)
from dashbridge.planner.spans import Span
from dashbridge.planner.words import tokens


def said(text: str, *, named: bool = True) -> Span:
    return Span(tokens(text), named)


@pytest.mark.parametrize(
    ("text", "value", "near"),
    [
        ("King", "King", EXACT),
        ("king", "King", SAME_LETTERS),
        ("new york", "New-York", SAME_WORDS),
        ("kings", "King", STEMS),
        ("United", "United Air Lines Inc.", BEGINS),
        ("assistant professors", "AsstProf", SHORTENED),
        ("Hawaian Airlines", "Hawaiian Airlines", MISSPELT),
        ("Berlni", "Berlin", MISSPELT),
        ("professors", "AsstProf", 0),
        ("female", "F", 0),
        ("Uni", "United", 0),
        ("Lagos", "Vegas", 0),
        ("a", "a", EXACT),
        ("Code 12", "Code 13", 0),
    ],
)
def test_how_near(text: str, value: str, near: int) -> None:
    assert nearness(said(text), value) == near


def test_a_plain_word_has_to_be_long_to_be_misspelt() -> None:
    assert nearness(said("opan"), "open") == 0
    assert nearness(said("berln", named=False), "berlin") == 0
    assert nearness(said("shiped", named=False), "shipped") == 0
    assert nearness(said("returnd", named=False), "returned") == MISSPELT


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_can_be_compared(text: str, value: str) -> None:
    span = said(text)
    if span.tokens:
        assert 0 <= nearness(span, value) <= EXACT
        assert nearness(span, span.text) == EXACT

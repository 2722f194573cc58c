"""Facts of rows that are kept beyond this process come back as they went."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.serving.facts import NO_FACTS, Facts, TableFact

MOMENTS = st.none() | st.datetimes(timezones=st.just(dt.UTC))
BYTES = st.none() | st.integers(0, 2**60)
FACTS = st.builds(
    Facts,
    tables=st.lists(st.builds(TableFact, st.text(max_size=9), MOMENTS), max_size=3).map(tuple),
    bytes_estimated=BYTES,
    bytes_billed=BYTES,
    computed_at=MOMENTS,
    sql_sha256=st.text("0123456789abcdef", max_size=4),
    scope_sha256=st.just("f" * 64),
)


@given(FACTS)
def test_facts_come_back_as_they_went(facts: Facts) -> None:
    assert Facts.read(json.loads(json.dumps(facts.as_dict()))) == facts


@pytest.mark.parametrize("change", [{"tables": None}, {"computed_at": "yesterday"}, {"bytes_billed": "many"}])
def test_what_is_not_facts_is_refused(change: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Facts.read(NO_FACTS.as_dict() | change)
    with pytest.raises(KeyError):
        Facts.read({})

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_sdk.providers.retry import Fault, RetryPolicy, read_retry_after, status_fault

AGAIN = Fault("x", "x", "x", retryable=True)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:09 GMT"}, 9.0),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers, lambda: NOON) == seconds


@given(tried=st.integers(1, 3), chance=st.floats(0, 1))
def test_waits_are_bounded(tried: int, chance: float) -> None:
    wait = RetryPolicy(random=lambda: chance).wait_s(AGAIN, tried)
    assert wait is not None
    assert 0.25 <= wait <= 8


def test_no_more_than_three_more_tries() -> None:
    assert RetryPolicy().wait_s(AGAIN, 4) is None


def test_a_fault_that_stays_is_not_waited_for() -> None:
    assert RetryPolicy().wait_s(Fault("x", "x", "x"), 1) is None


@given(st.integers(400, 599), st.text())
def test_every_status_has_a_code_and_a_hint(status: int, words: str) -> None:
    fault = status_fault("It", status, words, None)
    assert fault.code
    assert fault.hint
    assert len(fault.message) < 400

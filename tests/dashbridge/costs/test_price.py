"""What bytes cost, and the labels that go along."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.costs import FREE, NOTHING, Estimate, Price, Purpose, cost_of
from dashbridge.kit import TableName
from dashbridge.warehouse.base import DryRun

MIB = 2**20
BIGQUERY = Price(6.25, 10 * MIB, 10 * MIB)


def plan(size: int, *names: str) -> DryRun:
    return DryRun("SELECT", tuple(TableName("shop", name) for name in names), (), size)


@pytest.mark.parametrize(
    ("size", "tables", "charged"),
    [
        (0, ("a",), 0),
        (1, ("a",), 10),
        (1, (), 10),
        (1, ("a", "b", "c"), 30),
        (10 * MIB + 1, ("a",), 11),
        (30 * MIB, ("a", "b", "c"), 30),
        (31 * MIB, ("a", "a"), 31),
    ],
)
def test_bigquery_charges_whole_mib_and_a_minimum_by_table(size, tables, charged):
    assert BIGQUERY.estimate(plan(size, *tables)).bytes == charged * MIB


def test_a_tib_costs_its_price():
    assert BIGQUERY.estimate(plan(2**40, "a")) == Estimate(2**40, 6.25)
    assert Price(6.25).estimate(plan(1, "a")).bytes == 1
    assert (FREE.free, Price(0.0).free, Price(-1.0).usd(2**40), BIGQUERY.free) == (True, True, 0.0, False)
    assert FREE.estimate(plan(1_000, "a")) == Estimate(1_000, 0.0)
    assert cost_of([]) == NOTHING


@given(st.integers(0, 2**50), st.integers(0, 2**50), st.integers(0, 9))
def test_an_estimate_bounds_what_is_read_and_grows_with_it(first, second, tables):
    names = [f"t{number}" for number in range(tables)]
    small, large = sorted((first, second))
    less, more = BIGQUERY.estimate(plan(small, *names)), BIGQUERY.estimate(plan(large, *names))
    assert small <= less.bytes <= more.bytes
    assert less.usd <= more.usd
    assert (less + more).bytes == less.bytes + more.bytes


@given(st.text(max_size=100), st.none() | st.text(max_size=100))
def test_labels_are_what_bigquery_takes(slug, part):
    for name, value in Purpose("data", slug).labels(uuid4(), part).items():
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", name)
        assert re.fullmatch(r"[a-z0-9_-]{1,63}", value)

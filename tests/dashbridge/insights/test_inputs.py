from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dashbridge.insights import InputSpec, InputValue, default_inputs, read_inputs
from dashbridge.kit import Invalid

DAY = dt.date(2026, 11, 21)
read_specs = TypeAdapter(dict[str, InputSpec]).validate_python
WRITTEN: dict[str, Any] = {
    "one": {"type": "select", "options": ["a", "b"]},
    "many": {"type": "multi_select", "options": ["a", "b"], "default": ["b", "a", "b"]},
    "year": {"type": "select", "options": [2012, 2013], "default": 2013},
    "days": {"type": "multi_select", "options": {"query": "q", "column": "d"}, "value_type": "date", "default": "none"},
    "period": {"type": "date_range", "default": {"from": "start_of_year", "to": "today"}},
    "last": {"type": "date_range", "default": "last 90 days"},
    "size": {"type": "number_range", "default": {"min": 1, "max": 2.5}},
    "price": {"type": "number_range", "value_type": "decimal"},
    "words": {"type": "text"},
    "late": {"type": "toggle", "default": True},
    "bucket": {"type": "select", "options": {"range": {"from": 10, "to": 60, "step": 10}}, "default": 30},
    "share": {"type": "select", "options": {"range": {"from": 0, "to": 1, "step": 0.1}}, "default": 0.3},
    "month": {
        "type": "multi_select",
        "options": {"range": {"from": "start_of_year", "to": "today", "step": "1 month"}},
        "default": ["start_of_month", "2026-01-01"],
    },
    "word": {"type": "select", "options": ["all", "none"], "default": "=all"},
    "cost": {"type": "select", "options": {"query": "q", "column": "c"}, "value_type": "decimal", "default": "1e3"},
}
SPECS = read_specs(WRITTEN)


def one(name: str, *texts: str) -> InputValue:
    return read_inputs(SPECS, {name: texts}, DAY)[name]


def test_defaults() -> None:
    found = {name: value.as_json() for name, value in default_inputs(SPECS, DAY).items()}
    assert found == {
        "one": "all",
        "many": ["b", "a"],
        "year": 2013,
        "days": "none",
        "period": {"from": "2026-01-01", "to": "2026-11-21"},
        "last": {"from": "2026-08-24", "to": "2026-11-21"},
        "size": {"min": 1.0, "max": 2.5},
        "price": "all",
        "words": "",
        "late": True,
        "bucket": 30,
        "share": 0.3,
        "month": ["2026-11-01", "2026-01-01"],
        "word": "all",
        "cost": "1000",
    }


@pytest.mark.parametrize(
    ("name", "texts", "shown"),
    [
        ("one", ["a"], "a"),
        ("one", ["all"], "all"),
        ("one", ["none"], "none"),
        ("one", ["=all"], "all"),
        ("one", ["==none"], "=none"),
        ("one", [""], ""),
        ("one", ["=x"], "=x"),
        ("many", ["a"], ["a"]),
        ("many", ["a", "b", "a"], ["a", "b"]),
        ("many", ["none"], "none"),
        ("many", ["all"], "all"),
        ("many", ["all", "x"], ["all", "x"]),
        ("many", ["=none"], ["none"]),
        ("year", ["2012"], 2012),
        ("year", ["2012.0"], 2012),
        ("year", ["9007199254740993"], "9007199254740993"),
        ("days", ["2013-01-31"], ["2013-01-31"]),
        ("period", ["2013-01-01..2013-01-31"], {"from": "2013-01-01", "to": "2013-01-31"}),
        ("period", ["2013-01-01", "2013-01-31"], {"from": "2013-01-01", "to": "2013-01-31"}),
        ("period", ["2013-01-01.."], {"from": "2013-01-01", "to": None}),
        ("period", ["2013-01-01"], {"from": "2013-01-01", "to": "2013-01-01"}),
        ("period", ["all"], "all"),
        ("period", [".."], "all"),
        ("period", ["last 3 months"], {"from": "2026-08-22", "to": "2026-11-21"}),
        ("period", ["start_of_month - 1 month..end_of_month - 1 month"], {"from": "2026-10-01", "to": "2026-10-31"}),
        ("size", ["-1.5..1e2"], {"min": -1.5, "max": 100.0}),
        ("size", ["..3"], {"min": None, "max": 3.0}),
        ("words", [""], ""),
        ("words", ["all"], "all"),
        ("late", ["false"], False),
        ("late", ["ON"], True),
        ("bucket", ["20"], 20),
        ("share", ["0.7"], 0.7),
        ("month", ["2026-03-01", "today"], ["2026-03-01", "2026-11-21"]),
        ("cost", ["0.123456789"], "0.123456789"),
        ("cost", ["12345678901234567890123456789.5"], "12345678901234567890123456789.5"),
    ],
)
def test_texts(name: str, texts: list[str], shown: object) -> None:
    assert one(name, *texts).as_json() == shown


def test_the_word_all_and_the_value_all_differ() -> None:
    assert one("one", "all").everything
    assert not one("one", "=all").everything
    assert not default_inputs(SPECS, DAY)["word"].everything


def test_options_counted_out_give_their_type() -> None:
    found = default_inputs(SPECS, DAY)
    assert [found[name].type for name in ("bucket", "share", "month")] == ["integer", "number", "date"]
    assert found["month"].get("min") == dt.date(2026, 1, 1)
    assert found["month"].get("last") == dt.date(2026, 1, 1)


def test_accessors() -> None:
    period = one("period", "2013-01-01..2013-01-31")
    assert [period.get(name) for name in ("from", "to", "until")] == [
        dt.date(2013, 1, 1),
        dt.date(2013, 1, 31),
        dt.date(2013, 2, 1),
    ]
    many = one("many", "b", "c", "a")
    assert [many.get(name) for name in ("values", "min", "max", "first", "last")] == [
        ("b", "c", "a"),
        "a",
        "c",
        "b",
        "a",
    ]
    assert one("many", "none").get("min") is None
    half = one("period", "2013-01-01..")
    assert not half.open("from")
    assert half.open("until")
    assert one("price", "1.10..").get("min") == Decimal("1.10")
    assert one("period", "..9999-12-31").get("until") == dt.date.max


def test_ends_by_name() -> None:
    found = read_inputs(SPECS, {"period.to": ["2013-01-31"], "size.min": ["1"], "size.max": ["2"]}, DAY)
    assert found["period"].as_json() == {"from": None, "to": "2013-01-31"}
    assert found["size"].as_json() == {"min": 1.0, "max": 2.0}


@pytest.mark.parametrize(
    ("raw", "code", "path"),
    [
        ({"onee": ["a"]}, "input.unknown", "/inputs/onee"),
        ({"one.value": ["a"]}, "input.unknown", "/inputs/one.value"),
        ({"period.value": ["a"]}, "input.unknown", "/inputs/period.value"),
        ({"one": ["a", "b"]}, "input.value", "/inputs/one"),
        ({"year": ["x"]}, "input.value", "/inputs/year"),
        ({"year": ["1.5"]}, "input.value", "/inputs/year"),
        ({"year": ["9" * 19]}, "input.value", "/inputs/year"),
        ({"year": ["١٢"]}, "input.value", "/inputs/year"),
        ({"year": ["1_0"]}, "input.value", "/inputs/year"),
        ({"year": ["NaN"]}, "input.value", "/inputs/year"),
        ({"period": ["2013-02-30.."]}, "input.value", "/inputs/period"),
        ({"period": ["2013-02-01..2013-01-01"]}, "input.value", "/inputs/period"),
        ({"period": ["1", "2", "3"]}, "input.value", "/inputs/period"),
        ({"period": ["none"]}, "input.value", "/inputs/period"),
        ({"period": ["last 9999 years"]}, "input.value", "/inputs/period"),
        ({"size": ["1e999.."]}, "input.value", "/inputs/size"),
        ({"size": ["inf"]}, "input.value", "/inputs/size"),
        ({"price": ["1e30.."]}, "input.value", "/inputs/price"),
        ({"words": ["a", "b"]}, "input.value", "/inputs/words"),
        ({"words": ["a" * 1001]}, "input.value", "/inputs/words"),
        ({"words": ["a\0"]}, "input.value", "/inputs/words"),
        ({"words": ["\ud800"]}, "input.value", "/inputs/words"),
        ({"late": ["maybe"]}, "input.value", "/inputs/late"),
        ({"many": ["x"] * 1001}, "input.value", "/inputs/many"),
        ({"period.from": ["2013-01-01", "2013-01-02"]}, "input.value", "/inputs/period"),
        ({"late": ["all"]}, "input.value", "/inputs/late"),
        ({"bucket": ["2.5"]}, "input.value", "/inputs/bucket"),
        ({"month": ["2026"]}, "input.value", "/inputs/month"),
        ({"last": ["last 0 days"]}, "input.value", "/inputs/last"),
        ({"cost": ["0.1234567891"]}, "input.value", "/inputs/cost"),
        ({"price": ["1e-10.."]}, "input.value", "/inputs/price"),
    ],
)
def test_refused(raw: dict[str, list[str]], code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_inputs(SPECS, raw, DAY)
    assert [(found.code, found.place.path) for found in caught.value.problems] == [(code, path)]


def test_every_wrong_input_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        read_inputs(SPECS, {"year": ["x"], "late": ["x"], "nope": ["x"]}, DAY)
    assert len(caught.value.problems) == 3


@given(
    st.dictionaries(
        st.sampled_from([*WRITTEN, "period.from", "size.max", "x"]),
        st.lists(st.text(max_size=20), max_size=3),
        max_size=4,
    )
)
def test_any_text_is_read_or_refused(raw: dict[str, list[str]]) -> None:
    try:
        found = read_inputs(SPECS, raw, DAY)
    except Invalid:
        return
    assert set(found) == set(SPECS)
    for value in found.values():
        value.as_json()

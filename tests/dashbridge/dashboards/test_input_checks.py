"""Inputs whose default or options do not fit, each placed in the file and with what to do."""

from __future__ import annotations

import pytest

from dashbridge.dashboards import load_dashboard
from dashbridge.kit import Invalid, Problem

FILE = """\
version: 1
title: T
connection: c
inputs:
  a: {given}
  b: {{type: select, options: [x, y]}}
queries:
  q: {{sql: SELECT 1 AS v}}
insights:
  i: {{query: q, props: {{value: count(*)}}}}
views:
  m: {{type: metric, insight: i}}
layout:
  rows: [{{items: [{{view: m}}]}}]
"""


def found(given: str) -> list[Problem]:
    try:
        load_dashboard(FILE.format(given=given))
    except Invalid as error:
        return list(error.problems)
    return []


RANGE = "options: {range: {from: 10, to: 60, step: 10}}"
MONTHS = "options: {range: {from: 2013-01-01, to: 2013-12-01, step: 1 month}}"


@pytest.mark.parametrize(
    "given",
    [
        f"{{type: select, {RANGE}, default: 30}}",
        f"{{type: select, {RANGE}, default: none}}",
        f"{{type: select, {RANGE}, value_type: text, default: '30'}}",
        f"{{type: multi_select, {RANGE}, default: [10, 60]}}",
        f"{{type: multi_select, {MONTHS}, default: [2013-01-01, 2013-03-01]}}",
        f"{{type: select, {MONTHS}, default: 2013-12-01}}",
        "{type: select, options: {range: {from: start_of_month - 6 months, to: today, step: 1 month}}, "
        "default: start_of_month}",
        "{type: select, options: {range: {from: 0, to: 1, step: 0.1}}, default: 0.3}",
        "{type: select, options: [all, none, x], default: =all}",
        "{type: multi_select, options: [all, none, x], default: [=none, x]}",
        "{type: multi_select, options: [all, none, x], default: [all, x]}",
        "{type: select, options: {query: q, column: v, filter: 'v = ${ref(b).value}'}}",
        "{type: number_range, min: 0, max: 10, step: 1, value_type: integer, default: {min: 0, max: 10}}",
        "{type: number_range, default: {min: 3}}",
    ],
)
def test_what_fits(given: str) -> None:
    assert found(given) == []


@pytest.mark.parametrize(
    ("given", "code", "path", "hint"),
    [
        (f"{{type: select, {RANGE}, default: 35}}", "input.default", "default", "from 10 to 60, 6 values"),
        (f"{{type: select, {RANGE}, default: 7}}", "input.default", "default", "from 10 to 60, 6 values"),
        (f"{{type: select, {RANGE}, default: AA}}", "input.default", "default", "write one value"),
        (f"{{type: multi_select, {RANGE}, default: [10, 11]}}", "input.default", "default", "from 10 to 60"),
        (f"{{type: select, {MONTHS}, default: 2013-01-02}}", "input.default", "default", "did you mean 2013-01-01?"),
        (f"{{type: select, {MONTHS}, default: soon}}", "input.default", "default", "write one value"),
        (f"{{type: select, {RANGE}, value_type: date}}", "input.range", "options/range", "write {from: 10"),
        (
            "{type: select, options: {range: {from: 1, to: 5000, step: 1}}}",
            "input.range",
            "options/range",
            "write {from: 10",
        ),
        (
            "{type: select, options: {range: {from: 5, to: 1, step: 1}}}",
            "input.range",
            "options/range",
            "write {from: 10",
        ),
        (
            "{type: select, options: {range: {from: 2013-01-01, to: 2013-12-01, step: 1 hour}}}",
            "input.range",
            "options/range",
            "step: 1 month",
        ),
        ("{type: select, options: {range: {from: 5, to: 1}}}", "schema.missing_key", "options/range", "add step"),
        (
            "{type: select, options: {range: {from: 5, to: 9, stepp: 1, step: 1}}}",
            "schema.unknown_key",
            "options/range/stepp",
            "did you mean step?",
        ),
        (
            "{type: select, options: {query: q, column: v, filtre: x}}",
            "schema.unknown_key",
            "options/filtre",
            "did you mean filter?",
        ),
        ("{type: select, options: {range: 5}}", "schema.type", "options/range", "one step apart"),
        (
            "{type: select, options: {query: q, column: v, filter: 'v = ${ref(a).value}'}}",
            "input.cycle",
            "options/filter",
            "leave one",
        ),
        ("{type: select, options: [all, x], default: ==all}", "input.default", "default", "did you mean all?"),
        ("{type: multi_select, options: {query: q, column: v}, default: [all]}", "input.default", "default", "=all"),
        ("{type: select, options: [1, x], value_type: integer}", "input.option", "options/1", "set value_type"),
        ("{type: number_range, min: 9, max: 1}", "input.bounds", "min", "exchange"),
        ("{type: number_range, step: 0}", "input.bounds", "step", "step: 1"),
        ("{type: number_range, min: 0, default: {min: -1}}", "input.default", "default/min", "stay within"),
        ("{type: number_range, max: 5, default: {min: 1, max: 6}}", "input.default", "default/max", "stay within"),
        ("{type: number_range, value_type: integer, default: {min: 0.5}}", "input.default", "default", "MIN..MAX"),
        ("{type: date_range, default: last 0 days}", "input.default", "default", "last 90 days"),
        ("{type: date_range, default: none}", "input.default", "default", "FROM..TO"),
        ("{type: toggle, default: all}", "schema.type", "default", ""),
        ("{type: text, default: 5}", "schema.type", "default", "quotes"),
        ("{type: select, options: []}", "schema.limit", "options", ""),
    ],
)
def test_what_does_not(given: str, code: str, path: str, hint: str) -> None:
    problems = found(given)
    assert [(one.code, one.place.path) for one in problems] == [(code, f"/inputs/a/{path}")]
    assert problems[0].place.line == 5
    assert hint in (problems[0].hint or "")

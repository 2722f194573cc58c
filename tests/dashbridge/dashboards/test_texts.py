"""Texts that name inputs: their parts, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dashbridge.dashboards import compile_dashboard, load_dashboard
from dashbridge.dashboards.texts import template
from dashbridge.insights import InputSpec
from dashbridge.kit import Invalid

BASE = """version: 1
title: Base ${not read}
connection: flights
inputs:
  airport: {type: multi_select, options: [JFK, LGA]}
  period: {type: date_range}
queries:
  d: {sql: SELECT 1}
insights:
  i: {query: d, props: {x: month, y: sum(n)}}
views:
  v: {type: line, insight: i, KEYS}
  t: {type: text, text: 'From ${ref(period).from}', description: a}
layout:
  rows:
    - items: [{view: v, span: 6}, {view: t, span: 6}]
"""
VALUES = {"input": "airport", "accessor": "values"}
INPUTS: Any = TypeAdapter(dict[str, InputSpec]).validate_python(
    {"airport": {"type": "multi_select", "options": ["JFK"]}, "period": {"type": "date_range"}}
)


def test_every_text_of_a_view_is_told_in_parts() -> None:
    keys = (
        "title: 'Delay, ${ ref( airport ) . values }', unit: 'min ${ref(period).to}', "
        "labels: {y: '${ref(airport).min}'}, description: 'plain', "
        "alt_text: '${ref(airport).first}${ref(airport).last}!'"
    )
    compiled = compile_dashboard(load_dashboard(BASE.replace("KEYS", keys)))
    view = compiled.views["v"].as_json()
    assert view["templates"] == {
        "title": ["Delay, ", VALUES],
        "unit": ["min ", {"input": "period", "accessor": "to"}],
        "alt_text": [{"input": "airport", "accessor": "first"}, {"input": "airport", "accessor": "last"}, "!"],
        "labels.y": [{"input": "airport", "accessor": "min"}],
    }
    assert view["title"] == "Delay, ${ref(airport).values}"
    assert view["vega_lite"]["encoding"]["y"]["title"] == "${ref(airport).min} (min ${ref(period).to})"
    text = compiled.views["t"].as_json()
    assert text["templates"] == {"text": ["From ", {"input": "period", "accessor": "from"}]}
    assert compiled.insights["i"].input_dependencies == ()


def test_the_text_for_who_cannot_see_the_chart_follows_the_title() -> None:
    compiled = compile_dashboard(load_dashboard(BASE.replace("KEYS", "title: 'At ${ref(airport).values}'")))
    assert compiled.views["v"].templates["alt_text"] == ["Line of At ", VALUES, ": Month, N"]


@pytest.mark.parametrize(
    ("keys", "code", "path", "hint"),
    [
        ("title: '${ref(airprt).values}'", "ref.unknown_input", "title", "did you mean airport?"),
        ("title: '${ref(airport).value}'", "ref.accessor", "title", "${ref(airport).values}"),
        ("title: '${ref(airport)}'", "ref.accessor", "title", "write ${ref(airport).values}"),
        ("description: '${airport}'", "ref.syntax", "description", "write ${ref(input_name).accessor}"),
        ("unit: '${{airport}}'", "ref.syntax", "unit", "write"),
        ("labels: {y: '${ref(period).until'}", "ref.syntax", "labels/y", "write"),
        ("alt_text: 'costs ${'", "ref.syntax", "alt_text", "write"),
    ],
)
def test_refused_with_path_and_hint(keys: str, code: str, path: str, hint: str) -> None:
    with pytest.raises(Invalid) as caught:
        load_dashboard(BASE.replace("KEYS", keys))
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path, problem.place.line) == (code, f"/views/v/{path}", 12)
    assert hint in (problem.hint or "")


@pytest.mark.parametrize("text", ["{{ mustache }}", "?{ sql }", "$5 {a}", "{{{", "100 $", "a } b", "\\\\alpha_{i}"])
def test_braces_that_begin_no_reference_are_text(text: str) -> None:
    compiled = compile_dashboard(load_dashboard(BASE.replace("KEYS", f"title: '{text}'")))
    assert compiled.views["v"].title == text
    assert "title" not in compiled.views["v"].templates


pieces = st.lists(
    st.sampled_from(["${ref(airport).values}", "${ ref(period).from }", "a", " ", "{{", "é🛫", "}", "?{"])
)


@given(pieces)
def test_the_parts_are_the_text(found: list[str]) -> None:
    parts = template("".join(found), INPUTS)
    references = [one for one in found if one.startswith("${")]
    if parts is None:
        assert not references
        return
    told = "".join(one if isinstance(one, str) else f"<{one['accessor']}>" for one in parts)
    assert told == "".join(found).replace("${ref(airport).values}", "<values>").replace(
        "${ ref(period).from }", "<from>"
    )
    assert all(one for one in parts)

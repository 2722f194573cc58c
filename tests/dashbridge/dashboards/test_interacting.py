"""Brush and click: which column each takes, and what is refused with path and hint."""

from __future__ import annotations

from typing import Any

import pytest

from dashbridge.dashboards import compile_dashboard, load_dashboard
from dashbridge.kit import Invalid

BASE = """version: 1
title: Base
connection: flights
inputs:
  carrier: {type: multi_select, options: [AA, UA]}
  one: {type: select, options: [AA, UA]}
  period: {type: date_range}
  delay: {type: number_range}
  word: {type: text}
queries:
  d: {sql: "SELECT CAST(t AS DATE) AS day, carrier, CAST(n AS INT) AS n FROM x"}
insights:
  by_day:
    query: d
    props: {x: day, y: count(*), color: carrier}
    interactions: [{filter: "carrier IN ${ref(carrier).values} AND day < ${ref(period).until}"}]
  by_carrier:
    query: d
    props: {x: carrier, y: sum(n)}
    interactions: [{filter: "carrier = ${ref(one).value}"}]
  split_day:
    query: d
    props: {x: day, y: count(*)}
    interactions: [{split: carrier}]
  plain: {query: d, props: {x: day, y: count(*)}}
  numbers:
    query: d
    props: {x: n, y: n}
    interactions: [{filter: "n >= ${ref(delay).min} AND carrier LIKE ${ref(word).value}"}]
  tags: {query: d, props: {x: other, y: other_too, label: carrier}}
  cells: {query: d, props: {x: other, y: other_too, value: n}}
  total: {query: d, props: {value: n}}
  slices: {query: d, props: {label: other, value: n}}
traces:
  old: {query: d, cohort_on: carrier, props: {x: day, y: count(*)}}
  alone: {query: d, props: {x: day, y: count(*)}}
views:
  v: VIEW
layout:
  rows:
    - items: [{view: v, span: 12}]
"""


def view(written: str) -> Any:
    return compile_dashboard(load_dashboard(BASE.replace("VIEW", written))).views["v"]


@pytest.mark.parametrize(
    ("written", "interact"),
    [
        ("{type: area, insight: by_day, brush: period}", [("brush", "period", "props.x")]),
        ("{type: line, insight: by_day, click: carrier}", [("click", "carrier", "props.color")]),
        (
            "{type: line, insight: by_day, brush: period, click: one}",
            [("brush", "period", "props.x"), ("click", "one", "props.color")],
        ),
        ("{type: area, insight: split_day, click: carrier}", [("click", "carrier", "carrier")]),
        ("{type: bar, insight: by_carrier, click: one}", [("click", "one", "props.x")]),
        ("{type: bar, insight: by_day, brush: period, click: {input: one, prop: color}}",
         [("brush", "period", "props.x"), ("click", "one", "props.color")]),
        ("{type: bar, insight: numbers, brush: delay}", [("brush", "delay", "props.x")]),
        ("{type: scatter, insight: numbers, brush: delay}", [("brush", "delay", "props.x")]),
        ("{type: scatter, insight: tags, brush: period}", [("brush", "period", "props.x")]),
        ("{type: scatter, insight: tags, brush: delay, click: {input: one, prop: label}}",
         [("brush", "delay", "props.x"), ("click", "one", "props.label")]),
        ("{type: pie, insight: slices, click: one}", [("click", "one", "props.label")]),
        ("{type: pie, insight: by_carrier, click: one}", [("click", "one", "props.x")]),
        ("{type: heatmap, insight: cells, click: one}", [("click", "one", "props.x")]),
        ("{type: line, trace: old, click: one, brush: period}",
         [("brush", "period", "props.x"), ("click", "one", "cohort")]),
        ("{type: line, insight: plain, kinds: {x: quantitative}, brush: delay}", [("brush", "delay", "props.x")]),
        ("{type: table, insight: by_day}", []),
    ],
)  # fmt: skip
def test_which_column_sets_which_input(written: str, interact: list[tuple[str, str, str]]) -> None:
    assert view(written).as_json()["interact"] == [
        {"on": on, "input": name, "prop": prop} for on, name, prop in interact
    ]


@pytest.mark.parametrize(
    ("written", "code", "path", "hint"),
    [
        ("{type: area, insight: by_day, brush: perod}", "ref.unknown_input", "/brush", "did you mean period?"),
        ("{type: area, insight: by_day, brush: carrier}", "view.input_type", "/brush", "period or delay would do"),
        ("{type: area, insight: by_day, brush: delay}", "view.brush_axis", "/brush", "brush a date_range input"),
        ("{type: scatter, insight: numbers, brush: period}", "view.brush_axis", "/brush", "number_range"),
        ("{type: bar, insight: plain, kinds: {x: ordinal}, brush: period}", "view.brush_axis", "/brush", "click"),
        ("{type: line, insight: plain, kinds: {x: nominal}, brush: period}", "view.brush_axis", "/brush", "click"),
        ("{type: pie, insight: slices, brush: period}", "view.key", "/brush", "remove it"),
        ("{type: heatmap, insight: cells, brush: period}", "view.key", "/brush", "remove it"),
        ("{type: table, insight: by_day, brush: period}", "view.key", "/brush", "remove it"),
        ("{type: metric, insight: total, click: one}", "view.key", "/click", "remove it"),
        ("{type: text, text: a, click: one}", "view.key", "/click", "remove it"),
        ("{type: bar, insight: by_carrier, click: on}", "ref.unknown_input", "/click", "did you mean one?"),
        ("{type: bar, insight: by_carrier, click: period}", "view.input_type", "/click", "carrier or one would do"),
        ("{type: bar, insight: by_carrier, click: word}", "view.input_type", "/click", "carrier or one would do"),
        ("{type: bar, insight: by_carrier, click: {input: word}}", "view.input_type", "/click/input", "would do"),
        ("{type: line, insight: plain, click: one}", "view.click_prop", "/click", "click: {input: one, prop: x}"),
        ("{type: line, trace: alone, click: one}", "view.click_prop", "/click", "click: {input: one, prop: x}"),
        ("{type: line, insight: plain, click: {input: one, prop: z}}", "view.unknown_prop", "/click/prop", "x"),
        ("{type: line, insight: by_day, click: {input: one, prop: carrier}}", "view.unknown_prop", "/click/prop",
         "known: color, x, y"),
    ],
)  # fmt: skip
def test_refused_with_path_and_hint(written: str, code: str, path: str, hint: str) -> None:
    with pytest.raises(Invalid) as caught:
        view(written)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path) == (code, f"/views/v{path}")
    assert problem.place.line == 38
    assert hint in (problem.hint or "")


@pytest.mark.parametrize("written", ["click: [one]", "click: {prop: x}", "click: {input: one, pop: x}", "brush: 3"])
def test_the_form_is_held(written: str) -> None:
    with pytest.raises(Invalid):
        view(f"{{type: bar, insight: by_carrier, {written}}}")


def test_an_input_that_is_only_brushed_or_clicked_is_not_used() -> None:
    text = BASE.replace("  word:", "  idle: {type: date_range}\n  picked: {type: select, options: [a]}\n  word:")
    written = "{type: area, insight: by_day, brush: idle, click: picked}"
    unused = {one.place.path for one in load_dashboard(text.replace("VIEW", written)).warnings}
    assert {"/inputs/idle", "/inputs/picked"} <= unused
    assert "/inputs/period" not in unused
    shown = "{type: area, title: 'To ${ref(idle).to}, ${ref(picked).value}', insight: by_day, brush: idle}"
    unused = {one.place.path for one in load_dashboard(text.replace("VIEW", shown)).warnings}
    assert not {"/inputs/idle", "/inputs/picked"} & unused

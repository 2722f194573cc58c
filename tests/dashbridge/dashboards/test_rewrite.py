"""Traces written as insights: the meaning is the same, and no comment, key or quote of the rest is touched."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.dashboards import DashboardSpec, load_dashboard, traces_as_insights
from dashbridge.kit import Invalid

HEAD = """version: 1
title: 'T'   # the title
connection: flights
queries:
  departures: {sql: "SELECT 1 AS month"}   # one
"""
TRACES = """# Old charts.
traces: # from before
  # the first
  delays:   # eol of name
    query: departures # q
    # by whom
    cohort_on: carrier   # series
    columns:
      n: "count(*)"
      'month': month  # m
    props:
      x: column(month)
      y: 'column(n) * 1.0'   # twice
    # kept rows
    filters:
      - delay > 0  # only late
      # and known
      - "carrier <> '#x'"
    x-owner: [a, {b: 1}]  # mine
    limit: 10
    order_by:
      - month
      - column(n) DESC

  other: {query: departures, cohort_on: "a", columns: {n: "sum(n)"}, props: {y: column(n)}, filters: ["b > 0", 'c']}
  third:
    query: departures
    description: |
      Two
      lines # no comment
    props: {x: month, y: avg(delay)}
    # tail

"""
VIEWS = """# Views.
views:
  a: {type: line, trace: delays}
  b:
    type: table
    trace: "other"  # why
  c: {type: bar, trace: third, title: "traces: none"}
layout: {rows: [{items: [{view: a, span: 4}, {view: b, span: 4}, {view: c, span: 4}]}]}
"""
INSIGHTS = """insights:
    other:
        query: departures
        props: {value: count(*)}   # k
        # end of it

"""


def comments(text: str) -> Counter[str]:
    return Counter(re.findall(r"(?<!\S)#(?!x)[^\n]*", text.replace("lines # no comment", "")))


def test_what_a_trace_becomes() -> None:
    new = traces_as_insights(HEAD + TRACES + VIEWS)
    assert new.names == {"delays": "delays", "other": "other", "third": "third"}
    assert new.text == HEAD + """# Old charts.
insights: # from before
  # the first
  delays:   # eol of name
    query: departures # q
    columns:
      n: "count(*)"
      'month': month  # m
    props:
      x: month
      y: '(count(*)) * 1.0'   # twice
    x-owner: [a, {b: 1}]  # mine
    limit: 10
    interactions:
      # by whom
      - split: carrier  # series
      # kept rows
      - filter: delay > 0  # only late
      # and known
      - filter: "carrier <> '#x'"
      - sort: month
      - sort: (count(*)) DESC

  other: {query: departures, columns: {n: "sum(n)"}, props: {y: sum(n)}, interactions: [OTHER]}
  third:
    query: departures
    description: |
      Two
      lines # no comment
    props: {x: month, y: avg(delay)}
    # tail

""".replace("OTHER", "{split: \"a\"}, {filter: \"b > 0\"}, {filter: 'c'}") + VIEWS.replace(
        " trace:", " insight:"
    )  # fmt: skip


@pytest.mark.parametrize(
    "insights",
    [
        "",
        INSIGHTS,
        "insights: {}  # empty\n",
        "insights: {other: {query: departures, props: {value: count(*)}}}  # one\n",
        "insights: {\n  other: {query: departures, props: {value: count(*)}},  # inside\n"
        "  more: {query: departures, props: {value: count(*)}}}\n",
    ],
)
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_wherever_it_stands(insights: str, last: bool, newline: str) -> None:
    text = HEAD + VIEWS + insights + TRACES if last else HEAD + insights + TRACES + VIEWS
    text = text.replace("\n", newline)
    new = traces_as_insights(text)
    assert set(new.loaded.spec.insights) >= {"delays", new.names["other"], "third"}
    assert new.names["other"] == ("other_2" if "other" in insights else "other")
    assert comments(new.text.replace("\r", "")) == comments(text.replace("\r", ""))
    assert not new.loaded.spec.traces
    assert "\r" not in new.text.replace("\r\n", "")
    assert new.text.startswith(HEAD.replace("\n", newline))


def test_traces_in_braces_without_a_last_line_break() -> None:
    traces = "traces: {t: {query: departures, props: {x: month, y: n}, # why\n  cohort_on: k}, "
    traces += "u: {query: departures, props: {x: k}}}"
    views = "views: {a: {type: line, trace: t}}\nlayout: {rows: [{items: [{view: a}]}]}\n"
    new = traces_as_insights(HEAD + views + traces)
    assert new.text == HEAD + views.replace("trace", "insight") + (
        "insights:\n  # why\n  t: {query: departures, props: {x: month, y: n}, interactions: [{split: k}]}\n"
        "  u: {query: departures, props: {x: k}}\n"
    )


def test_long_scalars_and_odd_quotes() -> None:
    traces = """traces:
  t:
    cohort_on: >-
      carrier
      || 'x'

    "filters":
      - |
        n > 1
        AND m = '#'
      - n
        > 2
    query: 'departures'
    props: {x: month, y: "sum(n)"}
"""
    views = "views: {a: {type: line, trace: t}}\nlayout: {rows: [{items: [{view: a}]}]}\n"
    new = traces_as_insights(HEAD + traces + views)
    steps = new.loaded.spec.insights["t"].interactions
    assert [one.text for one in steps] == ["carrier || 'x'", "n > 1\nAND m = '#'\n", "n > 2"]
    assert "    query: 'departures'\n" in new.text


def test_a_file_without_traces_stays_as_it_is() -> None:
    text = HEAD + "views: {a: {type: text, text: hi}}\nlayout: {rows: [{items: [{view: a}]}]}"
    assert traces_as_insights(text).text == text
    assert traces_as_insights("\ufeff" + text).names == {}


@pytest.mark.parametrize("text", ["{version: 1}", "version: 1", "[]", "a: *b", ""])
def test_what_does_not_load_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        traces_as_insights(text)


def test_a_file_in_braces_is_refused_with_a_hint() -> None:
    traces = '"traces": {"t": {"query": "q", "props": {"x": "n"}}}'
    text = f'{{"version": 1, "title": "T", "connection": "c", "queries": {{"q": {{"sql": "SELECT 1"}}}}, {traces}, '
    text += '"views": {"v": {"type": "table", "trace": "t"}}, "layout": {"rows": []}}'
    assert isinstance(load_dashboard(text).spec, DashboardSpec)
    with pytest.raises(Invalid, match="block style") as caught:
        traces_as_insights(text)
    assert caught.value.code == "migrate.form"


plain = [
    "a",
    "\"'a # b'\"",
    '"sum(n)"',
    "count(*)",
    '"x" # c1',
    "a  # c2",
    "|\n{pad}  a\n{pad}  + b",
    ">-\n{pad}  a",
    "a\n{pad}  + b",
]
calling = [
    *plain,
    "column(n)",
    "'column(n) + 1'",
    "column(n)  # c6",
    '"column(n) || \\"x\\""',
    ">\n{pad}  column(n)\n{pad}  * 2",
]
keys = ["cohort_on", "filters", "order_by", "props", "limit"]
piece = st.tuples(st.sampled_from(keys), st.lists(st.sampled_from(calling), max_size=3), st.booleans())
columns = st.tuples(st.just("columns"), st.lists(st.sampled_from(plain), min_size=1, max_size=2), st.booleans())
trace = st.tuples(columns, st.lists(piece, max_size=6, unique_by=lambda one: one[0])).flatmap(
    lambda found: st.permutations([found[0], *found[1]])
)


def entry(name: str, keys: list[tuple[str, list[str], bool]], indent: str) -> str:
    pad = indent * 2
    lines = [f"{indent}{name}:  # c3 {name}", f"{pad}query: departures"]
    for key, values, above in keys:
        lines += [f"{pad}# c4 {key}"] if above else []
        if key == "cohort_on":
            lines.append(
                f"{pad}cohort_on: " + "k" if not values else f"{pad}cohort_on: " + values[0].replace("{pad}", pad)
            )
        elif key == "limit":
            lines.append(f"{pad}limit: 5  # c5")
        elif key in ("filters", "order_by"):
            lines.append(f"{pad}{key}:" + ("" if values else " []"))
            lines += [f"{pad}  - " + one.replace("{pad}", pad + "  ") for one in values]
        else:
            names = {"props": "p", "columns": "n"}
            lines.append(f"{pad}{key}:" + ("" if values else " {}"))
            lines += [
                f"{pad}  {names[key]}{at or ''}: " + one.replace("{pad}", pad + "  ") for at, one in enumerate(values)
            ]
    return "\n".join(lines) + "\n"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(trace, min_size=1, max_size=3),
    st.sampled_from(["  ", "    "]),
    st.sampled_from(["", INSIGHTS, "insights: {}\n"]),
    st.booleans(),
)
def test_the_meaning_and_every_comment_are_kept(
    traces: list[list[tuple[str, list[str], bool]]], indent: str, insights: str, last: bool
) -> None:
    body = "traces:\n" + "\n".join(entry(f"t{at}", keys, indent) for at, keys in enumerate(traces))
    views = "views: {a: {type: table, trace: t0}}\nlayout: {rows: [{items: [{view: a}]}]}\n"
    text = HEAD + (views + insights + body if last else insights + body + views)
    try:
        load_dashboard(text)
    except Invalid:
        return
    new = traces_as_insights(text)  # raises when the meaning is another
    assert Counter(re.findall("# c[0-9].*", new.text)) == Counter(re.findall("# c[0-9].*", text))
    assert new.text.startswith(HEAD)
    assert views.replace("trace", "insight") in new.text

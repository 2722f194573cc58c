"""Bad files: each with the exact code, path, line and column of every finding, all at once, sorted by line."""

from __future__ import annotations

import pytest

from dashbridge.dashboards import load_dashboard
from dashbridge.kit import Invalid

BASE = """version: 1
title: Base
connection: flights
inputs:
  carrier: {type: multi_select, options: [AA, UA], default: all}
  period: {type: date_range}
queries:
  d: {sql: SELECT 1}
insights:
  i:
    query: d
    props: {x: month, y: sum(n), color: carrier}
    interactions:
      - filter: carrier IN ${ref(carrier).values}
      - filter: month < ${ref(period).until}
      - sort: month
views:
  v: {type: line, insight: i}
layout:
  rows:
    - items: [{view: v, span: 12}]
"""

CASES: list[tuple[str, str, list[tuple[str, str, int, int]]]] = [
    ("version: 1", "version: 2", [("schema.value", "/version", 1, 1)]),
    ("version: 1\n", "version: '1'\n", [("schema.type", "/version", 1, 1), ("schema.value", "/version", 1, 1)]),
    ("version: 1\n", "", [("schema.missing_key", "/", 1, 1)]),
    ("title: Base", "title: 7", [("schema.type", "/title", 2, 1)]),
    ("title: Base", "title: ''", [("schema.limit", "/title", 2, 1)]),
    ("title: Base", "tittle: Base", [("schema.missing_key", "/", 1, 1), ("schema.unknown_key", "/tittle", 2, 1)]),
    ("title: Base", "title: Base\ntheme: dark", [("schema.value", "/theme", 3, 1)]),
    ("connection: flights", "connection: Flights DB", [("schema.pattern", "/connection", 3, 1)]),
    ("title: Base", "title: Base\ntimezone: Mars/Base", [("timezone.unknown", "/timezone", 3, 1)]),
    ("title: Base", "title: Base\ntimezone: ../../etc/passwd", [("timezone.unknown", "/timezone", 3, 1)]),
    ("title: Base", "title: Base\ntimezone: 2", [("schema.type", "/timezone", 3, 1)]),
    ("title: Base", "title: Base\nqueris: {}", [("schema.unknown_key", "/queris", 3, 1)]),
    ("multi_select", "multiselect", [("schema.value", "/inputs/carrier/type", 5, 13)]),
    ("type: multi_select, ", "", [("schema.missing_key", "/inputs/carrier", 5, 3)]),
    ("options: [AA, UA], ", "", [("schema.missing_key", "/inputs/carrier", 5, 3)]),
    ("default: all", "defualt: all", [("schema.unknown_key", "/inputs/carrier/defualt", 5, 52)]),
    ("default: all", "default: [XX]", [("input.default", "/inputs/carrier/default", 5, 52)]),
    (
        "options: [AA, UA]",
        "options: {query: nope, column: c}",
        [("ref.unknown_query", "/inputs/carrier/options/query", 5, 43)],
    ),
    ("options: [AA, UA]", "options: {query: d}", [("schema.missing_key", "/inputs/carrier/options", 5, 33)]),
    ("options: [AA, UA]", "options: AA", [("schema.type", "/inputs/carrier/options", 5, 33)]),
    ("{type: date_range}", "{type: date_range, default: soon}", [("input.default", "/inputs/period/default", 6, 30)]),
    (
        "{type: date_range}",
        "{type: date_range, default: {from: 2013-02-01, to: 2013-01-01}}",
        [("input.default", "/inputs/period/default", 6, 30)],
    ),
    ("{type: date_range}", "{type: toggle, default: maybe}", [("schema.type", "/inputs/period/default", 6, 26)]),
    ("  period:", "  Period:", [("schema.slug", "/inputs/Period", 6, 3)]),
    ("{sql: SELECT 1}", "{sql: SELECT a, b FROM t}", [("schema.unknown_key", "/queries/d/b FROM t", 8, 22)]),
    (
        "{sql: SELECT 1}",
        "{sql: SELECT 1, cache: {ttl: 10 minutes}}",
        [("schema.pattern", "/queries/d/cache/ttl", 8, 30)],
    ),
    ("{sql: SELECT 1}", "{cache: {ttl: 10m}}", [("schema.missing_key", "/queries/d", 8, 3)]),
    ("query: d\n", "query: depatures\n", [("ref.unknown_query", "/insights/i/query", 11, 5)]),
    ("query: d\n", "query: [d]\n", [("schema.type", "/insights/i/query", 11, 5)]),
    ("y: sum(n), ", "", [("view.missing_prop", "/views/v", 18, 3)]),
    (
        "y: sum(n)",
        "y: sum(n, colr: z",
        [("sql.not_sql", "/insights/i/props/y", 12, 23), ("view.unknown_prop", "/insights/i/props/colr", 12, 33)],
    ),
    ("color: carrier}", "colour: carrier}", [("view.unknown_prop", "/insights/i/props/colour", 12, 34)]),
    ("y: sum(n)", "y: sum(n) + k", [("insight.ungrouped", "/insights/i/props/y", 12, 23)]),
    ("y: sum(n)", "y: SELECT", [("sql.not_sql", "/insights/i/props/y", 12, 23)]),
    ("y: sum(n)", "y: (SELECT 1)", [("sql.expression_not_allowed", "/insights/i/props/y", 12, 23)]),
    ("y: sum(n)", "y: read_csv('x')", [("sql.function_not_allowed", "/insights/i/props/y", 12, 23)]),
    ("y: sum(n)", "y: sum(n) - ", [("sql.not_sql", "/insights/i/props/y", 12, 23)]),
    ("y: sum(n)", "y: 1", [("schema.type", "/insights/i/props/y", 12, 23)]),
    ("ref(carrier).values", "ref(carier).values", [("ref.unknown_input", "/insights/i/interactions/0/filter", 14, 9)]),
    ("ref(carrier).values", "ref(carrier).value", [("ref.accessor", "/insights/i/interactions/0/filter", 14, 9)]),
    ("ref(period).until", "ref(period).till", [("ref.accessor", "/insights/i/interactions/1/filter", 15, 9)]),
    ("ref(period).until}", "ref(period)}", [("ref.accessor", "/insights/i/interactions/1/filter", 15, 9)]),
    ("${ref(period).until}", "${period.until}", [("ref.syntax", "/insights/i/interactions/1/filter", 15, 9)]),
    (
        "month < ${ref(period).until}",
        "month < '${ref(period).until}'",
        [("ref.in_text", "/insights/i/interactions/1/filter", 15, 9)],
    ),
    (
        "carrier IN ${ref(carrier).values}",
        "carrier = ${ref(carrier).values}",
        [("ref.list", "/insights/i/interactions/0/filter", 14, 9)],
    ),
    (
        "month < ${ref(period).until}",
        "month < current_date",
        [("expression.clock", "/insights/i/interactions/1/filter", 15, 9)],
    ),
    ("- sort: month", "- sort: n", [("sort.grouping", "/insights/i/interactions/2/sort", 16, 9)]),
    ("- sort: month", "- sort: 1", [("schema.type", "/insights/i/interactions/2/sort", 16, 9)]),
    ("- sort: month", "- sort: ','", [("sort.syntax", "/insights/i/interactions/2/sort", 16, 9)]),
    (
        "- sort: month",
        "- sort: month\n        split: carrier",
        [("schema.interaction", "/insights/i/interactions/2", 16, 9)],
    ),
    ("- sort: month", "- {}", [("schema.interaction", "/insights/i/interactions/2", 16, 9)]),
    ("- sort: month", "- order: month", [("schema.unknown_key", "/insights/i/interactions/2/order", 16, 9)]),
    (
        "- sort: month",
        "- split: carrier\n      - split: month",
        [("insight.several_splits", "/insights/i/interactions/3/split", 17, 9)],
    ),
    ("- sort: month", "- split: sum(n)", [("insight.split_aggregate", "/insights/i/interactions/2/split", 16, 9)]),
    ("type: line", "type: lines", [("schema.value", "/views/v/type", 18, 7)]),
    ("type: line, insight: i", "type: line", [("view.missing_insight", "/views/v", 18, 3)]),
    ("insight: i}", "insight: j}", [("ref.unknown_insight", "/views/v/insight", 18, 19)]),
    ("type: line, insight: i", "type: text", [("view.missing_text", "/views/v", 18, 3)]),
    (
        "insight: i}",
        "insight: i, trace: t}",
        [("ref.unknown_trace", "/views/v/trace", 18, 31), ("view.two_sources", "/views/v/trace", 18, 31)],
    ),
    ("insight: i}", "trace: i}", [("ref.unknown_trace", "/views/v/trace", 18, 19)]),
    (
        "type: line, insight: i",
        "type: text, text: a, trace: t",
        [("ref.unknown_trace", "/views/v/trace", 18, 28), ("view.key", "/views/v/trace", 18, 28)],
    ),
    (
        "views:\n",
        "traces:\n  t: {query: e, props: {x: n}}\nviews:\n",
        [("ref.unknown_query", "/traces/t/query", 18, 7)],
    ),
    (
        "views:\n",
        "traces:\n  t: {query: d, props: {x: 'column(n)[0]'}}\nviews:\n",
        [("trace.column", "/traces/t/props/x", 18, 25)],
    ),
    (
        "views:\n",
        "traces:\n  t: {query: d, cohorts: n}\nviews:\n",
        [("schema.unknown_key", "/traces/t/cohorts", 18, 17)],
    ),
    ("views:\n", "traces:\n  t: {props: {x: n}}\nviews:\n", [("schema.missing_key", "/traces/t", 18, 3)]),
    (
        "views:\n  v: {type: line, insight: i}",
        "traces:\n  t: {query: d, props: {x: n, y: m, colour: k}}\nviews:\n  v: {type: line, trace: t}",
        [("view.unknown_prop", "/traces/t/props/colour", 18, 37)],
    ),
    (
        "views:\n  v: {type: line, insight: i}",
        "traces:\n  t: {query: d, props: {x: n}}\nviews:\n  v: {type: line, trace: t, labels: {z: Z}}",
        [("view.missing_prop", "/views/v", 20, 3), ("view.unknown_prop", "/views/v/labels/z", 20, 38)],
    ),
    ("insight: i}", "insight: i, limit: 3}", [("view.key", "/views/v/limit", 18, 31)]),
    ("insight: i}", "insight: i, format: {y: '.1z'}}", [("view.format", "/views/v/format/y", 18, 40)]),
    ("insight: i}", "insight: i, format: {z: .1f}}", [("view.unknown_prop", "/views/v/format/z", 18, 40)]),
    ("insight: i}", "insight: i, sort: {by: y}}", [("view.key", "/views/v/sort", 18, 31)]),
    (
        "insight: i}",
        "insight: i, vega_lite: {data: {url: 'http://x'}}}",
        [
            ("patch.forbidden", "/views/v/vega_lite/data", 18, 43),
            ("patch.key", "/views/v/vega_lite/data", 18, 43),
            ("patch.forbidden", "/views/v/vega_lite/data/url", 18, 50),
        ],
    ),
    (
        "insight: i}",
        "insight: i, vega_lite: {encoding: {href: {field: x}}}}",
        [
            ("patch.forbidden", "/views/v/vega_lite/encoding/href", 18, 54),
            ("patch.key", "/views/v/vega_lite/encoding/href", 18, 54),
        ],
    ),
    ("insight: i}", "insight: i, vega_lite: {mark: image}}", [("patch.mark", "/views/v/vega_lite/mark", 18, 43)]),
    (
        "insight: i}",
        "insight: i, vega_lite: {config: {axis: {labelExpr: '1'}}}}",
        [("patch.forbidden", "/views/v/vega_lite/config/axis/labelExpr", 18, 59)],
    ),
    (
        "insight: i}",
        "insight: i, vega_lite: {encoding: {x: {axis: {title: {signal: a}}}}}}",
        [("patch.forbidden", "/views/v/vega_lite/encoding/x/axis/title/signal", 18, 73)],
    ),
    (
        "insight: i}",
        "insight: i, vega_lite: {params: []}}",
        [("patch.forbidden", "/views/v/vega_lite/params", 18, 43), ("patch.key", "/views/v/vega_lite/params", 18, 43)],
    ),
    ("insight: i}", "insight: i, compare: {show: delta}}", [("view.key", "/views/v/compare", 18, 31)]),
    ("span: 12", "span: 13", [("schema.limit", "/layout/rows/0/items/0/span", 21, 25)]),
    ("span: 12", "span: 0", [("schema.limit", "/layout/rows/0/items/0/span", 21, 25)]),
    ("span: 12", "span: 6.5", [("schema.type", "/layout/rows/0/items/0/span", 21, 25)]),
    ("span: 12", "span: wide", [("schema.type", "/layout/rows/0/items/0/span", 21, 25)]),
    (
        "view: v, span: 12}",
        "view: v, span: 7}, {view: v, span: 6}",
        [("layout.span", "/layout/rows/0", 21, 7), ("layout.twice", "/layout/rows/0/items/1/view", 21, 36)],
    ),
    ("view: v, span", "view: w, span", [("ref.unknown_view", "/layout/rows/0/items/0/view", 21, 16)]),
    ("- items:", "- height: xl\n      items:", [("schema.type", "/layout/rows/0/height", 21, 7)]),
    ("- items:", "- height: 20\n      items:", [("schema.limit", "/layout/rows/0/height", 21, 7)]),
    ("[{view: v, span: 12}]", "[]", [("schema.limit", "/layout/rows/0/items", 21, 7)]),
    ("layout:\n  rows:\n    - items: [{view: v, span: 12}]\n", "", [("schema.missing_key", "/", 1, 1)]),
]


def findings(text: str) -> list[tuple[str, str | None, int | None, int | None]]:
    with pytest.raises(Invalid) as caught:
        load_dashboard(text)
    return [(one.code, one.place.path, one.place.line, one.place.column) for one in caught.value.problems]


@pytest.mark.parametrize(("old", "new", "expected"), CASES, ids=[new.strip()[:40] or old[:20] for old, new, _ in CASES])
def test_refused_with_code_path_and_line(old: str, new: str, expected: list[tuple[str, str, int, int]]) -> None:
    assert BASE.count(old) >= 1
    assert findings(BASE.replace(old, new, 1)) == expected


def test_the_base_is_good() -> None:
    assert load_dashboard(BASE).warnings == ()
    assert len(CASES) >= 60


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("type: line", "type: lines", "did you mean line?"),
        ("title: Base", "title: Base\ntimezone: america/new york", "did you mean America/New_York?"),
        ("title: Base", "title: Base\ntimezone: New York", "did you mean America/New_York?"),
        ("title: Base", "title: Base\ntimezone: Europe/Berln", "did you mean Europe/Berlin?"),
        ("title: Base", "title: Base\ntimezone: UTC+2 please", "write an IANA name"),
        ("insight: i}", "trace: i}", "none is defined"),
        ("title: Base", "tittle: Base", "add title: text"),
        ("ref(carrier)", "ref(carier)", "did you mean carrier?"),
        ("multi_select", "multiselect", "did you mean multi_select?"),
        ("color: carrier}", "colour: carrier}", "did you mean color?"),
        ("{sql: SELECT 1}", "{sql: SELECT a, b FROM t}", "must stand in quotes"),
        ("month < ${ref(period).until}", "month < '${ref(period).until}'", "without quotes"),
        ("span: 12", "span: 12, spam: 1", "did you mean span?"),
    ],
)
def test_hints_say_what_to_do(old: str, new: str, hint: str) -> None:
    with pytest.raises(Invalid) as caught:
        load_dashboard(BASE.replace(old, new, 1))
    assert any(hint in (one.hint or "") for one in caught.value.problems)


def test_all_findings_come_at_once_and_sorted() -> None:
    text = (
        BASE.replace("query: d\n", "query: e\n").replace("view: v,", "view: w,").replace("sort: month", "sort: 'sum(('")
    )
    assert [one[2] for one in findings(text)] == [11, 16, 21]


def test_at_most_fifty_findings() -> None:
    with pytest.raises(Invalid) as caught:
        load_dashboard("version: 1\n" + "".join(f"k{n}: 1\n" for n in range(90)))
    assert len(caught.value.problems) == 50
    assert "and" in caught.value.message
    assert "more" in caught.value.message


def test_the_number_of_things_is_capped() -> None:
    many = "".join(f"  v{n}: {{type: text, text: a}}\n" for n in range(201))
    assert findings(BASE.replace("views:\n", "views:\n" + many)) == [("schema.limit", "/views", 17, 1)]


def test_unused_things_are_warnings_with_places() -> None:
    text = BASE.replace("      - filter: month < ${ref(period).until}\n", "")
    text = text.replace("queries:\n", "queries:\n  spare: {sql: SELECT 2}\n")
    text = text.replace(
        "views:\n", "  other: {query: d, props: {value: n}}\nviews:\n  unplaced: {type: metric, insight: i2}\n"
    )
    text = text.replace("insight: i2", "insight: lost").replace(
        "  other:", "  lost: {query: d, props: {value: n}}\n  other:"
    )
    warnings = [(one.code, one.place.path, one.place.line) for one in load_dashboard(text).warnings]
    assert warnings == [
        ("unused.input", "/inputs/period", 6),
        ("unused.query", "/queries/spare", 8),
        ("unused.insight", "/insights/other", 18),
        ("unused.view", "/views/unplaced", 20),
    ]


def test_own_keys_are_kept_out_and_allowed_everywhere() -> None:
    text = BASE.replace("title: Base", "title: Base\nx-owner: [a, {b: 1}]").replace(
        "insight: i}", "insight: i, x-n: 1}"
    )
    assert load_dashboard(text).spec == load_dashboard(BASE).spec


def test_places_of_a_loaded_dashboard() -> None:
    loaded = load_dashboard(BASE)
    assert (loaded.place("/views/v/type").line, loaded.place("/views/v/type").column) == (18, 7)
    assert loaded.place("/views/v/nothing").line == 18


@pytest.mark.parametrize("text", ["[]", "a", "1", "null", "- version: 1", "''"])
def test_a_file_that_is_no_map(text: str) -> None:
    assert findings(text)[0][0] == "schema.type"

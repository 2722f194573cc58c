from __future__ import annotations

import pytest

from dashbridge.insights.expression import parse
from dashbridge.insights.labels import Facts, column_facts, facts_of, label_of, words


@pytest.mark.parametrize(
    ("text", "label", "kind", "grain"),
    [
        ("dep_delay", "Dep delay", "unknown", None),
        ("count(*)", "Count", "quantitative", None),
        ("sum(flights)", "Flights", "quantitative", None),
        ("avg(dep_delay)", "Average dep delay", "quantitative", None),
        ("max(day)", "Greatest day", "unknown", None),
        ("count(DISTINCT tail_num)", "Distinct tail num", "quantitative", None),
        ("date_trunc('month', day)", "Month", "temporal", "MONTH"),
        ("CAST(day AS DATE)", "Day", "temporal", None),
        ("sum(a * w) / sum(w)", "Average a", "quantitative", None),
        ("upper(city)", "City", "nominal", None),
        ("'x'", "Y", "nominal", None),
        ("CASE WHEN a > 1 THEN 'b' ELSE 'c' END", "A", "nominal", None),
        ("a > b", "Y", "nominal", None),
        ("known_month", "Known month", "temporal", "MONTH"),
        ("round(avg(a), 1)", "Average a", "quantitative", None),
    ],
)
def test_read_off_an_expression(text: str, label: str, kind: str, grain: str | None) -> None:
    tree = parse(text, {}, "/p").tree
    facts = facts_of(tree, {"known_month": Facts("temporal", "MONTH")})
    assert (label_of(tree, "y"), facts.kind, facts.grain) == (label, kind, grain)


@pytest.mark.parametrize(
    ("text", "additive"),
    [
        ("sum(n)", True),
        ("count(*)", True),
        ("count_if(a > 1)", True),
        ("count(*) FILTER (WHERE a > 1)", True),
        ("sum(n) - sum(m)", True),
        ("CAST(sum(n) AS BIGINT)", True),
        ("coalesce(sum(n), 0)", True),
        ("100 * sum(n) / 60", True),
        ("added", True),
        ("other", False),
        ("avg(n)", False),
        ("max(n)", False),
        ("count(DISTINCT n)", False),
        ("sum(DISTINCT n)", False),
        ("sum(a) / sum(b)", False),
        ("100 / sum(b)", False),
        ("sum(a) + 1", False),
        ("sum(a) + avg(b)", False),
        ("round(sum(a), 1)", False),
        ("sum(sum(a)) OVER (ORDER BY b)", False),
        ("id", False),
        ("CAST(sum(a) AS VARCHAR)", False),
    ],
)
def test_what_adds_up(text: str, additive: bool) -> None:
    known = {"added": Facts("quantitative", additive=True), "other": Facts("quantitative")}
    assert facts_of(parse(text, {}, "/p").tree, known).additive is additive


def test_columns_of_a_query_in_either_dialect() -> None:
    found = column_facts(
        "SELECT CAST(date_trunc('month', t) AS DATE) AS Month, count(*) n, carrier FROM f GROUP BY ALL"
    )
    assert found == {"month": Facts("temporal", "MONTH"), "n": Facts("quantitative")}
    assert column_facts("SELECT DATE_TRUNC(d, MONTH) AS m FROM `p.d.t`")["m"].kind == "temporal"
    assert column_facts("SELECT (") == {}
    assert column_facts("DROP TABLE x") == {}


def test_words() -> None:
    assert words("dep_delay") == "Dep delay"
    assert words("") == ""

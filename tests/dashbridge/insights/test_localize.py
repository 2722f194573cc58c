"""From the connection's dialect to DuckDB: what is alike passes with its references, the rest is not guessed."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from dashbridge.insights import InputSpec
from dashbridge.insights.expression import parse
from dashbridge.insights.localize import NotLocal, localized
from dashbridge.insights.trees import references_of

INPUTS = TypeAdapter(dict[str, InputSpec]).validate_python({"q": {"type": "text"}, "n": {"type": "number_range"}})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("c1 > ${ref(n).min} AND `odd name` = 'a'", "c1 > ${ref(n).min} AND \"odd name\" = 'a'"),
        ("c1 LIKE ${ref(q).value}", "c1 LIKE ${ref(q).value} ESCAPE '\\'"),
        ("COUNTIF(c1 > 1)", "COUNT(CASE WHEN c1 > 1 THEN 1 END)"),
        ("SUM(c1) / COUNT(*)", "SUM(c1) / COUNT(*)"),
        ("LOWER(c1) LIKE ${ref(q).value}", "LOWER(c1) LIKE ${ref(q).value} ESCAPE '\\'"),
        ("EXTRACT(YEAR FROM c1) = ${ref(n).min}", "EXTRACT(YEAR FROM MAKE_TIMESTAMP(EPOCH_US(c1))) = ${ref(n).min}"),
        ("REGEXP_CONTAINS(c1, r'^a\\d$')", "REGEXP_MATCHES(c1, '^a\\d$')"),
        (
            "DATE_TRUNC(DATE(c1), MONTH)",
            "CAST(DATE_TRUNC('MONTH', CAST(MAKE_TIMESTAMP(EPOCH_US(c1)) AS DATE)) AS DATE)",
        ),
        ("_ref0 = ${ref(q).value}", "_ref0 = ${ref(q).value}"),
    ],
)
def test_what_is_alike_passes(text: str, wanted: str) -> None:
    parsed = parse(text, INPUTS, "/x", "bigquery")
    local = localized(parsed.tree, "bigquery")
    assert local.sql(dialect="duckdb") == wanted
    assert [str(one) for one in references_of(local)] == [str(one) for one in parsed.references]


@pytest.mark.parametrize(
    "text",
    [
        *("TRIM(c1)", "UPPER(c1)", "CAST(c1 AS STRING)", "CAST(c1 AS INT64)", "SAFE_CAST(c1 AS INT64)"),
        *("SUBSTR(c1, c2)", "LEAST(c1, c2)", "CONCAT(c1, c2)", "ROUND(c1, 1)", "DATE_TRUNC(c1, MONTH)"),
        *("FORMAT_DATE('%Y', c1)", "REGEXP_CONTAINS(c1, c2)", "ANY_VALUE(c1)", "ARRAY_AGG(c1)"),
        *("GREATEST(c1, ${ref(n).min})", "SAFE_DIVIDE(c1, ${ref(n).min})", "STRPOS(c1, ${ref(q).value})"),
        *("DATE(c1, 'UTC')", "DATE('2024-01-01')", "EXTRACT(WEEK FROM c1)", "EXTRACT(MILLISECOND FROM c1)"),
        *("DATE_DIFF(c1, c2, DAY)", "DATE_ADD(c1, INTERVAL 1 DAY)", "LAST_DAY(c1)", "MOD(c1, 0)", "DIV(c1, 2)"),
        *("TRIM(c1, '')", "REGEXP_EXTRACT(c1, 'a')", "INSTR(c1, 'a', 2)", "DATE_TRUNC(DATE(c1), WEEK(FRIDAY))"),
    ],
)
def test_what_may_differ_is_not_guessed(text: str) -> None:
    with pytest.raises(NotLocal, match="not known to mean the same"):
        localized(parse(text, INPUTS, "/x", "bigquery").tree, "bigquery")


def test_duckdb_is_left_as_it_is() -> None:
    tree = parse("upper(c1) LIKE ${ref(q).value}", INPUTS, "/x").tree
    assert localized(tree, "duckdb") is tree

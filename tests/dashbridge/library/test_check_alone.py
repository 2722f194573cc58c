"""A file without its warehouse: read in a dialect, every statement passed through the gate's reading of it."""

from __future__ import annotations

import pytest

from dashbridge.kit import Invalid
from dashbridge.library import check_alone


def test_a_good_file_is_compiled(shop_yaml: str) -> None:
    loaded, compiled = check_alone(shop_yaml, "duckdb")
    assert set(compiled.insights) == {"total", "by_day"}
    assert loaded.warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("FROM orders", "FROM '/etc/passwd'", "/queries/sales/sql"),
        ("FROM orders", "FROM orders; DROP TABLE orders", "/queries/sales/sql"),
        ("FROM orders", "FROM orders WHERE day = ?", "/queries/sales/sql"),
        ("SELECT day, region", "SELECT getenv('HOME') AS day, region", "/queries/sales/sql"),
        ("FROM orders", "FROM orders -- " + "x" * 19_850, "/insights/"),
    ],
    ids=["a file", "two statements", "a placeholder", "a function", "too long once wrapped"],
)
@pytest.mark.parametrize("dialect", ["duckdb", "bigquery"])
def test_what_the_gate_refuses_has_its_place(shop_yaml: str, old: str, new: str, path: str, dialect: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_alone(shop_yaml.replace(old, new), dialect)
    problem = refused.value.problems[0]
    assert (problem.place.path or "").startswith(path)
    assert problem.place.line


def test_a_dialects_own_words(shop_yaml: str) -> None:
    yaml = shop_yaml.replace("value: sum(amount)", "value: 'SAFE_DIVIDE(sum(amount), count(*))'")
    assert check_alone(yaml, "bigquery")
    with pytest.raises(Invalid):
        check_alone(yaml, "duckdb")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT day, region, amount FROM orders # it's; all",
        "SELECT day, region, amount FROM orders; # it's all",
        "SELECT day, 'it\\'s; so' AS region, amount FROM orders;",
        'SELECT day, """a;"b""" AS region, amount FROM orders ;',
        "SELECT day, r'\\;' AS region, amount FROM `main.orders`;;",
        "SELECT day, region, amount FROM orders -- all;",
    ],
)
def test_quotes_and_comments_of_bigquery_end_where_they_end(shop_yaml: str, sql: str) -> None:
    start, rest = shop_yaml.split("    sql: |\n", 1)
    yaml = f"{start}    sql: |\n      {sql}\n" + rest[rest.index("  regions:") :]
    _, compiled = check_alone(yaml, "bigquery")
    assert compiled.queries["sales"].sql.strip() == sql

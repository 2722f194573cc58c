from __future__ import annotations

import pytest

from dashbridge.kit import TableName


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (TableName("main", "flights"), "main.flights"),
        (TableName("sales", "orders", "acme"), "acme.sales.orders"),
        (TableName("", "t"), "t"),
    ],
)
def test_a_table_name_reads_from_the_outside_in(name: TableName, text: str) -> None:
    assert str(name) == text


def test_the_project_tells_two_tables_apart() -> None:
    assert len({TableName("d", "t"), TableName("d", "t", "p"), TableName("d", "t", None)}) == 2

"""Every type DuckDB has is given a kind."""

from __future__ import annotations

import duckdb
import pytest

from dashbridge.warehouse.base import Kind
from dashbridge.warehouse.kinds import duckdb_kind

TYPES = {
    "TINYINT": Kind.INTEGER,
    "UHUGEINT": Kind.INTEGER,
    "DECIMAL(18,3)": Kind.DECIMAL,
    "FLOAT": Kind.FLOAT,
    "BOOLEAN": Kind.BOOLEAN,
    "VARCHAR": Kind.TEXT,
    "UUID": Kind.TEXT,
    "ENUM('a', 'b)')": Kind.TEXT,
    "DATE": Kind.DATE,
    "TIME": Kind.TIME,
    "TIME WITH TIME ZONE": Kind.TIME,
    "TIMESTAMP": Kind.TIMESTAMP,
    "TIMESTAMP_S": Kind.TIMESTAMP,
    "TIMESTAMP_NS": Kind.TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": Kind.TIMESTAMP_TZ,
    "INTERVAL": Kind.INTERVAL,
    "BLOB": Kind.BYTES,
    "BIT": Kind.BYTES,
    "JSON": Kind.JSON,
    "INTEGER[]": Kind.LIST,
    "DECIMAL(9,2)[3]": Kind.LIST,
    "STRUCT(a INTEGER, b VARCHAR)": Kind.STRUCT,
    "STRUCT(a INTEGER)[]": Kind.LIST,
    "MAP(VARCHAR, INTEGER)": Kind.STRUCT,
    "UNION(a INTEGER, b VARCHAR)": Kind.OTHER,
}


@pytest.mark.parametrize(("name", "kind"), TYPES.items())
def test_a_type_has_the_kind_of_what_it_holds(name: str, kind: Kind) -> None:
    with duckdb.connect() as con:
        (shown,) = map(str, con.sql(f"SELECT CAST(NULL AS {name})").types)
    assert duckdb_kind(shown) is kind

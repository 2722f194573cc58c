"""From an engine's type names to the port's kinds."""

from __future__ import annotations

from dashbridge.warehouse.base import Kind

_DUCKDB = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "BIGNUM"), Kind.INTEGER),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), Kind.INTEGER),
    **dict.fromkeys(("FLOAT", "DOUBLE"), Kind.FLOAT),
    **dict.fromkeys(("VARCHAR", "CHAR", "UUID", "ENUM"), Kind.TEXT),
    **dict.fromkeys(("TIME", "TIME_NS", "TIME WITH TIME ZONE"), Kind.TIME),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), Kind.TIMESTAMP),
    **dict.fromkeys(("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"), Kind.TIMESTAMP_TZ),
    **dict.fromkeys(("BLOB", "BIT"), Kind.BYTES),
    **dict.fromkeys(("STRUCT", "MAP"), Kind.STRUCT),
    "DECIMAL": Kind.DECIMAL,
    "BOOLEAN": Kind.BOOLEAN,
    "DATE": Kind.DATE,
    "INTERVAL": Kind.INTERVAL,
    "JSON": Kind.JSON,
}


def duckdb_kind(type_name: str) -> Kind:
    """The kind of a DuckDB type, e.g. DECIMAL(18,3) -> decimal, INTEGER[] -> list."""
    if type_name.endswith("]"):
        return Kind.LIST
    return _DUCKDB.get(type_name.partition("(")[0].strip().upper(), Kind.OTHER)

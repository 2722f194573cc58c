"""BigQuery's JSON: fields of a schema, cells of a row, values of parameters."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

Field = dict[str, Any]

_NAMES = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint"), "INTEGER"),
    **dict.fromkeys(("uinteger", "ubigint", "uhugeint"), "INTEGER"),
    **dict.fromkeys(("float", "double"), "FLOAT"),
    **dict.fromkeys(("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"), "DATETIME"),
    "timestamp with time zone": "TIMESTAMP",
    "decimal": "NUMERIC",
    "boolean": "BOOLEAN",
    "blob": "BYTES",
    "date": "DATE",
    "time": "TIME",
    "interval": "INTERVAL",
    "json": "JSON",
    "struct": "RECORD",
}


def fields_of(relation: duckdb.DuckDBPyRelation) -> list[Field]:
    """The schema of a relation as REST fields."""
    return [
        _field(name if name.isidentifier() else f"f{place}_", kind)
        for place, (name, kind) in enumerate(zip(relation.columns, relation.types, strict=True))
    ]


def cells(row: Sequence[Any], fields: Sequence[Field]) -> dict[str, Any]:
    """One row as the REST API writes it."""
    return {"f": [{"v": _cell(value, each)} for value, each in zip(row, fields, strict=True)]}


def bound(parameter: Mapping[str, Any]) -> str:
    """A query parameter as a literal of BigQuery's SQL."""
    kind = parameter["parameterType"]["type"]
    value = parameter.get("parameterValue", {}).get("value")
    if value is None:
        return f"CAST(NULL AS {kind})"
    if kind == "BOOL":
        return str(value).upper()
    text = str(value).replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{text}'" if kind == "STRING" else f"CAST('{text}' AS {kind})"


def _field(name: str, kind: Any) -> Field:
    if kind.id == "list":
        return _field(name, kind.children[0][1]) | {"mode": "REPEATED"}
    word = "json" if str(kind) == "JSON" else kind.id
    made: Field = {"name": name, "type": _NAMES.get(word, "STRING"), "mode": "NULLABLE"}
    if word == "struct":
        made["fields"] = [_field(part, inner) for part, inner in kind.children]
    return made


def _cell(value: Any, each: Field) -> Any:
    if each.get("mode") == "REPEATED":
        return [{"v": _scalar(item, each)} for item in value or ()]
    return None if value is None else _scalar(value, each)


def _scalar(value: Any, each: Field) -> Any:
    if value is None:
        return None
    kind = each["type"]
    if kind == "RECORD":
        return {"f": [{"v": _cell(value[part["name"]], part)} for part in each["fields"]]}
    if kind == "BOOLEAN":
        return "true" if value else "false"
    if kind == "BYTES":
        return base64.b64encode(value).decode()
    if kind == "TIMESTAMP":
        return str((value - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1))
    if kind in ("DATETIME", "DATE", "TIME"):
        return value.isoformat()
    if kind == "INTERVAL":
        seconds, nanos = divmod(value.nanoseconds, 10**9)
        clock = f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}.{nanos // 1000:06d}"
        return f"{value.months // 12}-{value.months % 12} {value.days} {clock}"
    if kind == "JSON":
        return value if isinstance(value, str) else json.dumps(value)
    return str(value)

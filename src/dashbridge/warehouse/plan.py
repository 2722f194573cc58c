"""Dry run: what a statement would read and give, out of DuckDB's own plans, without running it.

Tables come from the plan before optimising (which drops what turns out empty), columns from the plan after it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from dashbridge.kit import Place, TableName
from dashbridge.warehouse.base import Column, DryRun, Parameter, WarehouseRefused
from dashbridge.warehouse.bounds import engine_failed
from dashbridge.warehouse.engine import offset_place, refusal, refused
from dashbridge.warehouse.kinds import duckdb_kind
from dashbridge.warehouse.storage import Storage

_BOUND = "json_serialize_plan(?, optimize := false)"
_OPTIMIZED = "json_serialize_plan(?, optimize := true)"
_TREE = "json_serialize_sql(?)"
_NOT_JSON = re.compile(r"([:,\[])-?(?:nan|inf(?:inity)?)(?=[,\]}])", re.IGNORECASE)  # how DuckDB writes such floats
_NULL = "NULL"
_UNKNOWN = "CAST(random() AS VARCHAR)"  # what no optimiser can foresee
_VIRTUAL = 1 << 63  # rowid and the like: no stored bytes of their own
_PURE_SOURCES = frozenset({"range", "generate_series", "unnest", "repeat", "repeat_row"})


@dataclass(frozen=True, slots=True)
class _Scan:
    schema: str
    table: str
    catalog: str
    columns: frozenset[str]


def one_statement(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The one statement in `sql`. Raises WarehouseRefused unless there is one that parses."""
    try:
        statements = con.extract_statements(sql)
    except duckdb.Error as error:
        raise refusal(error, sql) from error
    if len(statements) != 1:
        found = "no statement" if not statements else f"{len(statements)} statements"
        raise WarehouseRefused(f"There is {found} where one SELECT belongs.", code="not_one_statement")
    return statements[0]


def require_select(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The statement in `sql`, parsed, so that nobody parses it again. Raises WarehouseRefused unless it is a SELECT."""
    statement = one_statement(con, sql)
    if statement.type.name != "SELECT":
        raise WarehouseRefused(f"Only a SELECT can run here, not {statement.type.name}.", code="not_a_select")
    return statement


def require_bytes(size: int, limit: int) -> None:
    """Raises WarehouseRefused when a query would read more than its limit."""
    if size > limit:
        raise WarehouseRefused(
            f"The query would read up to {size:,} bytes, over its limit of {limit:,}.",
            code="too_many_bytes",
            hint="select fewer columns, or raise the limit",
        )


def dry_run(con: duckdb.DuckDBPyConnection, storage: Storage, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
    """Plan `sql`. A statement other than SELECT is named and not looked into. Raises WarehouseRefused."""
    kind = str(one_statement(con, sql).type.name)
    if kind != "SELECT":
        return DryRun(kind, (), (), 0)
    bound, optimized = _serialized(con, [_BOUND, _OPTIMIZED], sql)
    tree = _serialized(con, [_TREE], sql)[0] if parameters or storage.views else {}
    if parameters and bound["error"] and bound["error_type"] == "internal":
        (bound,) = _serialized(con, [_BOUND], _typed(con, copy.deepcopy(tree), parameters, _NULL))
        (optimized,) = _serialized(con, [_OPTIMIZED], _typed(con, copy.deepcopy(tree), parameters, _UNKNOWN))
    scans = _scans(_planned(bound, sql))
    names = {_name(scan, storage) for scan in scans} | _views(tree, storage)
    columns = result_columns(con, sql, parameters)
    read = scans if optimized["error"] else _scans(optimized)  # not every optimised plan can be shown
    return DryRun(kind, tuple(sorted(names, key=str)), columns, storage.bytes_of(_stored(read)))


def result_columns(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Parameter]) -> tuple[Column, ...]:
    """The columns a SELECT gives. Raises WarehouseRefused."""
    try:
        relation = con.sql(sql, params=list(parameters))
        named = list(zip(relation.columns, map(str, relation.types), strict=True))
    except duckdb.Error as error:
        raise refusal(error, sql) from error
    return tuple(Column(name, type_name, duckdb_kind(type_name)) for name, type_name in named)


def _serialized(con: duckdb.DuckDBPyConnection, forms: list[str], sql: str) -> list[dict[str, Any]]:
    try:
        (texts,) = con.execute(f"SELECT {', '.join(forms)}", [sql] * len(forms)).fetchall()
    except duckdb.Error as error:
        raise refusal(error, sql) from error
    return [_read_json(text) for text in texts]


def _read_json(text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError:
        found = json.loads(_NOT_JSON.sub(r"\1null", text))
    return found


def _typed(con: duckdb.DuckDBPyConnection, tree: dict[str, Any], parameters: Sequence[Parameter], form: str) -> str:
    """The statement with a stand-in of the right type for each parameter: DuckDB cannot plan with an untyped one.

    NULLs are fit for the plan before optimising only, since they would prune what the real values read.
    """
    types = ", ".join(f"CAST({form} AS {_type_of(value)})" for value in parameters)
    (made,) = _serialized(con, [_TREE], f"SELECT {types}")
    nulls = made["statements"][0]["node"]["select_list"]
    for node in list(_nodes(tree)):
        place = node.get("identifier", "") if node.get("class") == "PARAMETER" else ""
        if place.isdigit() and 0 < int(place) <= len(nulls):
            alias = node["alias"]
            node.clear()
            node.update({**nulls[int(place) - 1], "alias": alias})
    return str(con.execute("SELECT json_deserialize_sql(?)", [json.dumps(tree)]).fetchall()[0][0])


def _type_of(value: Parameter) -> str:
    if isinstance(value, Decimal):
        return f"DECIMAL(38, {min(max(0, -int(value.as_tuple().exponent)), 38)})"
    if isinstance(value, datetime):
        return "TIMESTAMP" if value.tzinfo is None else "TIMESTAMPTZ"
    names = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE", str: "VARCHAR", date: "DATE"}
    return names.get(type(value), "INTEGER")


def _planned(plan: dict[str, Any], sql: str) -> dict[str, Any]:
    if plan["error"]:
        offset = plan.get("position", "")
        place = offset_place(sql, int(offset)) if offset.isdigit() else Place()
        if plan["error_type"] == "internal":
            raise engine_failed()
        raise refused(str(plan["error_message"]), sql, place)
    return plan


def _stored(scans: list[_Scan]) -> Iterator[tuple[str, str, str]]:
    return ((scan.schema, scan.table, column) for scan in scans for column in scan.columns)


def _columns(scan: dict[str, Any]) -> frozenset[str]:
    """The columns a scan reads, by name: with generated columns about, its indexes are not those of the storage."""
    names = scan["names"]
    wanted = [int(column["index"]) for column in scan["column_indexes"] if int(column["index"]) < _VIRTUAL]
    return frozenset(names if any(index >= len(names) for index in wanted) else (names[index] for index in wanted))


def _scans(plan: dict[str, Any]) -> list[_Scan]:
    found = []
    for node in _nodes(plan):
        if node.get("type") != "LOGICAL_GET":
            continue
        function = node["qname"]["path"][-1]
        data = node.get("function_data")
        name = (data or {}).get("qualified_name", {}).get("path")
        if name:
            found.append(_Scan(name[-2], name[-1], name[0], _columns(node)))
        elif function not in _PURE_SOURCES:
            raise WarehouseRefused(
                f"The statement reads {function}(), which is not a table of this connection.",
                code="not_a_table",
                hint="read tables and views only",
            )
    return found


def _views(tree: dict[str, Any], storage: Storage) -> set[TableName]:
    """The views named in the text. A CTE that shadows a view counts as the view: too many is safe, too few is not."""
    if not storage.views:
        return set()
    paths = [node["qualified_name"]["path"] for node in _nodes(tree) if node.get("type") == "BASE_TABLE"]
    folded = {(schema.lower(), name.lower()): TableName(schema, name) for schema, name in storage.views}
    found = {folded.get((schema, path[-1].lower())) for path in paths for schema in _schemas(path, storage)}
    return {name for name in found if name is not None}


def _schemas(path: list[str], storage: Storage) -> tuple[str, ...]:
    """The schemas a table path may mean: `a.t` is schema a, or table t of a database called a."""
    if len(path) == 1 or (len(path) == 2 and path[0].lower() == storage.catalog.lower()):
        return ("main", path[0].lower())
    return (path[-2].lower(),)


def _name(scan: _Scan, storage: Storage) -> TableName:
    return TableName(scan.schema, scan.table, None if scan.catalog == storage.catalog else scan.catalog)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in a plan, however deep."""
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)

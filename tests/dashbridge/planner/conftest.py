"""A desk to ask the planner at: real DuckDB tables behind the tools, and a loop that plays the turn."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ai_sdk.messages import Block, Message, Text, ToolResult, ToolUse
from ai_sdk.prompt.blocks import PromptBlock
from ai_sdk.providers.base import Finished, Request, TextDelta, ToolSpec
from dashbridge.dashboards import CompiledDashboard, LoadedDashboard, compile_dashboard, load_dashboard
from dashbridge.insights import over_table, read_inputs
from dashbridge.kit import Invalid
from dashbridge.planner import OfflinePlanner
from dashbridge.samples import load_flights
from dashbridge.sql import Scope, check

TODAY = dt.date(2026, 11, 21)
TOOLS = [
    "list_datasets",
    "list_tables",
    "get_table_schema",
    "search_catalog",
    "run_dry_run_query",
    "validate_dashboard_yaml",
    "save_dashboard_yaml",
    "list_dashboards",
    "get_dashboard_yaml",
    "ask_question",
]
_KINDS = {
    "BIGINT": "integer",
    "INTEGER": "integer",
    "SMALLINT": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "float",
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}

_RESULTS: dict[int, tuple[duckdb.DuckDBPyConnection, dict[str, str]]] = {}


@lru_cache(maxsize=64)
def _load(text: str) -> LoadedDashboard:
    return load_dashboard(text)


@lru_cache(maxsize=64)
def _compile(text: str) -> CompiledDashboard:
    return compile_dashboard(_load(text))


class Refused(Exception):
    """A tool says no; `answer` is what the model reads."""

    def __init__(self, code: str, message: str, problems: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.answer = {"ok": False, "code": code, "message": message, "problems": problems or []}


@dataclass
class Turned:
    """What one turn did."""

    text: str
    calls: list[ToolUse]
    failed: list[tuple[ToolUse, dict[str, Any]]]
    saved: str | None = None

    @property
    def names(self) -> list[str]:
        return [call.name for call in self.calls]

    @property
    def question(self) -> dict[str, Any] | None:
        return self.calls[-1].arguments if self.calls and self.calls[-1].name == "ask_question" else None


@dataclass
class Desk:
    """One conversation over one DuckDB connection."""

    connection: duckdb.DuckDBPyConnection
    facts: dict[str, dict[str, Any]]
    name: str
    files: dict[str, list[str]] = field(default_factory=dict)
    history: list[Message] = field(default_factory=list)
    open_slug: str | None = None
    open_view: str | None = None
    touched: set[str] = field(default_factory=set)
    broken: Callable[[str, dict[str, Any]], None] | None = None
    bytes_of: Callable[[str], int] = lambda sql: 10
    ai_access: str = "schema"
    cap: int | None = None

    async def ask(self, text: str) -> Turned:
        """Play a turn to its end; the history grows by it."""
        self.history.append(Message("user", (Text(text),)))
        turned = Turned("", [], [])
        self.touched = set()
        for _ in range(20):
            pieces = [piece async for piece in OfflinePlanner().stream(self.request())]
            assert isinstance(pieces[-1], Finished)
            uses = [piece for piece in pieces if isinstance(piece, ToolUse)]
            said = "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))
            blocks: list[Block] = [*([Text(said)] if said else []), *uses]
            self.history.append(Message("assistant", tuple(blocks)))
            turned.text += said
            if not uses:
                return turned
            self.history.append(Message("user", tuple(self._run(use, turned) for use in uses)))
            if uses[-1].name == "ask_question":
                return turned
        raise AssertionError("the turn does not end")

    def request(self) -> Request:
        opened = {"slug": self.open_slug, "revision": len(self.files[self.open_slug])} if self.open_slug else None
        context = {
            "today": TODAY.isoformat(),
            "connection": {"name": self.name, "dialect": "duckdb", "default_dataset": "main"},
            "open_dashboard": opened,
            "open_view": self.open_view,
            "ai_access": self.ai_access,
            "max_bytes_per_query": 100_000_000,
        }
        given = [*TOOLS, *(["column_values"] if self.ai_access != "schema" else [])]
        tools = tuple(ToolSpec(name, name, {"type": "object"}) for name in given)
        return Request((PromptBlock("context", json.dumps(context)),), tuple(self.history), tools, 4096)

    def yaml(self, slug: str) -> str:
        return self.files[slug][-1]

    def loaded(self, slug: str) -> LoadedDashboard:
        return _load(self.yaml(slug))

    def compiled(self, slug: str) -> CompiledDashboard:
        return _compile(self.yaml(slug))

    def rows(self, slug: str, insight: str, **inputs: list[str]) -> list[tuple[Any, ...]]:
        """An insight's rows for the inputs given."""
        loaded, compiled = self.loaded(slug), self.compiled(slug)
        one = compiled.insights[insight]
        bound = one.split.whole.bind(read_inputs(loaded.spec.inputs, inputs, TODAY))
        cursor = self._with_data(compiled.queries[one.query].sql)
        return cursor.execute(over_table(bound.sql, "insight_data"), bound.values).fetchmany(one.row_limit)

    def _with_data(self, sql: str) -> duckdb.DuckDBPyConnection:
        """A cursor whose `insight_data` is the query's result; each result is computed once per connection."""
        cursor, known = _RESULTS.setdefault(id(self.connection), (self.connection.cursor(), {}))
        if sql not in known:
            known[sql] = f"result_{len(known)}"
            cursor.execute(f"CREATE TEMP TABLE {known[sql]} AS {sql}")
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW insight_data AS SELECT * FROM {known[sql]}")
        return cursor

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        return self.connection.cursor().execute(statement).fetchall()

    def _run(self, use: ToolUse, turned: Turned) -> ToolResult:
        turned.calls.append(use)
        try:
            if self.broken:
                self.broken(use.name, use.arguments)
            answer = getattr(self, f"_{use.name}")(**use.arguments)
        except Refused as refused:
            turned.failed.append((use, refused.answer))
            return ToolResult(use.id, json.dumps(refused.answer), True)
        if use.name == "save_dashboard_yaml":
            turned.saved = answer["slug"]
        return ToolResult(use.id, json.dumps(answer))

    def _list_datasets(self) -> dict[str, Any]:
        return {"datasets": [{"name": "main", "description": ""}]}

    def _list_tables(self, dataset_name: str) -> dict[str, Any]:
        tables = [
            {key: one[key] for key in ("kind", "rows", "bytes", "description")} | {"name": one["table"]}
            for one in self.facts.values()
        ]
        return {"dataset": dataset_name, "tables": tables}

    def _get_table_schema(self, table_name: str) -> dict[str, Any]:
        if table_name not in self.facts:
            raise Refused("not_found", f"no table {table_name}")
        return self.facts[table_name]

    def _search_catalog(self, text: str) -> dict[str, Any]:
        words = set(text.lower().split())
        return {
            "matches": [
                {"table": name, "column": None, "score": 1} for name in self.facts if words & {name.partition(".")[2]}
            ]
        }

    def _column_values(self, table_name: str, columns: list[str], limit: int) -> dict[str, Any]:
        assert self.ai_access != "schema", "values were asked for where none are shown"
        found = []
        for name in columns:
            rows = self.sql(
                f'SELECT "{name}", count(*) FROM {table_name} WHERE "{name}" IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1'
            )
            values = [{"value": value[:200], "rows": many} for value, many in rows]
            found.append(
                {"column": name, "values": values, "complete": True}
                if len(rows) <= limit
                else {"column": name, "too_many": True}
            )
        return {"table": table_name, "columns": found}

    def _run_dry_run_query(self, sql: str, max_bytes_billed: int) -> dict[str, Any]:
        try:
            checked = check(sql, scope=Scope("duckdb", frozenset(["main"]), default_dataset="main"))
        except Invalid as refused:
            raise Refused(refused.code, refused.message) from refused
        try:
            described = self.connection.cursor().execute(f"DESCRIBE {sql}").fetchall()
        except duckdb.Error as error:
            raise Refused("query_invalid", str(error)) from error
        if self.cap is not None and self.bytes_of(sql) > self.cap:
            raise Refused("over_byte_cap", "It would read more than the cap")
        columns = [{"name": row[0], "type": row[1], "kind": _KINDS.get(row[1], "decimal")} for row in described]
        tables = [str(table) for table in checked.tables]
        return {
            "ok": True,
            "statement_type": "SELECT",
            "tables": tables,
            "columns": columns,
            "bytes_scanned": self.bytes_of(sql),
            "limit": max_bytes_billed,
        }

    def _validate_dashboard_yaml(self, yaml_content: str) -> dict[str, Any]:
        try:
            loaded = _load(yaml_content)
            _compile(yaml_content)
        except Invalid as refused:
            raise Refused(
                refused.code, refused.message, [problem.as_dict() for problem in refused.problems]
            ) from refused
        for query in loaded.spec.queries.values():
            self._run_dry_run_query(query.sql, 100_000_000)
        warnings = [problem.as_dict() for problem in loaded.warnings]
        return {
            "ok": True,
            "warnings": warnings,
            "queries": [{"name": name, "bytes_scanned": 1} for name in loaded.spec.queries],
        }

    def _save_dashboard_yaml(
        self, yaml_content: str, slug: str, large_queries_because: str | None = None
    ) -> dict[str, Any]:
        if slug in self.files and slug not in self.touched:
            raise Refused("conflict", f"the slug {slug} is taken")
        self._validate_dashboard_yaml(yaml_content)
        sizes = {name: self.bytes_of(query.sql) for name, query in _load(yaml_content).spec.queries.items()}
        large = [{"query": name, "bytes": size, "cheaper": ["less"]} for name, size in sizes.items() if size > 10**9]
        if large and large_queries_because is None:
            raise Refused("large_query", "a cheaper form comes first")
        self.files.setdefault(slug, []).append(yaml_content)
        self.touched.add(slug)
        return {
            "slug": slug,
            "revision": len(self.files[slug]),
            "yaml_uri": "x",
            "yaml_sha256": "x",
            "preview_url": f"/d/{slug}",
            **({"large_queries": large} if large else {}),
        }

    def _list_dashboards(self) -> dict[str, Any]:
        return {"dashboards": [{"slug": slug, "title": slug, "description": "", "revision": 1} for slug in self.files]}

    def _get_dashboard_yaml(self, slug: str) -> dict[str, Any]:
        if slug not in self.files:
            raise Refused("not_found", f"no dashboard {slug}")
        self.touched.add(slug)
        return {"slug": slug, "revision": len(self.files[slug]), "yaml": self.yaml(slug)}

    def _ask_question(self, text: str, options: list[str]) -> dict[str, Any]:
        return {"ok": True}


def facts_of(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Every table as `get_table_schema` tells it."""
    found: dict[str, dict[str, Any]] = {}
    cursor = connection.cursor()
    for (table,) in cursor.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1"
    ).fetchall():
        rows = cursor.execute(f'SELECT count(*) FROM "{table}"').fetchall()[0][0]
        columns = []
        listed = cursor.execute(
            "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
            "WHERE table_name = ? ORDER BY column_index",
            [table],
        ).fetchall()
        for name, kind, nullable, comment in listed:
            distinct = cursor.execute(f'SELECT approx_count_distinct("{name}") FROM "{table}"').fetchall()[0][0]
            columns.append(
                {
                    "name": name,
                    "type": kind,
                    "kind": _KINDS.get(kind, "decimal"),
                    "nullable": nullable,
                    "distinct": distinct,
                    "description": comment or "",
                }
            )
        found[f"main.{table}"] = {
            "table": f"main.{table}", "kind": "table", "rows": rows, "bytes": rows * 20, "description": "",
            "partitioned_by": None, "clustered_by": [], "columns": columns,
        }  # fmt: skip
    return found


@pytest.fixture(scope="session")
def flights_base(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, dict[str, Any]]]]:
    target = tmp_path_factory.mktemp("planner") / "flights.duckdb"
    load_flights(target)
    with duckdb.connect(str(target), read_only=True) as connection:
        yield connection, facts_of(connection)


@pytest.fixture(scope="session")
def sales_base() -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, dict[str, Any]]]]:
    with duckdb.connect() as connection:
        connection.execute(Path(__file__).with_name("sales.sql").read_text())
        yield connection, facts_of(connection)


@pytest.fixture(scope="session")
def sprints_base() -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, dict[str, Any]]]]:
    with duckdb.connect() as connection:
        connection.execute(Path(__file__).with_name("sprints.sql").read_text())
        yield connection, facts_of(connection)


@pytest.fixture(scope="session")
def desk_over() -> Callable[[duckdb.DuckDBPyConnection, str], Desk]:
    """A desk over any database."""
    return lambda connection, name: Desk(connection, facts_of(connection), name=name)


@pytest.fixture
def flights(flights_base: tuple[Any, Any]) -> Desk:
    return Desk(*flights_base, name="flights")


@pytest.fixture
def sales(sales_base: tuple[Any, Any]) -> Desk:
    return Desk(*sales_base, name="shop")


@pytest.fixture
def sprints(sprints_base: tuple[Any, Any]) -> Desk:
    return Desk(*sprints_base, name="agile")


@pytest.fixture(scope="session")
def museum_base() -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, dict[str, Any]]]]:
    with duckdb.connect() as connection:
        connection.execute(Path(__file__).with_name("museum.sql").read_text())
        yield connection, facts_of(connection)


@pytest.fixture
def museum(museum_base: tuple[Any, Any]) -> Desk:
    return Desk(*museum_base, name="museum")

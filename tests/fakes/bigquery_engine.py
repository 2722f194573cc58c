"""What stands behind `bigquery_server`: tables in DuckDB, and BigQuery's statements planned and run over them.

It reads BigQuery's grammar with sqlglot. Bytes are counted as BigQuery counts them: the logical size of each column
that a statement needs, of the partitions that its filters leave.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.tokens import TokenType

from .bigquery_cells import Field, bound, fields_of

_TYPES = {
    exp.Drop: "DROP",
    exp.Insert: "INSERT",
    exp.Update: "UPDATE",
    exp.Delete: "DELETE",
    exp.Merge: "MERGE",
    exp.Create: "CREATE",
    exp.Alter: "ALTER",
    exp.TruncateTable: "TRUNCATE_TABLE",
}
_DECIMALS = (exp.DataType.Type.DECIMAL, exp.DataType.Type.BIGDECIMAL)
_WIDTHS = "CASE WHEN {0} IS NULL THEN 0 ELSE {1} END"


class Refused(Exception):
    """BigQuery's answer to a statement it does not take: HTTP status, reason and message."""

    def __init__(self, message: str, *, status: int = 400, reason: str = "invalidQuery") -> None:
        super().__init__(message)
        self.message, self.status, self.reason = message, status, reason


@dataclass
class StoredTable:
    """A table or view with what its metadata says; `sizes` are logical bytes of each column."""

    project: str
    dataset: str
    name: str
    fields: list[Field]
    rows: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)
    view: str | None = None
    partitioned_by: str | None = None
    clustered_by: tuple[str, ...] = ()
    filter_required: bool = False
    description: str | None = None
    created: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    modified: int = field(default_factory=lambda: time.time_ns() // 1_000_000)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.project, self.dataset, self.name

    @property
    def local(self) -> exp.Table:
        return exp.table_(self.name, db=f"{self.project}.{self.dataset}", quoted=True)


@dataclass(frozen=True)
class Plan:
    """What a statement is and would do; `duckdb` is its text for DuckDB, None where it is not a SELECT."""

    statement_type: str
    tables: tuple[tuple[str, str, str], ...] = ()
    fields: tuple[Field, ...] = ()
    bytes: int = 0
    duckdb: str | None = None


class Engine:
    """The projects of one server. Safe between threads."""

    def __init__(self, project: str) -> None:
        self.project = project
        self.tables: dict[tuple[str, str, str], StoredTable] = {}
        self.datasets: set[tuple[str, str]] = set()
        self.con = duckdb.connect(":memory:", config={"threads": 2})
        self.con.execute("SET TimeZone = 'UTC'").fetchall()
        self._lock = threading.RLock()

    def add_dataset(self, dataset: str, project: str | None = None) -> None:
        with self._lock:
            self.datasets.add((project or self.project, dataset))
            self.con.execute(f'CREATE SCHEMA IF NOT EXISTS "{project or self.project}.{dataset}"').fetchall()

    def add_table(self, dataset: str, name: str, rows: pa.Table, **facts: Any) -> StoredTable:
        """Put a table there, or another in place of it. `facts` are fields of StoredTable, and `comments` by column."""
        project, comments = facts.pop("project", None) or self.project, facts.pop("comments", {})
        self.add_dataset(dataset, project)
        with self._lock:
            made = StoredTable(project, dataset, name, [], rows.num_rows, **facts)
            target = made.local.sql("duckdb")
            self.con.register("incoming", rows)
            self.con.execute(f"CREATE OR REPLACE TABLE {target} AS FROM incoming").fetchall()
            self.con.unregister("incoming")
            found = self.con.sql(f"FROM {target}")
            made.fields = [each | _described(comments.get(each["name"])) for each in fields_of(found)]
            made.sizes = self._sizes(made)
            self.tables[made.key] = made
            return made

    def add_view(self, dataset: str, name: str, sql: str, **facts: Any) -> StoredTable:
        """Put a view there, in BigQuery's SQL."""
        self.add_dataset(dataset)
        plan = self.plan(sql, (), dataset)
        made = StoredTable(self.project, dataset, name, list(plan.fields), view=sql, **facts)
        with self._lock:
            self.con.execute(f"CREATE OR REPLACE VIEW {made.local.sql('duckdb')} AS {plan.duckdb}").fetchall()
            self.tables[made.key] = made
        return made

    def load(self, path: str, dataset: str) -> None:
        """Copy the tables of a DuckDB file, with their comments."""
        with duckdb.connect(path, read_only=True) as source:
            tables = source.execute("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal").fetchall()
            for name, comment in tables:
                columns = source.execute(
                    "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ?", [name]
                ).fetchall()
                rows = source.sql(f"FROM {exp.table_(name, quoted=True).sql('duckdb')}").to_arrow_table()
                self.add_table(dataset, name, rows, description=comment, comments=dict(columns))

    def drop_table(self, dataset: str, name: str) -> None:
        with self._lock:
            self.con.execute(
                f"DROP TABLE {self.tables.pop((self.project, dataset, name)).local.sql('duckdb')}"
            ).fetchall()

    def plan(self, sql: str, parameters: Sequence[Mapping[str, Any]], default_dataset: str | None) -> Plan:
        """Plan a statement without running it. Raises Refused."""
        tree = _parsed(_with_values(sql, parameters))
        if not isinstance(tree, exp.Query):
            kind = _TYPES.get(type(tree), "SCRIPT" if tree is None else tree.key.upper())
            suffix = f"_{tree.args['kind']}" if tree is not None and tree.args.get("kind") else ""
            return Plan(kind + suffix)
        with self._lock:
            found = self._resolve(tree, default_dataset)
            base = [table for table in found if table.view is None]
            views = [table for table in found if table.view is not None]
            size = self._bytes(tree, base, default_dataset)
            keys = {table.key for table in found}
            for view in views:
                inner = self.plan(str(view.view), (), view.dataset)
                keys |= set(inner.tables)
                size += inner.bytes
            text = self._translated(tree, default_dataset)
            columns = self._columns(text, sql)
        return Plan("SELECT", tuple(sorted(keys)), tuple(columns), size, text)

    def run(self, plan: Plan, cursor: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
        """The rows of a planned SELECT. Raises Refused, duckdb.InterruptException."""
        try:
            found = cursor.sql(str(plan.duckdb)).to_arrow_table()  # rows of Python's own would need pytz
            columns = [column.to_pylist() for column in found.columns]
            return list(zip(*columns, strict=True)) if columns else []
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            raise Refused(str(error).partition("\n")[0]) from error

    def close(self) -> None:
        self.con.close()

    def _sizes(self, table: StoredTable) -> dict[str, int]:
        widths = {"INTEGER": "8", "FLOAT": "8", "BOOLEAN": "1", "NUMERIC": "16", "DATE": "8", "DATETIME": "8"}
        parts = []
        for column in table.fields:
            name = exp.to_identifier(column["name"], quoted=True).sql("duckdb")
            width = widths.get(column["type"]) if column.get("mode") != "REPEATED" else None
            parts.append(f"sum({_WIDTHS.format(name, width or f'2 + strlen(CAST({name} AS VARCHAR))')})")
        row = self.con.execute(f"SELECT {', '.join(parts)} FROM {table.local.sql('duckdb')}").fetchone() or ()
        return {column["name"]: int(size or 0) for column, size in zip(table.fields, row, strict=True)}

    def _resolve(self, tree: exp.Query, default_dataset: str | None) -> list[StoredTable]:
        found = []
        for node in _real_tables(tree):
            if _information_schema(node) is not None:
                continue
            key = self._key(node, default_dataset)
            if key not in self.tables:
                project, dataset, name = key
                missing = (
                    f"Dataset {project}:{dataset}"
                    if key[:2] not in self.datasets
                    else f"Table {project}:{dataset}.{name}"
                )
                raise Refused(f"Not found: {missing} was not found in location US", status=404, reason="notFound")
            found.append(self.tables[key])
        return found

    def _key(self, node: exp.Table, default_dataset: str | None) -> tuple[str, str, str]:
        dataset = node.db or default_dataset
        if not dataset:
            raise Refused(
                f'Table "{node.name}" must be qualified with a dataset (e.g. dataset.table).', reason="invalid"
            )
        return node.catalog or self.project, dataset, node.name

    def _translated(self, tree: exp.Query, default_dataset: str | None) -> str:
        copy = tree.copy()
        for node in list(_real_tables(copy)):
            view = _information_schema(node)
            if view is not None:
                source: exp.Expression = sqlglot.parse_one(self._information(*view), read="duckdb").subquery()  # type: ignore[attr-defined]
                alias = node.alias or "information"
            else:
                source, alias = self.tables[self._key(node, default_dataset)].local, node.alias or node.name
            node.replace(exp.alias_(source, alias, table=True, quoted=True))
        return _for_duckdb(copy).sql("duckdb")

    def _columns(self, text: str, sql: str) -> list[Field]:
        try:
            found = fields_of(self.con.cursor().sql(text))
        except duckdb.Error as error:
            raise _refusal(error, sql) from error
        names = [each["name"].lower() for each in found]
        if len(set(names)) < len(names):
            raise Refused("Duplicate column names in the result are not supported.")
        return found

    def _bytes(self, tree: exp.Query, tables: Iterable[StoredTable], default_dataset: str | None) -> int:
        known = {table.key: table for table in tables}
        schema: dict[str, Any] = {}
        for table in known.values():
            columns = {each["name"]: "STRING" for each in table.fields}
            schema.setdefault(table.project, {}).setdefault(table.dataset, {})[table.name] = columns
        try:
            plain = qualify(
                tree.copy(),
                schema=schema,
                dialect="bigquery",
                catalog=self.project,
                db=default_dataset,
                validate_qualify_columns=False,
            )
            scopes = traverse_scope(pushdown_projections(plain))
        except SqlglotError:
            return sum(sum(table.sizes.values()) for table in known.values())
        read: dict[tuple[tuple[str, str, str], str], float] = {}
        for scope in scopes:
            for alias, source in scope.sources.items():
                key = self._key(source, default_dataset) if isinstance(source, exp.Table) else None
                if key not in known:
                    continue
                share = self._share(scope, alias, known[key])
                for column in scope.columns:
                    if column.table == alias:
                        place = (key, column.name.lower())
                        read[place] = max(read.get(place, 0.0), share)
        sizes = {(key, name.lower()): size for key, table in known.items() for name, size in table.sizes.items()}
        return sum(int(sizes.get(place, 0) * share) for place, share in read.items())

    def _share(self, scope: Scope, alias: str, table: StoredTable) -> float:
        """The share of a table's rows in the partitions that a scope's plain filters leave."""
        where = scope.expression.args.get("where")
        if table.partitioned_by is None or not table.rows:
            return 1.0
        parts = [] if where is None else where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
        kept = [part for part in parts if _is_plain(part, alias, table)]
        if not kept:
            if table.filter_required:
                raise Refused(
                    f"Cannot query over table '{'.'.join(table.key)}' without a filter over column(s) "
                    f"'{table.partitioned_by}' that can be used for partition elimination"
                )
            return 1.0
        clauses = [_for_duckdb(part.copy().transform(_unqualified)).sql("duckdb") for part in kept]
        row = self.con.execute(
            f"SELECT count(*) FROM {table.local.sql('duckdb')} WHERE {' AND '.join(clauses)}"
        ).fetchone()
        return (row or (0,))[0] / table.rows

    def _information(self, view: str, dataset: str | None) -> str:
        chosen = [table for table in self.tables.values() if table.project == self.project]
        if view == "SCHEMATA":
            rows = [(name,) for project, name in sorted(self.datasets) if project == self.project]
            return _values(rows, ("schema_name",))
        if view == "TABLES":
            rows = [(t.name, "VIEW" if t.view else "BASE TABLE") for t in chosen if t.dataset == dataset]  # type: ignore[misc]
            return _values(rows, ("table_name", "table_type"))
        if view == "TABLE_OPTIONS":
            own = [table for table in chosen if table.dataset == dataset and table.description]
            rows = [(table.name, "description", json.dumps(table.description)) for table in own]  # type: ignore[misc]
            return _values(rows, ("table_name", "option_name", "option_value"))
        columns = ("table_schema", "table_name", "total_rows", "total_logical_bytes", "deleted")
        return _values(
            [(t.dataset, t.name, t.rows, sum(t.sizes.values()), False) for t in chosen if not t.view], columns
        )


def _parsed(sql: str) -> exp.Expression | None:
    try:
        trees = [tree for tree in sqlglot.parse(sql, read="bigquery") if tree is not None]
    except (ParseError, TokenError) as error:
        first = (getattr(error, "errors", None) or [{}])[0]
        place = f" at [{first.get('line', 1)}:{first.get('col', 1)}]"
        raise Refused(f"Syntax error: Unexpected {first.get('highlight') or 'end of statement'!r}{place}") from error
    if not trees:
        raise Refused("Syntax error: Unexpected end of statement at [1:1]")
    if isinstance(trees[0], exp.Alias | exp.Column | exp.Literal | exp.Paren | exp.Binary):
        raise Refused(f"Syntax error: Unexpected {trees[0].sql()[:40]!r} at [1:1]")
    return trees[0] if len(trees) == 1 else None


def _with_values(sql: str, parameters: Sequence[Mapping[str, Any]]) -> str:
    try:
        tokens = sqlglot.tokenize(sql, read="bigquery")
    except TokenError as error:
        raise Refused("Syntax error: Illegal input character at [1:1]") from error
    places = [token for token in tokens if token.token_type == TokenType.PLACEHOLDER and token.text == "?"]
    if len(places) != len(parameters):
        raise Refused(f"Query has {len(places)} positional parameters, but {len(parameters)} were given")
    for token, parameter in zip(reversed(places), reversed(parameters), strict=True):
        sql = sql[: token.start] + bound(parameter) + sql[token.end + 1 :]
    return sql


def _real_tables(tree: exp.Expression) -> Iterator[exp.Table]:
    seen: set[int] = set()
    for scope in traverse_scope(tree):
        for source in scope.sources.values():
            if isinstance(source, exp.Table) and id(source) not in seen and isinstance(source.this, exp.Identifier):
                seen.add(id(source))
                yield source


def _information_schema(node: exp.Table) -> tuple[str, str | None] | None:
    path = ".".join(part.name for part in node.parts).split(".")
    if "INFORMATION_SCHEMA" not in [part.upper() for part in path]:
        return None
    place = [part.upper() for part in path].index("INFORMATION_SCHEMA")
    if path[-1].upper() not in ("SCHEMATA", "TABLES", "TABLE_OPTIONS", "TABLE_STORAGE"):
        raise Refused(f"Not found: Table {'.'.join(path)}", status=404, reason="notFound")
    return path[-1].upper(), path[place - 1] if place else None


def _for_duckdb(tree: exp.Expression) -> exp.Expression:
    def change(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.DateTrunc):
            return exp.cast(
                exp.Anonymous(this="date_trunc", expressions=[exp.Literal.string(node.text("unit")), node.this]), "DATE"
            )
        if isinstance(node, exp.DataType) and not node.expressions and node.this in _DECIMALS:
            return exp.DataType.build("DECIMAL(38, 9)", dialect="duckdb")
        return node

    return tree.transform(change)


def _unqualified(node: exp.Expression) -> exp.Expression:
    return exp.column(node.name, quoted=True) if isinstance(node, exp.Column) else node


def _is_plain(part: exp.Expression, alias: str, table: StoredTable) -> bool:
    columns = list(part.find_all(exp.Column))
    wanted = str(table.partitioned_by).lower()
    own = all(column.name.lower() == wanted and column.table == alias for column in columns)
    return bool(columns) and own and part.find(exp.Query) is None


def _refusal(error: duckdb.Error, sql: str) -> Refused:
    first = str(error).partition("\n")[0]
    found = re.search(r'(?:column|alias) (?:"([^"]+)"|named "([^"]+)")', first, re.IGNORECASE)
    name = next((part for part in found.groups() if part), "") if found else ""
    at = re.search(rf"\b{re.escape(name)}\b", sql) if name else None
    if at is None:
        return Refused(first)
    line = sql.count("\n", 0, at.start()) + 1
    return Refused(f"Unrecognized name: {name} at [{line}:{at.start() - sql.rfind(chr(10), 0, at.start())}]")


def _described(text: str | None) -> Field:
    return {"description": text} if text else {}


def _values(rows: Sequence[tuple[Any, ...]], columns: tuple[str, ...]) -> str:
    literals = [f"({', '.join(exp.convert(value).sql('duckdb') for value in row)})" for row in rows]
    nothing = f"({', '.join('NULL' for _ in columns)})"
    where = "" if rows else " WHERE FALSE"
    return f"SELECT * FROM (VALUES {', '.join(literals) or nothing}) AS i({', '.join(columns)}){where}"

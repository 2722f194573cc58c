"""Which real tables a statement reads, and whether the connection may.

Every table reference counts as a real table unless a WITH that is in force at that very place defines the name. A name
is in force in the statement its WITH belongs to and in the later tables of the same WITH; in its own body only in the
second arm of a recursive UNION. Both engines read the anchor's `FROM secret` in
`WITH RECURSIVE secret AS (SELECT * FROM secret UNION ALL ...)` from the real table, so it counts as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from dashbridge.kit import TableName
from dashbridge.sql.lexer import Text
from dashbridge.sql.refused import SqlRefused
from dashbridge.sql.scope import Scope
from dashbridge.sql.walk import place_of
from dashbridge.sql.words import upper_words

_DUCKDB_SYSTEM_SCHEMAS = frozenset({"information_schema", "pg_catalog", "system", "temp"})
_DUCKDB_SYSTEM_PREFIXES = ("duckdb_", "pg_", "pragma_", "sqlite_")
_FILE_SUFFIXES = upper_words(
    "arrow arrows avro csv db duckdb feather gz ipc json jsonl ndjson orc parquet sqlite sqlite3 tsv txt xlsx zst"
)
_DUCKDB_FILE_SIGNS = re.compile(r"[./\\:*?\[\]'\"~$%#@\x00-\x1f]")
_ARRAY_HINT = {"bigquery": " An array column is read with UNNEST(t.items)."}
_NAMES = "Write project.dataset.table, dataset.table or table."
_BIGQUERY_ODD_SIGNS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class _Reference:
    node: exp.Table
    parts: tuple[str, ...]  # one to three, as written


def read_tables(tree: exp.Expr, scope: Scope, text: Text) -> tuple[TableName, ...]:
    """Every real table, once, sorted; raises `SqlRefused` at the first that `scope` does not allow."""
    found: set[TableName] = set()
    for node in tree.find_all(exp.Table):
        if isinstance(node.this, exp.Func):  # a table function: judged in calls.py
            continue
        reference = _reference(node, text)
        if scope.dialect == "bigquery":
            _check_suffixes(reference, text)
        if not _is_cte(reference, scope.dialect):
            found.add(_resolve(reference, scope, text))
    return tuple(sorted(found, key=str))


def _reference(node: exp.Table, text: Text) -> _Reference:
    parts: list[str] = []
    for part in (node.args.get("catalog"), node.args.get("db"), node.this):
        if part is None or part == "":
            continue
        if not isinstance(part, exp.Identifier):
            raise _refuse(node, text, "construct_not_allowed", "A table name has at most three parts.", _NAMES)
        parts.append(part.name)
    start = node.this.meta.get("start")
    if isinstance(start, int) and text.code[start] in ("'", "$"):
        raise _refuse_file(node, text)
    return _Reference(node, tuple(parts))


def _is_cte(reference: _Reference, dialect: str) -> bool:
    if len(reference.parts) != 1:
        return False
    name = _fold(reference.parts[0])
    below: exp.Expr = reference.node
    within: exp.CTE | None = None
    node = reference.node.parent
    while node is not None:
        if isinstance(node, exp.With):
            if within is not None and _defines(node, name, within, reference.node):
                return True
            below, node = node, node.parent  # the statement's own WITH is this one: step over it
            if node is not None:
                below, node = node, node.parent
            continue
        clause = node.args.get("with_")
        if isinstance(clause, exp.With) and below is not clause and _defines(clause, name, None, reference.node):
            return True
        if isinstance(node, exp.CTE):
            within = node
        below, node = node, node.parent
    return False


def _defines(clause: exp.With, name: str, within: exp.CTE | None, node: exp.Table) -> bool:
    """Whether `clause` defines `name` for its statement, or, given `within`, for the body of that CTE."""
    for cte in clause.expressions:
        if within is not None and cte is within:
            return bool(clause.args.get("recursive")) and _fold(cte.alias) == name and _in_second_arm(within, node)
        if _fold(cte.alias) == name:
            return True
    return False


def _in_second_arm(cte: exp.CTE, node: exp.Expr) -> bool:
    union = cte.this
    if type(union) is not exp.Union:
        return False
    below = node
    while below.parent is not None and below.parent is not union:
        below = below.parent
    return below is union.args.get("expression")


def _resolve(reference: _Reference, scope: Scope, text: Text) -> TableName:
    node, parts = reference.node, reference.parts
    if scope.dialect == "duckdb":
        _refuse_duckdb_names(node, parts, text)
        parts = tuple(_fold(part) for part in parts)
    else:
        _refuse_bigquery_names(node, parts, text)
    name = parts[-1]
    dataset = parts[-2] if len(parts) > 1 else scope.default_dataset or ("main" if scope.dialect == "duckdb" else "")
    project = parts[-3] if len(parts) > 2 else None
    if not dataset and scope.datasets is not None:
        hint = "Write dataset.table: this connection has no default dataset."
        raise _refuse(node, text, "ambiguous_table", f"The table {name!r} has no dataset.", hint)
    if not (_dataset_allowed(dataset, scope) and _project_allowed(project, scope)):
        raise _refuse(
            node,
            text,
            "table_not_allowed",
            f"The table {'.'.join(reference.parts)} is not one this connection may read.",
            "List the tables of the connection and use one of those." + _ARRAY_HINT.get(scope.dialect, ""),
        )
    return TableName(dataset=dataset, name=name, project=project or scope.default_project)


def _dataset_allowed(dataset: str, scope: Scope) -> bool:
    if scope.datasets is None:
        return True
    if scope.dialect == "duckdb":
        return _fold(dataset) in {_fold(allowed) for allowed in scope.datasets}
    return dataset in scope.datasets


def _project_allowed(project: str | None, scope: Scope) -> bool:
    if project is None:
        return True
    allowed = scope.projects | ({scope.default_project} if scope.default_project else set())
    if not allowed:
        return scope.datasets is None
    return _fold(project) in {_fold(name) for name in allowed if name}


def _refuse_duckdb_names(node: exp.Table, parts: tuple[str, ...], text: Text) -> None:
    folded = [_fold(part) for part in parts]
    if any(part in _DUCKDB_SYSTEM_SCHEMAS for part in folded[:-1]) or folded[-1].startswith(_DUCKDB_SYSTEM_PREFIXES):
        raise _refuse_system(node, text)
    by_path = len(parts) > 1 and parts[-1].upper() in _FILE_SUFFIXES  # FROM data.csv reads the file, not a schema
    if by_path or any(not part or _DUCKDB_FILE_SIGNS.search(part) for part in parts):
        raise _refuse_file(node, text)


def _refuse_bigquery_names(node: exp.Table, parts: tuple[str, ...], text: Text) -> None:
    pieces = [piece.casefold() for part in parts for piece in part.split(".")]
    hidden = any(piece.startswith("_") for piece in pieces[:-1]) or pieces[-1].startswith("__")
    if hidden or "information_schema" in pieces or pieces[0].startswith("region-"):
        raise _refuse_system(node, text)
    if any(not part or _BIGQUERY_ODD_SIGNS.search(part) for part in (*parts[:-1], parts[-1].removesuffix("*"))):
        raise _refuse(node, text, "construct_not_allowed", "This is not a project.dataset.table name.", _NAMES)


def _check_suffixes(reference: _Reference, text: Text) -> None:
    """A wildcard is a quoted dataset.prefix*; it reads one dataset's tables only, which the dry run then lists."""
    node, parts = reference.node, reference.parts
    if any(sign in part for part in parts for sign in "$@"):
        hint = "Filter the partition column, or _PARTITIONDATE; a past state is FOR SYSTEM_TIME AS OF."
        raise _refuse(node, text, "wildcard_not_allowed", "Partition and snapshot decorators are not read.", hint)
    if not any("*" in part for part in parts):
        return
    prefix = parts[-1].removesuffix("*")
    start = node.this.meta.get("start")
    quoted = isinstance(start, int) and text.code[start] == "`"
    if len(parts) < 2 or "*" in "".join((*parts[:-1], prefix)) or not prefix or prefix.startswith("_") or not quoted:
        hint = "Write `dataset.prefix*` in backticks, and filter _TABLE_SUFFIX."
        raise _refuse(node, text, "wildcard_not_allowed", "This wildcard may reach beyond one set of tables.", hint)


def _refuse_system(node: exp.Table, text: Text) -> SqlRefused:
    hint = "Ask for the tables and schemas of the connection instead."
    return _refuse(node, text, "system_table", "The engine's own tables are not read here.", hint)


def _refuse_file(node: exp.Table, text: Text) -> SqlRefused:
    hint = "Load the file into a table first."
    return _refuse(node, text, "file_not_allowed", "Files and addresses are not read here.", hint)


def _refuse(node: exp.Table, text: Text, code: str, message: str, hint: str | None = None) -> SqlRefused:
    return SqlRefused(message, code=code, place=place_of(node, text), hint=hint)


def _fold(name: str) -> str:
    """Lower case for ASCII alone, as the engines compare."""
    return "".join(char.lower() if char.isascii() else char for char in name)

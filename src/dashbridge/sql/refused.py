"""The one error of this room, and its stable codes.

| code                     | the statement ...                                                                   |
| ------------------------ | ----------------------------------------------------------------------------------- |
| `not_sql`                | cannot be read as the dialect's SQL, or holds characters no SQL needs                |
| `empty`                  | holds nothing but spaces and comments                                                |
| `too_large`              | is longer than 20 kB or 2,000 tokens                                                 |
| `too_deep`               | nests deeper than 50 levels                                                          |
| `several_statements`     | is more than one statement                                                           |
| `not_a_select`           | is something other than a query (DML, DDL, SET, PRAGMA, SHOW, scripts)               |
| `construct_not_allowed`  | uses syntax outside the allowlist (INTO, FOR UPDATE, `@named` parameters, ...)       |
| `wrong_parameters`       | has more or fewer `?` than values came with it                                       |
| `function_not_allowed`   | calls a function outside the allowlist, or one of a dataset or of the user           |
| `table_not_allowed`      | reads a table outside the connection's datasets and projects, existing or not        |
| `wildcard_not_allowed`   | reads a decorated table, or a wildcard other than a quoted `dataset.prefix*`          |
| `system_table`           | reads engine metadata (INFORMATION_SCHEMA, pg_catalog, __TABLES__, duckdb_..., ...)  |
| `file_not_allowed`       | names a file or an address as a table                                                |
| `ambiguous_table`        | names a table without dataset, and the connection has no default dataset             |
| `expression_not_allowed` | is not one expression (only from `check_expression`)                                 |
| `not_translatable`       | has no exact counterpart in the target dialect (only from `translate`)               |
| `unknown_dialect`        | is in a dialect this gate does not know                                              |
| `bad_line`               | (batch only) the line is not a JSON object with `id` and `sql`                       |
"""

from __future__ import annotations

from dashbridge.kit import Invalid


class SqlRefused(Invalid):
    """The gate does not let this SQL pass; `code` is one of the table above, `place` has line and column when known."""

    default_code = "not_sql"

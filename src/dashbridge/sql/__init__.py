"""The SQL gate: what may reach a warehouse, decided on the text alone.

Owns reading SQL (sqlglot), the allowlists of syntax and functions of each dialect, table names resolved by scope, and
translation. Never runs SQL, never looks anything up, never changes the text that passes. Start with `check.py`.
"""

from dashbridge.sql.bare import without_dataset
from dashbridge.sql.batch import check_batch, translate_batch
from dashbridge.sql.check import check, check_expression, read_tree
from dashbridge.sql.refused import SqlRefused
from dashbridge.sql.scope import CheckedQuery, Scope
from dashbridge.sql.translate import translate, translate_tree

__all__ = [
    "CheckedQuery",
    "Scope",
    "SqlRefused",
    "check",
    "check_batch",
    "check_expression",
    "read_tree",
    "translate",
    "translate_batch",
    "translate_tree",
    "without_dataset",
]

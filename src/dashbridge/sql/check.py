"""The gate: one read-only query over allowed tables, or `SqlRefused`."""

from __future__ import annotations

from sqlglot import exp

from dashbridge.sql.refused import SqlRefused
from dashbridge.sql.scope import CheckedQuery, Scope


def check(sql: str, *, scope: Scope) -> CheckedQuery:
    """Let `sql` pass, or raise `SqlRefused`."""
    raise SqlRefused("The gate is not built yet.")


def check_expression(text: str, *, dialect: str) -> exp.Expression:
    """One scalar, aggregate or window expression over allowlisted functions, without subquery; raises `SqlRefused`."""
    raise SqlRefused("The gate is not built yet.")

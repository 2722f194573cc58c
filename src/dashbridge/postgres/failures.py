"""Tells a database that does not answer from a statement that is wrong."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dashbridge.kit import Unavailable

_HINT = "Check that PostgreSQL runs and that DASHBRIDGE_DATABASE_URL leads to it, then try again."
_LOST = ("08", "57P", "53", "28", "3D", "58")
"""SQLSTATE beginnings: connection, shutdown, out of resources, log-in, no such database, system error."""


def unavailable(error: BaseException) -> Unavailable | None:
    """The Unavailable that `error` stands for, or None if the database answered and the statement was at fault."""
    if isinstance(error, PoolTimeout):
        hint = "Too many requests at once: try again, or raise the pool's size."
        return Unavailable("No database connection became free in time.", code="database_busy", hint=hint)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    original = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(original, psycopg.OperationalError | psycopg.InterfaceError):
        return None
    state = original.sqlstate
    if not lost and state is not None and not state.startswith(_LOST):
        return None
    reason = str(original).strip().splitlines()
    return Unavailable(
        "The database does not answer" + (f": {reason[0]}" if reason else "."), code="database_unavailable", hint=_HINT
    )

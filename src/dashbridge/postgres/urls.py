"""Connection addresses: what a person writes, what SQLAlchemy wants and what libpq wants."""

from __future__ import annotations

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from dashbridge.kit import Invalid

_DRIVERS = {"postgres", "postgresql", "postgresql+psycopg"}


def read_url(text: str) -> URL:
    """The address for SQLAlchemy on psycopg 3. Raises Invalid; the text may hold a password, so it is not repeated."""
    hint = "Write it as postgresql://user:password@host:5432/database"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise Invalid("The database address cannot be read.", code="bad_database_url", hint=hint) from None
    if url.drivername not in _DRIVERS:
        scheme = url.drivername
        raise Invalid(
            f"The database address is one of {scheme}, not of PostgreSQL.", code="bad_database_url", hint=hint
        )
    return url.set(drivername="postgresql+psycopg")


def libpq_words(url: URL) -> str:
    """The same address as libpq's keywords and values, with its password."""
    parts = url.translate_connect_args(username="user", database="dbname")
    return make_conninfo("", **parts, **{name: value for name, value in url.query.items() if isinstance(value, str)})

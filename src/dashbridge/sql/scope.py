"""What a statement may touch, and what is known of one that passed."""

from __future__ import annotations

from dataclasses import dataclass

from dashbridge.kit import TableName


@dataclass(frozen=True, slots=True)
class Scope:
    """The tables a connection may read.

    `datasets` None means every ordinary dataset; system and metadata ones are refused always. `projects` are the
    BigQuery projects or DuckDB catalogs that may be named beside `default_project`. BigQuery compares names exactly,
    DuckDB without regard to ASCII case.
    """

    dialect: str
    datasets: frozenset[str] | None
    projects: frozenset[str] = frozenset()
    default_dataset: str | None = None
    default_project: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A statement that passed: the original text, unchanged, and every real table it reads, sorted."""

    sql: str
    dialect: str
    tables: tuple[TableName, ...]

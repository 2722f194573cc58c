"""The rows of the directory. The migrations make the tables; a test holds both to the same shape.

Every key begins with the team, so that one team can neither meet nor notice another's ids. Times carry their zone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, ForeignKeyConstraint, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from dashbridge.kit import new_id


def _text(*, null: bool = False, default: str | None = None) -> Any:
    return Column(Text, nullable=null, server_default=None if default is None else sql(f"'{default}'"))


def _time(*, null: bool = False) -> Any:
    return Column(TIMESTAMP(timezone=True), nullable=null, server_default=None if null else sql("now()"))


def _texts(*, null: bool = False) -> Any:
    return Column(ARRAY(Text), nullable=null, server_default=None if null else sql("'{}'"))


def _big(*, null: bool = True) -> Any:
    return Column(BigInteger, nullable=null)


def _belongs_to(column: str, parent: str, *, on_delete: str = "CASCADE") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["team_id", column], [f"{parent}.team_id", f"{parent}.id"], ondelete=on_delete)


class _TeamRow(SQLModel):
    team_id: UUID = Field(foreign_key="teams.id", ondelete="CASCADE", primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)


class Team(SQLModel, table=True):
    __tablename__ = "teams"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(sa_column=_text())
    created_at: datetime = Field(default=None, sa_column=_time())


class Connection(_TeamRow, table=True):
    """A warehouse. `sealed_settings` is the vault's ciphertext; `allowed_datasets` None means any ordinary dataset."""

    __tablename__ = "connections"
    __table_args__ = (UniqueConstraint("team_id", "name"),)
    name: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text())
    sealed_settings: bytes
    ai_access: str = Field(default="schema", sa_column=_text(default="schema"))
    max_bytes_per_query: int = Field(
        default=100_000_000, sa_column=Column(BigInteger, nullable=False, server_default=sql("100000000"))
    )
    default_dataset: str | None = Field(default=None, sa_column=_text(null=True))
    allowed_datasets: list[str] | None = Field(default=None, sa_column=_texts(null=True))
    status: str = Field(default="new", sa_column=_text(default="new"))
    validated_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    scanned_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    created_at: datetime = Field(default=None, sa_column=_time())
    updated_at: datetime = Field(default=None, sa_column=_time())


class Dataset(_TeamRow, table=True):
    __tablename__ = "datasets"
    __table_args__ = (UniqueConstraint("team_id", "connection_id", "name"), _belongs_to("connection_id", "connections"))
    connection_id: UUID
    name: str = Field(sa_column=_text())
    description: str | None = Field(default=None, sa_column=_text(null=True))
    scanned_at: datetime | None = Field(default=None, sa_column=_time(null=True))


class CatalogTable(_TeamRow, table=True):
    """A warehouse table as the light scan saw it; its columns are asked of the warehouse when they are needed."""

    __tablename__ = "tables"
    __table_args__ = (UniqueConstraint("team_id", "dataset_id", "name"), _belongs_to("dataset_id", "datasets"))
    dataset_id: UUID
    name: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text())
    rows: int | None = Field(default=None, sa_column=_big())
    bytes: int | None = Field(default=None, sa_column=_big())
    description: str | None = Field(default=None, sa_column=_text(null=True))


class _Vector(UserDefinedType[list[float]]):
    """A vector of pgvector."""

    cache_ok = True

    def __init__(self, width: int | str = 256) -> None:
        self.width = int(width)

    def get_col_spec(self, **_: Any) -> str:
        return f"vector({self.width})"


ischema_names["vector"] = _Vector  # so that a table that has one can be read back


class CatalogWords(SQLModel, table=True):
    """The name of a table (`column_name` "") or of a column: its words, those of its description, their meaning."""

    __tablename__ = "catalog_words"
    __table_args__ = (_belongs_to("connection_id", "connections"),)
    team_id: UUID = Field(foreign_key="teams.id", ondelete="CASCADE", primary_key=True)
    connection_id: UUID = Field(primary_key=True)
    table_name: str = Field(sa_column=Column(Text, primary_key=True))
    column_name: str = Field(sa_column=Column(Text, primary_key=True))
    words: list[str] = Field(sa_column=_texts())
    notes: list[str] = Field(sa_column=_texts())
    vector: list[float] = Field(sa_column=Column(_Vector(256), nullable=False))


class Dashboard(_TeamRow, table=True):
    """The pointer to a dashboard's newest YAML. `view_type` lists the types of its views; `owner` is a name."""

    __tablename__ = "dashboards"
    __table_args__ = (UniqueConstraint("team_id", "slug"),)
    slug: str = Field(sa_column=_text())
    title: str = Field(sa_column=_text())
    description: str | None = Field(default=None, sa_column=_text(null=True))
    yaml_uri: str = Field(sa_column=_text())
    yaml_key: str = Field(sa_column=_text())
    yaml_sha256: str = Field(sa_column=_text())
    owner: str = Field(sa_column=_text())
    view_type: list[str] = Field(sa_column=_texts())
    connection_name: str = Field(sa_column=_text())
    draft: bool = Field(default=False, sa_column_kwargs={"server_default": sql("false")})
    revision: int
    deleted_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    created_at: datetime = Field(default=None, sa_column=_time())
    updated_at: datetime = Field(default=None, sa_column=_time())


class DashboardRevision(SQLModel, table=True):
    """What a dashboard's pointer said at one revision; never changed, never removed."""

    __tablename__ = "dashboard_revisions"
    __table_args__ = (_belongs_to("dashboard_id", "dashboards"),)
    team_id: UUID = Field(foreign_key="teams.id", ondelete="CASCADE", primary_key=True)
    dashboard_id: UUID = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    yaml_uri: str = Field(sa_column=_text())
    yaml_key: str = Field(sa_column=_text())
    yaml_sha256: str = Field(sa_column=_text())
    title: str = Field(sa_column=_text())
    description: str | None = Field(default=None, sa_column=_text(null=True))
    view_type: list[str] = Field(sa_column=_texts())
    connection_name: str = Field(sa_column=_text())
    author: str = Field(sa_column=_text())
    turn_id: UUID | None = Field(default=None)
    created_at: datetime = Field(default=None, sa_column=_time())


class Principal(_TeamRow, table=True):
    __tablename__ = "principals"
    __table_args__ = (UniqueConstraint("team_id", "name"),)
    name: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text())
    role: str = Field(sa_column=_text())
    created_at: datetime = Field(default=None, sa_column=_time())


class ApiKey(_TeamRow, table=True):
    """A key's SHA-256; `prefix` is what a person may see of it again."""

    __tablename__ = "api_keys"
    __table_args__ = (_belongs_to("principal_id", "principals"),)
    principal_id: UUID
    key_hash: bytes = Field(unique=True)
    prefix: str = Field(sa_column=_text())
    created_at: datetime = Field(default=None, sa_column=_time())
    revoked_at: datetime | None = Field(default=None, sa_column=_time(null=True))


class SignIn(_TeamRow, table=True):
    """A one-time token's hash, and once it is used the hash of the session that it was exchanged for."""

    __tablename__ = "sign_ins"
    __table_args__ = (_belongs_to("principal_id", "principals"),)
    principal_id: UUID
    token_hash: bytes = Field(unique=True)
    session_hash: bytes | None = Field(default=None, unique=True)
    expires_at: datetime = Field(sa_column=Column(TIMESTAMP(timezone=True), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    created_at: datetime = Field(default=None, sa_column=_time())


class ChatSession(_TeamRow, table=True):
    __tablename__ = "chat_sessions"
    __table_args__ = (
        _belongs_to("connection_id", "connections", on_delete="SET NULL (connection_id)"),
        _belongs_to("principal_id", "principals"),
    )
    title: str = Field(default="", sa_column=_text(default=""))
    connection_id: UUID | None = Field(default=None)
    dashboard_slug: str | None = Field(default=None, sa_column=_text(null=True))
    principal_id: UUID
    manifest_key: str | None = Field(default=None, sa_column=_text(null=True))
    deleted_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    created_at: datetime = Field(default=None, sa_column=_time())
    updated_at: datetime = Field(default=None, sa_column=_time())


class Turn(_TeamRow, table=True):
    """One turn of a session; at most one of a session runs. `log_key` is its record in the object store."""

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("team_id", "session_id", "seq"),
        Index("one_running_turn", "team_id", "session_id", unique=True, postgresql_where=sql("status = 'running'")),
        _belongs_to("session_id", "chat_sessions"),
    )
    session_id: UUID
    seq: int
    status: str = Field(default="running", sa_column=_text(default="running"))
    owner_process: str = Field(sa_column=_text())
    heartbeat_at: datetime = Field(default=None, sa_column=_time())
    log_key: str | None = Field(default=None, sa_column=_text(null=True))
    stop_requested: bool = Field(default=False, sa_column_kwargs={"server_default": sql("false")})
    feedback: int | None = Field(default=None, sa_column=Column(SmallInteger, nullable=True))
    created_at: datetime = Field(default=None, sa_column=_time())
    updated_at: datetime = Field(default=None, sa_column=_time())


class TurnEvent(SQLModel, table=True):
    """One event of a running turn; removed when the turn's log is in the object store."""

    __tablename__ = "turn_events"
    __table_args__ = (_belongs_to("turn_id", "turns"),)
    team_id: UUID = Field(foreign_key="teams.id", ondelete="CASCADE", primary_key=True)
    turn_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    event: str = Field(sa_column=_text())
    data: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    created_at: datetime = Field(default=None, sa_column=_time())


class CostDay(SQLModel, table=True):
    """What a team's UTC day has cost so far, without what is still reserved."""

    __tablename__ = "cost_days"
    team_id: UUID = Field(foreign_key="teams.id", ondelete="CASCADE", primary_key=True)
    day: date = Field(primary_key=True)
    spent_bytes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default=sql("0")))


class Charge(_TeamRow, table=True):
    """A statement that is paid for: reserved, running, or over and waiting for the ledger, which removes it."""

    __tablename__ = "charges"
    __table_args__ = (Index("charges_of_a_day", "team_id", "day"),)
    day: date
    state: str = Field(default="reserved", sa_column=_text(default="reserved"))
    bytes: int = Field(sa_column=_big(null=False))
    entry: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    expires_at: datetime = Field(sa_column=Column(TIMESTAMP(timezone=True), nullable=False))


class CostOverride(_TeamRow, table=True):
    """An admin's leave to run exactly one plan, once, before it expires; kept for good."""

    __tablename__ = "cost_overrides"
    plan_sha256: str = Field(sa_column=_text())
    reason: str = Field(sa_column=_text())
    granted_by: str = Field(sa_column=_text())
    created_at: datetime = Field(default=None, sa_column=_time())
    expires_at: datetime = Field(sa_column=Column(TIMESTAMP(timezone=True), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    used_by: str | None = Field(default=None, sa_column=_text(null=True))

"""Dashboards: the pointer that moves, and the revisions it pointed to."""

from __future__ import annotations

from alembic import op

from dashbridge.postgres.row_security import shut_to_other_teams

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE dashboards (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    title text NOT NULL,
    description text,
    yaml_uri text NOT NULL,
    yaml_key text NOT NULL,
    yaml_sha256 text NOT NULL CHECK (yaml_sha256 ~ '^[0-9a-f]{64}$'),
    owner text NOT NULL,
    view_type text[] NOT NULL DEFAULT '{}',
    connection_name text NOT NULL,
    draft boolean NOT NULL DEFAULT false,
    revision integer NOT NULL CHECK (revision > 0),
    deleted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, slug)
);
CREATE TABLE dashboard_revisions (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    dashboard_id uuid NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    yaml_uri text NOT NULL,
    yaml_key text NOT NULL,
    yaml_sha256 text NOT NULL,
    title text NOT NULL,
    description text,
    view_type text[] NOT NULL DEFAULT '{}',
    connection_name text NOT NULL,
    author text NOT NULL,
    turn_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, dashboard_id, revision),
    FOREIGN KEY (team_id, dashboard_id) REFERENCES dashboards (team_id, id) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    op.execute(_TABLES)
    for statement in shut_to_other_teams("dashboards", grants=("SELECT", "INSERT", "UPDATE")):
        op.execute(statement)
    for statement in shut_to_other_teams("dashboard_revisions", grants=("SELECT", "INSERT")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE dashboard_revisions, dashboards")

"""Teams, their connections, and the datasets and tables that a scan found."""

from __future__ import annotations

from alembic import op

from dashbridge.postgres.row_security import SERVICE_ROLE, shut_to_other_teams

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE teams (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE connections (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('duckdb', 'bigquery')),
    sealed_settings bytea NOT NULL,
    ai_access text NOT NULL DEFAULT 'schema' CHECK (ai_access IN ('schema', 'aggregates', 'samples')),
    max_bytes_per_query bigint NOT NULL DEFAULT 100000000 CHECK (max_bytes_per_query > 0),
    default_dataset text,
    allowed_datasets text[],
    status text NOT NULL DEFAULT 'new',
    validated_at timestamptz,
    scanned_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, name)
);
CREATE TABLE datasets (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    scanned_at timestamptz,
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, connection_id, name),
    FOREIGN KEY (team_id, connection_id) REFERENCES connections (team_id, id) ON DELETE CASCADE
);
CREATE TABLE tables (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    dataset_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    rows bigint,
    bytes bigint,
    description text,
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, dataset_id, name),
    FOREIGN KEY (team_id, dataset_id) REFERENCES datasets (team_id, id) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    op.execute(_TABLES)
    op.execute(f"GRANT SELECT ON alembic_version TO {SERVICE_ROLE}")
    for statement in shut_to_other_teams("teams", column="id", grants=("SELECT", "INSERT", "UPDATE")):
        op.execute(statement)
    for table in ("connections", "datasets", "tables"):
        for statement in shut_to_other_teams(table):
            op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE tables, datasets, connections, teams")

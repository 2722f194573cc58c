"""Money in flight: reservations and what waits for the ledger, a team's day, and the one-use overrides of admins."""

from __future__ import annotations

from alembic import op

from dashbridge.postgres.row_security import shut_to_other_teams

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE cost_days (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    day date NOT NULL,
    spent_bytes bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (team_id, day)
);
CREATE TABLE charges (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    day date NOT NULL,
    state text NOT NULL DEFAULT 'reserved' CHECK (state IN ('reserved', 'running', 'over')),
    bytes bigint NOT NULL,
    entry jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (team_id, id)
);
CREATE INDEX charges_of_a_day ON charges (team_id, day);
CREATE TABLE cost_overrides (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    plan_sha256 text NOT NULL,
    reason text NOT NULL,
    granted_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    used_by text,
    PRIMARY KEY (team_id, id)
);
"""


def upgrade() -> None:
    op.execute(_TABLES)
    for table in ("cost_days", "charges"):
        for statement in shut_to_other_teams(table):
            op.execute(statement)
    for statement in shut_to_other_teams("cost_overrides", grants=("SELECT", "INSERT", "UPDATE")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE cost_overrides, charges, cost_days")

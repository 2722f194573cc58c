"""Chat sessions, their turns, and the events of a turn while it runs (the record itself is in the object store)."""

from __future__ import annotations

from alembic import op

from dashbridge.postgres.row_security import shut_to_other_teams

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE chat_sessions (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    title text NOT NULL DEFAULT '',
    connection_id uuid,
    dashboard_slug text,
    principal_id uuid NOT NULL,
    manifest_key text,
    deleted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    FOREIGN KEY (team_id, connection_id) REFERENCES connections (team_id, id) ON DELETE SET NULL (connection_id),
    FOREIGN KEY (team_id, principal_id) REFERENCES principals (team_id, id) ON DELETE CASCADE
);
CREATE TABLE turns (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    seq integer NOT NULL,
    status text NOT NULL DEFAULT 'running'
        CHECK (status IN ('running', 'complete', 'stopped', 'limit', 'question', 'error', 'interrupted')),
    owner_process text NOT NULL,
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    log_key text,
    stop_requested boolean NOT NULL DEFAULT false,
    feedback smallint CHECK (feedback IN (-1, 1)),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, session_id, seq),
    FOREIGN KEY (team_id, session_id) REFERENCES chat_sessions (team_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX one_running_turn ON turns (team_id, session_id) WHERE status = 'running';
CREATE TABLE turn_events (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    turn_id uuid NOT NULL,
    seq integer NOT NULL,
    event text NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, turn_id, seq),
    FOREIGN KEY (team_id, turn_id) REFERENCES turns (team_id, id) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    op.execute(_TABLES)
    for table in ("chat_sessions", "turns", "turn_events"):
        for statement in shut_to_other_teams(table):
            op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE turn_events, turns, chat_sessions")

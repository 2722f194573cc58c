"""The names of tables and columns by meaning: one vector each, to find them by words that are not theirs.

Where the server has no pgvector, the vectors are plain arrays, and are compared in the process.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from dashbridge.postgres.row_security import shut_to_other_teams

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE catalog_words (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    connection_id uuid NOT NULL,
    table_name text NOT NULL,
    column_name text NOT NULL,
    words text[] NOT NULL DEFAULT '{{}}',
    notes text[] NOT NULL DEFAULT '{{}}',
    vector {vector} NOT NULL,
    PRIMARY KEY (team_id, connection_id, table_name, column_name),
    FOREIGN KEY (team_id, connection_id) REFERENCES connections (team_id, id) ON DELETE CASCADE
)
"""


def upgrade() -> None:
    known = op.get_bind().scalar(text("SELECT to_regtype('public.vector') IS NOT NULL"))
    op.execute(_TABLE.format(vector="vector(256)" if known else "real[]"))
    for statement in shut_to_other_teams("catalog_words"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE catalog_words")

"""What the worker goes round: the ids of the teams, and nothing else of them."""

from __future__ import annotations

from alembic import op

from dashbridge.postgres.row_security import KEYS_ROLE, OWNER_ROLE, SERVICE_ROLE

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TEAM_IDS = """
CREATE FUNCTION team_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT t.id FROM public.teams t ORDER BY t.id $$
"""


def upgrade() -> None:
    op.execute(f"CREATE POLICY look_up ON teams FOR SELECT TO {KEYS_ROLE} USING (true)")
    op.execute(f"GRANT SELECT (id) ON teams TO {KEYS_ROLE}")
    op.execute(_TEAM_IDS)
    op.execute("REVOKE ALL ON FUNCTION team_ids() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION team_ids() TO {SERVICE_ROLE}")
    op.execute(f"GRANT CREATE ON SCHEMA public TO {KEYS_ROLE}")
    op.execute(f"ALTER FUNCTION team_ids() OWNER TO {KEYS_ROLE}")
    op.execute(f"REVOKE CREATE ON SCHEMA public FROM {KEYS_ROLE}")


def downgrade() -> None:
    op.execute(f"SET ROLE {KEYS_ROLE}")
    op.execute("DROP FUNCTION team_ids()")
    op.execute(f"SET ROLE {OWNER_ROLE}")
    op.execute(f"REVOKE SELECT (id) ON teams FROM {KEYS_ROLE}")
    op.execute("DROP POLICY look_up ON teams")

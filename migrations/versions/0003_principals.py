"""Who may come in: principals, the hashes of their keys and sign-ins, and the one look-up that knows no team yet."""

from __future__ import annotations

from alembic import op

from dashbridge.postgres.row_security import KEYS_ROLE, OWNER_ROLE, SERVICE_ROLE, shut_to_other_teams

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE principals (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('user', 'service')),
    role text NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, name)
);
CREATE TABLE api_keys (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    principal_id uuid NOT NULL,
    key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    prefix text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    PRIMARY KEY (team_id, id),
    FOREIGN KEY (team_id, principal_id) REFERENCES principals (team_id, id) ON DELETE CASCADE
);
CREATE TABLE sign_ins (
    team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    principal_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    session_hash bytea UNIQUE CHECK (octet_length(session_hash) = 32),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    FOREIGN KEY (team_id, principal_id) REFERENCES principals (team_id, id) ON DELETE CASCADE
);
"""

_LOOK_UP = """
CREATE FUNCTION look_up_credential(secret_hash bytea)
RETURNS TABLE (credential text, team_id uuid, principal_id uuid, name text, role text)
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT found.credential, p.team_id, p.id, p.name, p.role
    FROM (
        SELECT 'api_key' AS credential, k.team_id, k.principal_id
        FROM public.api_keys k WHERE k.key_hash = secret_hash AND k.revoked_at IS NULL
        UNION ALL
        SELECT 'session', s.team_id, s.principal_id
        FROM public.sign_ins s WHERE s.session_hash = secret_hash AND s.expires_at > now()
        UNION ALL
        SELECT 'sign_in', s.team_id, s.principal_id
        FROM public.sign_ins s WHERE s.token_hash = secret_hash AND s.used_at IS NULL AND s.expires_at > now()
    ) found
    JOIN public.principals p ON p.team_id = found.team_id AND p.id = found.principal_id
$$
"""


def upgrade() -> None:
    op.execute(_TABLES)
    for table in ("principals", "api_keys", "sign_ins"):
        for statement in shut_to_other_teams(table):
            op.execute(statement)
        # The function's own role sees every team's rows of these three tables, these columns only, and cannot log in.
        op.execute(f"CREATE POLICY look_up ON {table} FOR SELECT TO {KEYS_ROLE} USING (true)")
    op.execute(f"GRANT SELECT (team_id, id, name, role) ON principals TO {KEYS_ROLE}")
    op.execute(f"GRANT SELECT (team_id, principal_id, key_hash, revoked_at) ON api_keys TO {KEYS_ROLE}")
    columns = "team_id, principal_id, token_hash, session_hash, used_at, expires_at"
    op.execute(f"GRANT SELECT ({columns}) ON sign_ins TO {KEYS_ROLE}")
    op.execute(_LOOK_UP)
    op.execute("REVOKE ALL ON FUNCTION look_up_credential(bytea) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION look_up_credential(bytea) TO {SERVICE_ROLE}")
    op.execute(f"GRANT CREATE ON SCHEMA public TO {KEYS_ROLE}")
    op.execute(f"ALTER FUNCTION look_up_credential(bytea) OWNER TO {KEYS_ROLE}")
    op.execute(f"REVOKE CREATE ON SCHEMA public FROM {KEYS_ROLE}")


def downgrade() -> None:
    op.execute(f"SET ROLE {KEYS_ROLE}")
    op.execute("DROP FUNCTION look_up_credential(bytea)")
    op.execute(f"SET ROLE {OWNER_ROLE}")
    op.execute("DROP TABLE sign_ins, api_keys, principals")

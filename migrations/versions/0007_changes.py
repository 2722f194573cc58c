"""What changed, told to every process: dashboards, connections, and who may come in. Ids and slugs, no content."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Plain functions of whoever writes: a notice shows no row, and row-level security stays as it is.
_FUNCTIONS = """
CREATE FUNCTION tell_dashboard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM pg_notify('dashbridge_changes', 'dashboard ' || OLD.team_id || ' ' || OLD.slug);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM pg_notify('dashbridge_changes', 'dashboard ' || NEW.team_id || ' ' || NEW.slug);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION tell_connection() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_notify('dashbridge_changes', 'connection ' || OLD.team_id || ' ' || OLD.id);
    RETURN NULL;
END $$;
CREATE FUNCTION tell_who() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_notify('dashbridge_changes', 'who ' || OLD.team_id || ' ' ||
        CASE TG_TABLE_NAME WHEN 'principals' THEN to_jsonb(OLD) ->> 'id' ELSE to_jsonb(OLD) ->> 'principal_id' END);
    RETURN NULL;
END $$;
"""
_TRIGGERS = (
    ("dashboards", "INSERT OR UPDATE OR DELETE", "tell_dashboard"),
    ("connections", "UPDATE OR DELETE", "tell_connection"),
    ("principals", "UPDATE OR DELETE", "tell_who"),
    ("api_keys", "UPDATE OR DELETE", "tell_who"),
    ("sign_ins", "UPDATE OR DELETE", "tell_who"),
)


def upgrade() -> None:
    op.execute(_FUNCTIONS)
    for table, events, function in _TRIGGERS:
        op.execute(f"CREATE TRIGGER told AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")


def downgrade() -> None:
    for table, _, _ in _TRIGGERS:
        op.execute(f"DROP TRIGGER told ON {table}")
    op.execute("DROP FUNCTION tell_dashboard(), tell_connection(), tell_who()")

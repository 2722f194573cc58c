"""The statements that shut a table to every team but the one of the transaction. Used by the migrations."""

from __future__ import annotations

from collections.abc import Sequence

OWNER_ROLE = "dashbridge_owner"
SERVICE_ROLE = "dashbridge_app"
KEYS_ROLE = "dashbridge_keys"

CURRENT_TEAM = "nullif(current_setting('app.team_id', true), '')::uuid"
"""The transaction's team in SQL: NULL (so no row) where none is set, also after a commit, when the setting reads ''."""


def shut_to_other_teams(
    table: str, *, column: str = "team_id", grants: Sequence[str] = ("SELECT", "INSERT", "UPDATE", "DELETE")
) -> tuple[str, ...]:
    """Forced row-level security by `column`, and the service role's `grants`."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY own_team ON {table} USING ({column} = {CURRENT_TEAM}) WITH CHECK ({column} = {CURRENT_TEAM})",
        f"GRANT {', '.join(grants)} ON {table} TO {SERVICE_ROLE}",
    )

"""A turn writes dashboards over its own connection only: the file cannot name another."""

from __future__ import annotations

from dashbridge.chat.context import TurnContext
from dashbridge.dashboards import load_dashboard
from dashbridge.kit import Invalid, Problem


def require_own_connection(context: TurnContext, yaml_content: str) -> None:
    """Raises Invalid for a file over another connection, and for one that does not load."""
    loaded = load_dashboard(yaml_content)
    if loaded.spec.connection != context.connection_name:
        problem = Problem(
            "other_connection",
            f"This conversation is about the connection {context.connection_name!r}, not {loaded.spec.connection!r}",
            loaded.place("/connection"),
            f"write connection: {context.connection_name}",
        )
        raise Invalid.of([problem])

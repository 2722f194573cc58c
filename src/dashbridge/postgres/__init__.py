"""PostgreSQL: connections and transactions scoped to a team, LISTEN/NOTIFY, migrations, and the embedded server.

It never knows what a row means (that is `directory`), and never runs a user's or the model's SQL.
Start with `engine.py`; `row_security.py` says what keeps teams apart; `embedded.py` is named by `wiring` alone,
`migrate.py` imported only by what migrates.
"""

from dashbridge.postgres.changes import Change, Changes
from dashbridge.postgres.crowd import Crowd
from dashbridge.postgres.engine import Database, team_of
from dashbridge.postgres.lately import Lately
from dashbridge.postgres.notices import Notices, notify
from dashbridge.postgres.roles import make_roles, newest_schema
from dashbridge.postgres.row_security import CURRENT_TEAM

__all__ = [
    "CURRENT_TEAM",
    "Change",
    "Changes",
    "Crowd",
    "Database",
    "Lately",
    "Notices",
    "make_roles",
    "newest_schema",
    "notify",
    "team_of",
]

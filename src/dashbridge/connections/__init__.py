"""From a connection row to a warehouse behind the gate.

Owns the sealed settings of connections and the one gate every statement passes. It never decides who may, never parses
SQL itself, never reads a file of data. Start with `gate.py`, then `connections.py` and
`kinds.py` (the settings of each engine); `uploads.py`: a team's own file; `access.py`: what a model may see.
"""

from dashbridge.connections.access import require_values, shows_values
from dashbridge.connections.connections import ConnectionInfo, Connections, OpenWarehouse
from dashbridge.connections.gate import DryRunRecord, GatedWarehouse, OverByteCap, StatementNotAllowed
from dashbridge.connections.kinds import BigQuerySettings, ConnectionSettings, DuckDBSettings
from dashbridge.connections.uploads import Uploaded, Uploads

__all__ = [
    "BigQuerySettings",
    "ConnectionInfo",
    "ConnectionSettings",
    "Connections",
    "DryRunRecord",
    "DuckDBSettings",
    "GatedWarehouse",
    "OpenWarehouse",
    "OverByteCap",
    "StatementNotAllowed",
    "Uploaded",
    "Uploads",
    "require_values",
    "shows_values",
]

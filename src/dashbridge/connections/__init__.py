"""From a connection row to a warehouse behind the gate.

Owns the sealed settings of connections and the one gate every statement passes. It never decides who may, never parses
SQL itself, never reads a file of data. Start with `gate.py`, then `connections.py`; `uploads.py`: a team's own file.
"""

from dashbridge.connections.connections import ConnectionInfo, Connections, DuckDBSettings
from dashbridge.connections.gate import DryRunRecord, GatedWarehouse, OverByteCap, StatementNotAllowed
from dashbridge.connections.uploads import Uploaded, Uploads

__all__ = [
    "ConnectionInfo",
    "Connections",
    "DryRunRecord",
    "DuckDBSettings",
    "GatedWarehouse",
    "OverByteCap",
    "StatementNotAllowed",
    "Uploaded",
    "Uploads",
]

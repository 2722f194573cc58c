"""Uploaded CSV and Parquet files become tables of a DuckDB file.

A file from outside is read in a process of its own that is bounded in memory and time, by a reader that opens nothing
but that file. The DuckDB file is never written in place: a new one takes its name. Start with `intake.py` (the
server's side), then `child.py` and `tabular.py`.
"""

from dashbridge.warehouse.intake.intake import Intake, Taken
from dashbridge.warehouse.intake.names import table_name

__all__ = ["Intake", "Taken", "table_name"]

"""Warehouses behind one port: explore, dry-run and run SQL, with columnar results.

Owns the port, the DuckDB adapter with its pool of worker processes, and the in-memory twin. Never decides whether a
statement may run: `connections` does. Start with `base.py`, then `duckdb.py` (the adapter), `pool.py` (lanes and
deadlines), `workers.py` and `nursery.py` (processes), `worker.py` (what runs in them), `plan.py` (the dry run).
"""

from dashbridge.warehouse.base import (
    NO_LABELS,
    Capabilities,
    Column,
    Dataset,
    DryRun,
    Kind,
    Limits,
    LocalEngine,
    Parameter,
    Result,
    Table,
    TableSchema,
    Warehouse,
    WarehouseRefused,
)

__all__ = [
    "NO_LABELS",
    "Capabilities",
    "Column",
    "Dataset",
    "DryRun",
    "Kind",
    "Limits",
    "LocalEngine",
    "Parameter",
    "Result",
    "Table",
    "TableSchema",
    "Warehouse",
    "WarehouseRefused",
]

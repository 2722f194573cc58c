"""The bounds of a query's engine, and what is said when they are reached. Loads no engine: the server needs none."""

from __future__ import annotations

from dataclasses import dataclass

from dashbridge.warehouse.base import WarehouseRefused

OUT_OF_MEMORY = "out_of_memory"
ENGINE_FAILED = "engine_failed"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Bounds of one connection: bytes of memory and of spilled data, threads, and the folder it spills to."""

    memory_bytes: int
    threads: int
    spill_folder: str
    spill_bytes: int


def out_of_memory(detail: str = "") -> WarehouseRefused:
    """The error of a query that needs more memory than its worker has."""
    return WarehouseRefused(
        "The query ran out of memory and was stopped" + (f": {detail}" if detail else "."),
        code=OUT_OF_MEMORY,
        hint="aggregate or filter more, select fewer columns, or sort fewer rows",
    )


def engine_failed() -> WarehouseRefused:
    """The error of a statement that trips a fault in the engine; its worker is not to be trusted any more."""
    return WarehouseRefused(
        "DuckDB failed inside while it worked on the statement.",
        code=ENGINE_FAILED,
        hint="write the statement another way",
    )

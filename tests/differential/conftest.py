"""The engine of the browser, one process for each worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wasm.wasm_duckdb import WasmDuckDB


@pytest.fixture(scope="session")
def wasm() -> Iterator[WasmDuckDB]:
    """DuckDB-WASM in Node."""
    with WasmDuckDB() as engine:
        yield engine

from __future__ import annotations

from pathlib import Path

import pytest

from dashbridge.samples import load_flights


@pytest.fixture(scope="session")
def flights_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("flights") / "flights.duckdb"
    load_flights(target)
    return target

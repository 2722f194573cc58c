"""A server of BigQuery's protocol with one shop, and a warehouse on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator

import pyarrow as pa
import pytest

from dashbridge.warehouse.bigquery import BigQueryAccess, BigQueryWarehouse
from fakes.bigquery_server import BigQueryServer

ORDERS = pa.table(
    {
        "day": [dt.date(2024, 1, 1) + dt.timedelta(days=n % 100) for n in range(1_000)],
        "region": ["north" if n % 2 else "south" for n in range(1_000)],
        "amount": [n / 4 for n in range(1_000)],
    }
)


@pytest.fixture
def server() -> Iterator[BigQueryServer]:
    with BigQueryServer("shop") as made:
        made.engine.add_table(
            "sales", "orders", ORDERS, partitioned_by="day", clustered_by=("region",), description='Orders, "all"'
        )
        yield made


@pytest.fixture
async def warehouse(server: BigQueryServer) -> AsyncIterator[BigQueryWarehouse]:
    made = BigQueryWarehouse(BigQueryAccess("shop", endpoint=server.url), default_dataset="sales")
    yield made
    await made.close()

"""What only BigQuery does: bytes billed, labels, caps, quotas, cancelled jobs, errors in plain words."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from dashbridge.kit import NotFound, TableName, TimedOut, Unavailable
from dashbridge.warehouse.base import Limits, WarehouseRefused
from dashbridge.warehouse.bigquery import BigQueryAccess, BigQueryWarehouse
from fakes.bigquery_server import BigQueryServer

MEBIBYTE = 2**20
ORDERS = TableName("sales", "orders")


async def test_a_run_is_planned_labelled_capped_and_billed(
    server: BigQueryServer, warehouse: BigQueryWarehouse
) -> None:
    sql = "SELECT region, SUM(amount) AS amount FROM orders WHERE day >= ? GROUP BY region ORDER BY region"
    labels = {"team": "t1", "dashboard": "sales", "purpose": "data"}
    result = await warehouse.run(sql, [dt.date(2024, 1, 1)], limits=Limits(max_bytes=50_000_000), labels=labels)
    assert result.table.to_pydict() == {"region": ["north", "south"], "amount": [62_500.0, 62_375.0]}
    job = server.jobs[-1]
    assert server.dry_runs == [sql]
    assert (job.labels, job.parameters) == (labels, ["2024-01-01"])
    assert job.most_bytes == 48 * MEBIBYTE
    assert (result.bytes_billed, result.job_id) == (10 * MEBIBYTE, job.id)
    assert result.bytes_scanned == job.plan.bytes > 0


async def test_a_small_cap_still_pays_what_is_billed_at_least(
    server: BigQueryServer, warehouse: BigQueryWarehouse
) -> None:
    result = await warehouse.run("SELECT amount FROM orders", limits=Limits(max_bytes=10_000))
    assert server.jobs[-1].most_bytes == result.bytes_billed == 10 * MEBIBYTE


async def test_partitions_and_columns_left_out_cost_nothing(warehouse: BigQueryWarehouse) -> None:
    whole = await warehouse.dry_run("SELECT * FROM orders")
    month = await warehouse.dry_run("SELECT amount FROM orders WHERE day < DATE '2024-01-11'")
    assert month.bytes_scanned * 10 < whole.bytes_scanned


async def test_bigquery_itself_stops_what_bills_too_much(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    server.fail_job("bytesBilledLimitExceeded", "Query exceeded limit for bytes billed: 1. 2 or higher required.")
    with pytest.raises(WarehouseRefused) as caught:
        await warehouse.run("SELECT amount FROM orders")
    assert caught.value.code == "too_many_bytes"


async def test_nothing_but_a_select_runs(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    for sql in ("DROP TABLE orders", "SELECT 1; DROP TABLE orders", "CREATE TABLE x AS SELECT 1"):
        with pytest.raises(WarehouseRefused) as caught:
            await warehouse.run(sql)
        assert caught.value.code == "not_a_select"
    assert server.runs == []


async def test_a_cancelled_task_cancels_its_job(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    server.hold("SELECT 7")
    task = asyncio.create_task(warehouse.run("SELECT 7"))
    await asyncio.to_thread(server.started.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    job = server.jobs[-1]
    assert await asyncio.to_thread(job.done.wait, 30)
    assert job.error is not None
    assert job.error.reason == "stopped"


async def test_a_timeout_cancels_the_job(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    server.hold("SELECT 7")
    with pytest.raises(TimedOut):
        await warehouse.run("SELECT 7", limits=Limits(timeout_s=0.3))
    assert await asyncio.to_thread(server.jobs[-1].done.wait, 30)


async def test_closing_stops_what_runs(server: BigQueryServer) -> None:
    warehouse = BigQueryWarehouse(BigQueryAccess("shop", endpoint=server.url))
    server.hold("SELECT 7")
    task = asyncio.create_task(warehouse.run("SELECT 7"))
    await asyncio.to_thread(server.started.wait, 30)
    await warehouse.close()
    with pytest.raises((Unavailable, TimedOut)):
        await task
    with pytest.raises(Unavailable):
        await warehouse.dry_run("SELECT 1")


@pytest.mark.parametrize(
    ("status", "reason", "expected", "code"),
    [
        (403, "quotaExceeded", Unavailable, "quota_exceeded"),
        (403, "accessDenied", WarehouseRefused, "warehouse_denied"),
        (403, "billingNotEnabled", WarehouseRefused, "warehouse_denied"),
        (404, "notFound", WarehouseRefused, "query_refused"),
        (400, "invalidQuery", WarehouseRefused, "query_refused"),
        (400, "resourcesExceeded", WarehouseRefused, "too_heavy"),
        (401, "authError", WarehouseRefused, "bad_credentials"),
    ],
)
async def test_failures_say_what_to_do(
    server: BigQueryServer,
    warehouse: BigQueryWarehouse,
    status: int,
    reason: str,
    expected: type[Exception],
    code: str,
) -> None:
    server.fail("jobs.insert", status, reason, "It is so")
    with pytest.raises(expected) as caught:
        await warehouse.dry_run("SELECT 1")
    assert getattr(caught.value, "code", None) == code


async def test_a_busy_bigquery_is_asked_again(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    server.fail("jobs.insert", 503, "backendError", "Try again")
    assert (await warehouse.dry_run("SELECT 1 AS a")).statement_type == "SELECT"
    server.fail_job("rateLimitExceeded", "Exceeded rate limits")
    assert (await warehouse.run("SELECT 1 AS a")).table.num_rows == 1
    assert len(server.runs) == 2


async def test_a_job_whose_answer_was_lost_is_found_again(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    await warehouse.dry_run("SELECT 2 AS a")
    server.lose_answers = 1
    assert (await warehouse.run("SELECT 2 AS a")).table.to_pydict() == {"a": [2]}
    assert len(server.runs) == 1


async def test_no_server_is_unavailable() -> None:
    with BigQueryServer("shop") as server:
        url = server.url
    warehouse = BigQueryWarehouse(BigQueryAccess("shop", endpoint=url), retry_s=0.1)
    with pytest.raises(Unavailable):
        await warehouse.dry_run("SELECT 1")
    await warehouse.close()


async def test_the_scan_reads_books_only(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    assert [found.name for found in await warehouse.list_datasets()] == ["sales"]
    (orders,) = await warehouse.list_tables("sales")
    assert (orders.rows, orders.description) == (1_000, 'Orders, "all"')
    assert (orders.bytes or 0) > 0
    schema = await warehouse.table_schema(ORDERS)
    assert (schema.partitioned_by, schema.clustered_by) == ("day", ("region",))
    assert server.runs
    assert all("INFORMATION_SCHEMA" in sql for sql in server.runs)
    assert server.dry_runs == server.runs


async def test_without_leave_for_the_books_the_metadata_is_read(
    server: BigQueryServer, warehouse: BigQueryWarehouse
) -> None:
    server.fail("jobs.insert", 403, "accessDenied", "No", times=2)
    (orders,) = await warehouse.list_tables("sales")
    assert (orders.rows, orders.description) == (1_000, 'Orders, "all"')
    assert server.runs == []


async def test_a_location_has_its_datasets_listed(server: BigQueryServer) -> None:
    warehouse = BigQueryWarehouse(BigQueryAccess("shop", location="US", endpoint=server.url))
    assert [found.name for found in await warehouse.list_datasets()] == ["sales"]
    assert "region-us" in server.runs[0]
    await warehouse.close()


@pytest.mark.parametrize("name", ["a`b", "x/../y", "", "a b", "sales`.INFORMATION_SCHEMA.TABLES --"])
async def test_odd_names_reach_no_server(server: BigQueryServer, warehouse: BigQueryWarehouse, name: str) -> None:
    with pytest.raises(NotFound):
        await warehouse.list_tables(name)
    with pytest.raises(NotFound):
        await warehouse.table_schema(TableName(name, "orders"))
    assert server.dry_runs == []


async def test_the_version_follows_the_tables_named(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    first = await warehouse.data_version([ORDERS])
    assert await warehouse.data_version([ORDERS]) == first
    other = BigQueryWarehouse(BigQueryAccess("shop", endpoint=server.url))
    server.engine.tables["shop", "sales", "orders"].modified += 1_000
    assert await other.data_version([ORDERS]) != first
    await other.close()


async def test_a_result_of_many_pages_is_whole(warehouse: BigQueryWarehouse) -> None:
    sql = "SELECT v FROM UNNEST(GENERATE_ARRAY(1, 12000)) AS v ORDER BY v"
    result = await warehouse.run(sql)
    assert result.table.column("v").to_pylist() == list(range(1, 12_001))
    cut = await warehouse.run(sql, limits=Limits(max_rows=7_000))
    assert (cut.table.num_rows, cut.truncated) == (7_000, True)


def test_no_secret_is_shown() -> None:
    access = BigQueryAccess("shop", service_account='{"private_key": "CANARY"}')
    assert "CANARY" not in repr(access)


async def test_a_bad_key_is_refused_without_its_text() -> None:
    warehouse = BigQueryWarehouse(
        BigQueryAccess("shop", service_account='{"private_key": "CANARY", "client_email": 1}')
    )
    with pytest.raises(WarehouseRefused) as caught:
        await warehouse.dry_run("SELECT 1")
    assert caught.value.code == "bad_credentials"
    assert "CANARY" not in f"{caught.value} {caught.value.__cause__!r}"
    await warehouse.close()
